import { positionOf } from '../math/sorted.ts';
import type { Source } from './feedback.ts';

/**
 * What titles score for each unit that contents score, among the documents that a first look found and that have a title:
 *
 *     ρ = Σ pᵢ · s_title,i / Σ pᵢ · s_content,i        pᵢ the shares of `sourcesOf`
 *
 * @param untitled positions of the documents without a title, ascending
 * @returns ρ > 0; 0 where all documents have a title, or none of those found
 */
export function titlePerContent(
  sources: readonly Source[],
  untitled: Int32Array,
  { title, content }: KeyScores,
): number {
  if (untitled.length === 0) return 0;
  let [titles, contents] = [0, 0];
  for (const { index, share } of sources) {
    if (positionOf(untitled, index) >= 0) continue;
    titles += share * title[index]!;
    contents += share * content[index]!;
  }
  return titles > 0 && contents > 0 ? titles / contents : 0;
}

/**
 * A key that is missing is unknown, and not the opposite of what is asked: with a score of 0 every document that has a
 * title would be before it. So it scores what keys do where contents score what its content does (ratio imputation),
 *
 *     s_title,i = min(1, ρ · max(0, s_content,i))        of the documents without a title
 *
 * and nothing changes where all documents have titles, or none.
 */
export function standIn(untitled: Int32Array, ratio: number, { title, content }: KeyScores): void {
  for (const i of untitled) title[i] = Math.min(1, ratio * Math.max(0, content[i]!));
}

/** Scores of the heads, (N) each. */
interface KeyScores {
  readonly title: Float64Array;
  readonly content: Float64Array;
}

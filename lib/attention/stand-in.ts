import { positionOf } from '../math/sorted.ts';
import type { Source } from './feedback.ts';

/**
 * The ratio of title scores to content scores among the titled documents that the first pass found:
 *
 *     ρ = Σ pᵢ · s_title,i / Σ pᵢ · s_content,i        pᵢ the shares of `sourcesOf`
 *
 * @param untitled positions of the documents without a title, ascending
 * @returns ρ > 0; 0 when every document has a title, none of those found has one, or either sum is not positive
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
 * Imputes the title score of documents without a title (ratio imputation), in place:
 *
 *     s_title,i = min(1, ρ · max(0, s_content,i))        for each untitled document i
 *
 * A missing key is unknown; it is no evidence against the document. A score of 0 would treat it as
 * such, and rank every titled document with the same content higher. Where all documents have titles,
 * or none has, ρ is 0 and the caller skips this.
 *
 * @param untitled positions of the documents without a title
 * @param ratio    ρ of `titlePerContent`
 */
export function standIn(untitled: Int32Array, ratio: number, { title, content }: KeyScores): void {
  for (const i of untitled) title[i] = Math.min(1, ratio * Math.max(0, content[i]!));
}

/** Scores of two heads, (N) each. */
interface KeyScores {
  readonly title: Float32Array;
  readonly content: Float32Array;
}

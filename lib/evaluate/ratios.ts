import { topK } from '../math/topk.ts';
import type { JudgedQuery } from './beir.ts';
import type { Scores } from './fit.ts';
import { discountedGain, idealGain } from './metrics.ts';

/** Head scores of one collection's judged queries. */
interface RatioSet {
  /** Document ids, by position in the scores. */
  readonly ids: readonly string[];
  /** scores[h][i]: one array (N) per head. */
  readonly onTopic: readonly { readonly query: JudgedQuery; readonly scores: readonly Scores[] }[];
}

/**
 * Possible ratios of a head to the anchor. The range is a prior: no head is nearly off, and none counts as much as
 * the anchor. With a range from 0.1 to 1.2, each leave-one-out fit chose other ratios by luck, and lost .003 on the
 * collection left out.
 */
export const RATIOS: readonly number[] = [0.3, 0.4, 0.5, 0.6, 0.7, 0.85];

/** Documents per head that can be among the first ten of a blend. Measured: more change no mean by 0.0005. */
const CANDIDATES = 60;
const CUT = 10;

/** All combinations of RATIOS for the other heads, with 1 for `anchor`; in a fixed order. */
export function ratioGrid(heads: number, anchor: number): Float64Array[] {
  let grid: number[][] = [[]];
  for (let h = 0; h < heads; h++) {
    grid = grid.flatMap((begun) => (h === anchor ? [1] : RATIOS).map((ratio) => [...begun, ratio]));
  }
  return grid.map((ratios) => Float64Array.from(ratios));
}

/** Mean nDCG@10 over the queries of a set, with the anchor alone and under each combination. */
export function ratioQuality(
  { ids, onTopic }: RatioSet,
  grid: readonly Float64Array[],
  anchor: number,
): RatioQuality {
  const blended = new Float64Array(grid.length);
  let alone = 0;
  const queries = Math.max(1, onTopic.length);
  const only = Float64Array.from(grid[0] ?? [], (_, h) => (h === anchor ? 1 : 0));
  for (const { query, scores } of onTopic) {
    const judged = candidatesOf(ids, query, scores);
    if (judged.ideal === 0) continue;
    const quality = (ratios: Float64Array) => gainOf(judged, ratios) / judged.ideal / queries;
    alone += quality(only);
    grid.forEach((ratios, g) => {
      blended[g] = (blended[g] ?? 0) + quality(ratios);
    });
  }
  return { alone, blended };
}

/** Combinations within this mean nDCG@10 of the best count as equally good. */
const EVEN = 0.0005;

/** Factor of a loss against the anchor alone: a blend must not rank worse than one head did. */
const LOSS = 5;

export interface RatioQuality {
  readonly alone: number;
  readonly blended: Float64Array;
}

/**
 * The ratios that gain most mean nDCG@10 over the anchor alone. Each set counts the same, and the loss of a set
 * counts LOSS times. The gain of a combination is averaged with its neighbours, one step away in any ratios, so
 * that no isolated lucky one wins. The result is the mean of all combinations within EVEN of the best: otherwise
 * two distant ones would change places with every change to the analysis of words.
 *
 * Direct search on the measure, as in Metzler & Croft 2007 (Linear feature-based models for information retrieval,
 * §3), but on a grid instead of by coordinate ascent: three ratios are few enough, and a grid has no local optima.
 *
 * @param grid as made by `ratioGrid`
 */
export function bestRatios(grid: readonly Float64Array[], qualities: readonly RatioQuality[]): Float64Array {
  const gains = Float64Array.from(grid, (_, g) =>
    qualities.reduce((sum, { alone, blended }) => {
      const change = (blended[g] ?? 0) - alone;
      return sum + (change < 0 ? LOSS * change : change);
    }, 0),
  );
  const places = grid.map((ratios) => Array.from(ratios, (ratio) => RATIOS.indexOf(ratio)));
  const smooth = grid.map((_, g) => {
    const near = gains.filter((_, other) => areNear(places[g] ?? [], places[other] ?? []));
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });
  const least = Math.max(...smooth) - EVEN * qualities.length;
  const even = grid.filter((_, g) => (smooth[g] as number) >= least);
  return Float64Array.from(
    grid[0] ?? [],
    (_, h) => even.reduce((sum, ratios) => sum + (ratios[h] ?? 0), 0) / even.length,
  );
}

function areNear(a: readonly number[], b: readonly number[]): boolean {
  return a.every((place, h) => Math.abs(place - (b[h] ?? 0)) <= 1);
}

interface Candidates {
  /** Heads × candidates. */
  readonly scores: readonly Float64Array[];
  readonly gains: Float64Array;
  /** DCG@10 of the best order. */
  readonly ideal: number;
}

/** The documents among the first CANDIDATES of some head, by position, with their gains. */
function candidatesOf(
  ids: readonly string[],
  { relevance }: JudgedQuery,
  scores: readonly Scores[],
): Candidates {
  const chosen = new Set<number>();
  for (const of of scores) {
    for (const i of topK(of, CANDIDATES)) if (of[i] !== 0) chosen.add(i);
  }
  const indices = Int32Array.from(chosen).sort();
  return {
    scores: scores.map((of) => Float64Array.from(indices, (i) => of[i] ?? 0)),
    gains: Float64Array.from(indices, (i) => Math.max(0, relevance.get(ids[i] ?? '') ?? 0)),
    ideal: idealGain(relevance, CUT),
  };
}

/** DCG@10 of candidates ordered by Σₕ ratioₕ · scoreₕ. */
function gainOf({ scores, gains }: Candidates, ratios: Float64Array): number {
  const sums = combine(scores, ratios);
  const listed: number[] = [];
  // Not `topK`: with so few candidates, ten passes take a third of its time.
  for (let rank = 0; rank < Math.min(CUT, sums.length); rank++) {
    let top = 0;
    for (let i = 1; i < sums.length; i++) if ((sums[i] ?? 0) > (sums[top] ?? 0)) top = i;
    listed.push(gains[top] ?? 0);
    sums[top] = Number.NEGATIVE_INFINITY;
  }
  return discountedGain(listed);
}

/** Σₕ aₕ · sₕ of every document. */
export function combine(scores: readonly Scores[], coefficients: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(scores[0]?.length ?? 0);
  scores.forEach((of, h) => {
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (coefficients[h] ?? 0) * (of[i] ?? 0);
  });
  return sums;
}

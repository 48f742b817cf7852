import { topK } from '../math/topk.ts';
import type { JudgedQuery } from './beir.ts';
import { discountedGain } from './metrics.ts';

/** Head scores of one collection's judged queries. */
interface RatioSet {
  /** A document's id by its index in the scores. */
  readonly ids: readonly string[];
  /** scores[h][i], one array of N per head. */
  readonly onTopic: readonly { readonly query: JudgedQuery; readonly scores: readonly Float64Array[] }[];
}

/**
 * What a head may count for each 1 of the anchor. The range is a prior: no head is nearly off, and
 * none as loud as the anchor. From 0.1 to 1.2 the fit without one collection is lucky with another
 * ratio each time, and .003 worse on the one that was left out.
 */
export const RATIOS: readonly number[] = [0.3, 0.4, 0.5, 0.6, 0.7, 0.85];

/** Documents of each head that can be among the first ten of a blend; measured: more change no mean by 0.0005. */
const CANDIDATES = 60;
const CUT = 10;

/** All combinations of RATIOS for the heads beside `anchor`, which has 1; in a fixed order. */
export function ratioGrid(heads: number, anchor: number): Float64Array[] {
  let grid: number[][] = [[]];
  for (let h = 0; h < heads; h++) {
    grid = grid.flatMap((begun) => (h === anchor ? [1] : RATIOS).map((ratio) => [...begun, ratio]));
  }
  return grid.map((ratios) => Float64Array.from(ratios));
}

/** Mean nDCG@10 of a set's queries with the anchor alone and under each combination. */
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

/** Mean nDCG@10 by which combinations differ that are as good as each other. */
const EVEN = 0.0005;

/** What ranking with one head alone would have given must not be lost: a point below it counts five times. */
const LOSS = 5;

/** A set's mean nDCG@10 with the anchor alone, and under each combination: (grid). */
interface RatioQuality {
  readonly alone: number;
  readonly blended: Float64Array;
}

/**
 * The combination around which most is gained over the anchor alone, in mean nDCG@10 over sets that
 * each count the same, where what a set loses counts LOSS times: the gain of a combination is the
 * mean over itself and those a step away in any of its ratios, so that a lucky one is not chosen. Of all
 * that are as good, the mean: else two distant ones change places with every word that is analysed otherwise.
 * Search on the measure itself, as in Metzler & Croft 2007 (Linear feature-based models for
 * information retrieval, §3), on a grid instead of by coordinate ascent: three numbers are few
 * enough, and a grid has no local optimum.
 *
 * @param grid as of `ratioGrid`
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

/** The documents that some head has among its first, in their order, with their gains. */
function candidatesOf(
  ids: readonly string[],
  { relevance }: JudgedQuery,
  scores: readonly Float64Array[],
): Candidates {
  const chosen = new Set<number>();
  for (const of of scores) {
    for (const i of topK(of, CANDIDATES)) if (of[i] !== 0) chosen.add(i);
  }
  const indices = Int32Array.from(chosen).sort();
  const best = [...relevance.values()].filter((gain) => gain > 0).sort((a, b) => b - a);
  return {
    scores: scores.map((of) => Float64Array.from(indices, (i) => of[i] ?? 0)),
    gains: Float64Array.from(indices, (i) => Math.max(0, relevance.get(ids[i] ?? '') ?? 0)),
    ideal: discountedGain(best.slice(0, CUT)),
  };
}

/** DCG@10 of candidates ordered by Σₕ ratioₕ · scoreₕ. */
function gainOf({ scores, gains }: Candidates, ratios: Float64Array): number {
  const sums = combine(scores, ratios);
  const listed: number[] = [];
  // Not topK: of so few, ten passes take a third of the time.
  for (let rank = 0; rank < Math.min(CUT, sums.length); rank++) {
    let top = 0;
    for (let i = 1; i < sums.length; i++) if ((sums[i] ?? 0) > (sums[top] ?? 0)) top = i;
    listed.push(gains[top] ?? 0);
    sums[top] = Number.NEGATIVE_INFINITY;
  }
  return discountedGain(listed);
}

/** Σₕ aₕ · sₕ of every document. */
export function combine(scores: readonly Float64Array[], coefficients: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(scores[0]?.length ?? 0);
  scores.forEach((of, h) => {
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (coefficients[h] ?? 0) * (of[i] ?? 0);
  });
  return sums;
}

import { SearchError } from '../errors.ts';

/** Gains of the relevant documents of one query, by id; absent or ≤ 0 means not relevant. */
export type Relevance = ReadonlyMap<string, number>;

/**
 * Normalised discounted cumulative gain with linear gain (Järvelin & Kekäläinen 2002), as reported by trec_eval,
 * pytrec_eval and therefore BEIR.
 *
 *     DCG@k = Σ_{r=1…k} gain_r / log₂(r + 1)        nDCG@k = DCG@k / DCG@k of the best order
 *
 * @param ranking   distinct ids, best first
 * @param relevance gains of all relevant documents, listed or not
 * @param k         cut-off, at least 1
 * @returns [0, 1]; 0 when nothing is relevant
 * @throws {SearchError} INVALID_PARAMETER when k is not a positive integer, or one of the first k ids is listed
 *   twice
 */
export function ndcgAt(ranking: readonly string[], relevance: Relevance, k: number): number {
  const top = firstDistinct(ranking, k);
  const best = idealGain(relevance, k);
  if (best === 0) return 0;
  return discountedGain(top.map((id) => Math.max(0, relevance.get(id) ?? 0))) / best;
}

/** DCG@k of the best order. */
export function idealGain(relevance: Relevance, k: number): number {
  const gains = [...relevance.values()].filter((gain) => gain > 0).sort((a, b) => b - a);
  return discountedGain(gains.slice(0, k));
}

/** DCG of gains in rank order. */
export function discountedGain(gains: readonly number[]): number {
  return gains.reduce((sum, gain, i) => sum + gain / Math.log2(i + 2), 0);
}

/**
 * Share of the relevant documents that are among the first k, in [0, 1]; 0 when nothing is relevant.
 *
 * @throws {SearchError} as `ndcgAt`
 */
export function recallAt(ranking: readonly string[], relevance: Relevance, k: number): number {
  const relevant = Array.from(relevance.values()).filter((gain) => gain > 0).length;
  const found = firstDistinct(ranking, k).filter((id) => isRelevant(relevance, id)).length;
  return relevant === 0 ? 0 : found / relevant;
}

/**
 * 1 / rank of the first relevant document if it is among the first k, else 0. The mean over queries is MRR@k.
 *
 * @throws {SearchError} as `ndcgAt`
 */
export function reciprocalRankAt(ranking: readonly string[], relevance: Relevance, k: number): number {
  const first = firstDistinct(ranking, k).findIndex((id) => isRelevant(relevance, id));
  return first === -1 ? 0 : 1 / (first + 1);
}

/** 1 if a relevant document is among the first k, else 0. @throws {SearchError} as `ndcgAt` */
export function hitAt(ranking: readonly string[], relevance: Relevance, k: number): number {
  return firstDistinct(ranking, k).some((id) => isRelevant(relevance, id)) ? 1 : 0;
}

function isRelevant(relevance: Relevance, id: string): boolean {
  return (relevance.get(id) ?? 0) > 0;
}

function firstDistinct(ranking: readonly string[], k: number): readonly string[] {
  if (!Number.isInteger(k) || k < 1) {
    throw new SearchError('INVALID_PARAMETER', `Expected k to be a whole number of at least 1, got ${k}.`);
  }
  const top = ranking.slice(0, k);
  if (new Set(top).size < top.length) {
    const twice = top.find((id, i) => top.indexOf(id) < i);
    throw new SearchError(
      'INVALID_PARAMETER',
      `Expected a ranking of distinct ids, got ${JSON.stringify(twice)} twice; it would be counted twice.`,
    );
  }
  return top;
}

/** Arithmetic mean; null for []. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Area under the ROC curve as the Mann–Whitney statistic (Hanley & McNeil 1982): the probability that a random
 * positive scores higher than a random negative, where a tie counts half.
 *
 *     AUROC = (Σ midranks of positives − n₊(n₊ + 1)/2) / (n₊ · n₋)
 *
 * @returns [0, 1], 0.5 for uninformative scores; null when either side is empty
 * @throws {SearchError} INVALID_PARAMETER when a score is NaN, which has no rank
 */
export function auroc(positives: readonly number[], negatives: readonly number[]): number | null {
  if ([...positives, ...negatives].some(Number.isNaN)) {
    throw new SearchError('INVALID_PARAMETER', 'Expected scores to be numbers, got NaN.');
  }
  if (positives.length === 0 || negatives.length === 0) return null;
  const all = [
    ...positives.map((score) => ({ score, positive: true })),
    ...negatives.map((score) => ({ score, positive: false })),
  ].sort((a, b) => a.score - b.score);
  let rankSum = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.score === all[from]?.score) to++;
    const midrank = (from + 1 + to) / 2; // ranks from + 1 … to share it
    for (let i = from; i < to; i++) if (all[i]?.positive) rankSum += midrank;
    from = to;
  }
  const n = positives.length;
  return (rankSum - (n * (n + 1)) / 2) / (n * negatives.length);
}

import { bounded } from './vector.ts';

/** A query term: its postings, [from, end), and the factor of its contributions. */
export interface TermPostings {
  readonly from: number;
  readonly end: number;
  readonly factor: number;
}

/** A BM25 sum that is not evaluated yet: the postings of an index and the terms of a query. See `addTerms`. */
export interface TermSum {
  /** (postings) Document of each posting, ascending within a term. */
  readonly documentIds: Int32Array;
  /** (postings) tf: how often the document contains the term. */
  readonly counts: Float32Array;
  /** (documents) |d| */
  readonly lengths: Float32Array;
  readonly terms: readonly TermPostings[];
  /** k₁ (1 − b) in BM25. */
  readonly flat: number;
  /** k₁ b / pivot length in BM25. */
  readonly slope: number;
}

/**
 * Adds a sum of saturated term counts to the score of every document d, capping it at 1:
 *
 *     scores[d] = min(1, scores[d] + Σₜ factorₜ · tf / (tf + flat + slope · |d|))
 *
 * Term by term, in the order given: the kernel adds in the same order, so results are bit-identical.
 *
 * @param scores (documents)
 */
export function addTerms(
  { documentIds, counts, lengths, terms, flat, slope }: TermSum,
  scores: Float64Array,
): void {
  for (const { from, end, factor } of terms) {
    for (let k = from; k < end; k++) {
      const document = documentIds[k]!;
      const tf = counts[k]!;
      const share = (factor * tf) / (tf + flat + slope * lengths[document]!);
      scores[document] = Math.min(1, scores[document]! + share);
    }
  }
}

/** A sum over the terms that query and title share, not evaluated yet. See `addCubes`. */
export interface Overlap {
  /** (postings) Document of each posting, ascending within a term. */
  readonly documentIds: Int32Array;
  /** (postings) The term's entry in the title's unit term vector. */
  readonly shares: Float32Array;
  readonly terms: readonly TermPostings[];
}

/** Adds (Σₜ factorₜ · share)³ to the score of every document and clamps it to [−1, 1]. @param scores (documents) */
export function addCubes({ documentIds, shares, terms }: Overlap, scores: Float32Array): void {
  const sums = new Map<number, number>();
  for (const { from, end, factor } of terms) {
    for (let k = from; k < end; k++) {
      const document = documentIds[k]!;
      sums.set(document, (sums.get(document) ?? 0) + factor * shares[k]!);
    }
  }
  for (const [document, sum] of sums) scores[document] = bounded(scores[document]! + sum * sum * sum);
}

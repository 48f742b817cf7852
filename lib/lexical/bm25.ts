import type { TermSum } from '../math/term-sum.ts';
import { documentFrequency, type Postings } from './postings.ts';

/** k₁ saturates the count (0 = presence only), b normalises by length (0 = not at all … 1 = fully). */
export interface Bm25Parameters {
  readonly k1: number;
  readonly b: number;
  /** Terms of a document of ordinary length, at least; see `pivotLength`. */
  readonly leastPivot: number;
}

export const BM25_DEFAULTS: Bm25Parameters = { k1: 1.2, b: 0.75, leastPivot: 100 };

/**
 * The length that counts as ordinary: the average of what counts, but at least `leastPivot`. With the average
 * alone, a thousand one-line notes added to a library would halve the shares of every page in it.
 */
export function pivotLength({ averageLength }: Postings, { leastPivot }: Bm25Parameters): number {
  return Math.max(leastPivot, averageLength);
}

/** A term of a query. */
export interface QueryTerm {
  readonly term: string;
  /** −1 when no document has it. */
  readonly id: number;
  /** 1 for each word it stands for, shared with the word's other terms and readings. */
  readonly queryWeight: number;
  /** How much of that counts in the most the query could earn, all by default; none of what is looked for beside a word. */
  readonly asked?: number;
}

/**
 * Inverse document frequency: ln(1 + (N − n + 0.5) / (n + 0.5)), never negative
 * (Robertson & Zaragoza 2009, eq. 3, with the 1 + of Lucene). Range (0, ln(2N + 2)].
 */
export function inverseDocumentFrequency(documents: number, frequency: number): number {
  return Math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5));
}

/**
 * Every document's BM25 share as a sum over the terms of the query, see `addTerms`:
 *
 *     share(q, d) = Σₜ idfₜ · f(t, d) / Σₜ idfₜ · (k₁ + 1)
 *     f(t, d) = tf · (k₁ + 1) / (tf + k₁ · (1 − b + b · |d| / pivot))        pivot = max(100, avg|d|)
 *
 * with |d| as `lengthThatCounts` has it.
 *
 * BM25 divided by the most this query could earn. The sum below runs over *all* query terms,
 * those that no document has included: a query half of whose words are unknown cannot earn
 * more than half. Terms that are not asked for themselves are in the sum above only, and with them, too, no
 * document has more than 1. Range [0, 1].
 */
export function bm25Shares(
  postings: Postings,
  query: readonly QueryTerm[],
  parameters: Bm25Parameters = BM25_DEFAULTS,
): TermSum {
  const { k1, b } = parameters;
  const pivot = pivotLength(postings, parameters);
  const earned = query.map(({ id, queryWeight, asked = queryWeight }) => {
    const frequency = documentFrequency(postings, id);
    const most = inverseDocumentFrequency(postings.documents, frequency) * (k1 + 1);
    return { id, frequency, most: queryWeight * most, asked: asked * most };
  });
  const most = earned.reduce((sum, { asked }) => sum + asked, 0);
  const terms = earned
    .filter((term) => term.frequency > 0 && term.most > 0)
    .map((term) => {
      const from = postings.offsets[term.id]!;
      return { from, end: from + term.frequency, factor: term.most / most };
    });
  return { ...postings, terms, flat: k1 * (1 - b), slope: pivot > 0 ? (k1 * b) / pivot : 0 };
}

import type { TermSum } from '../math/term-sum.ts';
import { documentFrequency, frequencyIn, type Postings } from './postings.ts';

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
  const { earned, total, flat, slope } = termsOf(postings, query, parameters);
  const terms = earned
    .filter((term) => term.frequency > 0 && term.most > 0)
    .map(({ id, frequency, most }) => {
      const from = postings.offsets[id]!;
      return { from, end: from + frequency, factor: most / total };
    });
  return { ...postings, terms, flat, slope };
}

/** What each term of a query could earn, in their order; in all, what is asked for; and f = tf · (k₁ + 1) / (tf + flat + slope · |d|). */
function termsOf(postings: Postings, query: readonly QueryTerm[], parameters: Bm25Parameters) {
  const { k1, b } = parameters;
  const pivot = pivotLength(postings, parameters);
  const earned = query.map(({ term, id, queryWeight, asked = queryWeight }) => {
    const frequency = documentFrequency(postings, id);
    const idf = inverseDocumentFrequency(postings.documents, frequency);
    const most = idf * (k1 + 1);
    return { term, id, frequency, idf, count: queryWeight, most: queryWeight * most, asked: asked * most };
  });
  const total = earned.reduce((sum, { asked }) => sum + asked, 0);
  return { earned, total, flat: k1 * (1 - b), slope: pivot > 0 ? (k1 * b) / pivot : 0 };
}

/** One query term's part of a document's words score. */
export interface WordsTerm {
  readonly term: string;
  /** Its weight in the query: 1 for each word it stands for, shared with the word's other terms and readings. */
  readonly count: number;
  /** Documents that have it. */
  readonly documents: number;
  readonly idf: number;
  /** Occurrences in this document, a title word counted as often as titleWeight says. */
  readonly frequency: number;
  /** tf / (tf + k₁ · (1 − b + b · |d| / pivot)), in [0, 1): how far the count has saturated. */
  readonly saturation: number;
  /** most · saturation. The words score is their sum, but never above 1, which what is looked for beside words may come to. */
  readonly share: number;
  /** What it would add at full saturation: its part of the query's possible total, beside it where it is not asked for itself. */
  readonly most: number;
}

/** The words score of one document, term by term: what `bm25Shares` adds up, before it is cut to 1. */
export function explainBm25(
  postings: Postings,
  query: readonly QueryTerm[],
  document: number,
  parameters: Bm25Parameters = BM25_DEFAULTS,
): WordsTerm[] {
  const { earned, total, flat, slope } = termsOf(postings, query, parameters);
  const norm = flat + slope * postings.lengths[document]!;
  return earned.map(({ term, id, frequency: documents, idf, count, most }) => {
    const frequency = frequencyIn(postings, id, document);
    const saturation = frequency > 0 ? frequency / (frequency + norm) : 0;
    const part = total > 0 ? most / total : 0;
    return { term, count, documents, idf, frequency, saturation, share: part * saturation, most: part };
  });
}

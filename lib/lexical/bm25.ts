import type { TermSum } from '../math/term-sum.ts';
import { documentFrequency, frequencyIn, type Postings } from './postings.ts';

export interface Bm25Parameters {
  /** k₁ ≥ 0: the larger, the later repetitions of a term stop counting; 0 = presence only. */
  readonly k1: number;
  /** Length normalisation, from 0 = none to 1 = full. */
  readonly b: number;
  /** Lower bound of the pivot length, in terms; see `pivotLength`. */
  readonly leastPivot: number;
}

export const BM25_DEFAULTS: Bm25Parameters = { k1: 1.2, b: 0.75, leastPivot: 100 };

/**
 * The document length at which length normalisation is neutral: the average length, but at least
 * `leastPivot`. With the average alone, adding a thousand one-line notes to a library would halve the
 * scores of every page in it.
 */
export function pivotLength({ averageLength }: Postings, { leastPivot }: Bm25Parameters): number {
  return Math.max(leastPivot, averageLength);
}

/** One term of an analysed query. */
export interface QueryTerm {
  readonly term: string;
  /** Term id; −1 when no document contains it. */
  readonly id: number;
  /**
   * Each word of the query has weight 1, divided among its terms and its readings (alternatives get theirs in
   * full); this is the sum for this term. A number and what it counts (2019년) are one word.
   */
  readonly queryWeight: number;
  /**
   * The part of queryWeight that counts in the denominator, the most the query could earn; all of it by default.
   * Less for alternatives of which a document needs only one (synonyms); 0 for a term that is looked for in
   * addition to a word (`Reading.beside`).
   */
  readonly asked?: number;
}

/**
 * Inverse document frequency: ln(1 + (N − n + 0.5) / (n + 0.5)).
 *
 * Robertson & Zaragoza 2009, eq. 3, with the 1 + of Lucene, which keeps it positive. Range (0, ln(2N + 2)].
 *
 * @param documents N
 * @param frequency n, the number of documents that contain the term, in [0, N]
 */
export function inverseDocumentFrequency(documents: number, frequency: number): number {
  return Math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5));
}

/**
 * The score of the head `words`: BM25 (Robertson & Zaragoza 2009) divided by the most that the
 * query could earn. Returned as a sum over the query's terms, which `addTerms` or the kernel evaluates.
 *
 *     share(q, d) = min(1, Σₜ uₜ · idfₜ · f(t, d) / Σₜ uₜ' · idfₜ · (k₁ + 1))
 *     f(t, d)     = tf · (k₁ + 1) / (tf + k₁ · (1 − b + b · |d| / pivot))        pivot = max(100, avg|d|)
 *
 * uₜ is `queryWeight`, uₜ' is `asked`, and |d| is the damped length of `dampedLength`.
 *
 * The denominator runs over *all* terms of the query, including those that no document contains: if half
 * the words are unknown, no document can score more than about half. The sum has to be capped at 1 because
 * of alternatives and additional terms, for which uₜ' < uₜ. Range [0, 1].
 */
export function bm25Shares(
  postings: Postings,
  query: readonly QueryTerm[],
  parameters: Bm25Parameters = BM25_DEFAULTS,
): TermSum {
  const { earned, total, flat, slope } = earnings(postings, query, parameters);
  const terms = earned
    .filter((term) => term.frequency > 0 && term.most > 0)
    .map(({ id, frequency, most }) => {
      const from = postings.offsets[id]!;
      return { from, end: from + frequency, factor: most / total };
    });
  return { ...postings, terms, flat, slope };
}

/**
 * What each term of a query could earn, in their order; `total`, the denominator of `bm25Shares`; and
 * the length normalisation as f = tf · (k₁ + 1) / (tf + flat + slope · |d|).
 */
function earnings(postings: Postings, query: readonly QueryTerm[], parameters: Bm25Parameters) {
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

/** One query term's part of a document's `words` score. */
export interface WordsTerm {
  readonly term: string;
  /** Its weight in the query: `QueryTerm.queryWeight`. */
  readonly count: number;
  /** Number of documents that contain it. */
  readonly documents: number;
  readonly idf: number;
  /** tf: occurrences in this document, one in the title counting titleWeight times. */
  readonly frequency: number;
  /** tf / (tf + k₁ · (1 − b + b · |d| / pivot)), in [0, 1): how far the count has saturated. */
  readonly saturation: number;
  /** most · saturation. The `words` score is the sum of the shares, capped at 1. */
  readonly share: number;
  /** The share at full saturation. Sums to 1 over the terms, or to more when some have `asked` < `queryWeight`. */
  readonly most: number;
}

/** The `words` score of one document, term by term: the summands of `bm25Shares`, before the cap at 1. */
export function explainBm25(
  postings: Postings,
  query: readonly QueryTerm[],
  document: number,
  parameters: Bm25Parameters = BM25_DEFAULTS,
): WordsTerm[] {
  const { earned, total, flat, slope } = earnings(postings, query, parameters);
  const norm = flat + slope * postings.lengths[document]!;
  return earned.map(({ term, id, frequency: documents, idf, count, most }) => {
    const frequency = frequencyIn(postings, id, document);
    const saturation = frequency > 0 ? frequency / (frequency + norm) : 0;
    const part = total > 0 ? most / total : 0;
    return { term, count, documents, idf, frequency, saturation, share: part * saturation, most: part };
  });
}

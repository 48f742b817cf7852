import {
  BM25_DEFAULTS,
  type Bm25Parameters,
  inverseDocumentFrequency,
  pivotLength,
  type QueryTerm,
} from './bm25.ts';
import { documentFrequency, frequencyIn, type Postings } from './postings.ts';

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

/** The words score of one document, term by term: the same arithmetic as `bm25Shares`, before it is cut to 1. */
export function explainBm25(
  postings: Postings,
  query: readonly QueryTerm[],
  document: number,
  parameters: Bm25Parameters = BM25_DEFAULTS,
): WordsTerm[] {
  const { k1, b } = parameters;
  const pivot = pivotLength(postings, parameters);
  const idfs = query.map(({ id }) =>
    inverseDocumentFrequency(postings.documents, documentFrequency(postings, id)),
  );
  const most = query.reduce(
    (sum, { queryWeight, asked = queryWeight }, i) => sum + asked * idfs[i]! * (k1 + 1),
    0,
  );
  const norm = k1 * (1 - b + (pivot > 0 ? (b * postings.lengths[document]!) / pivot : 0));
  return query.map(({ term, id, queryWeight }, i) => {
    const idf = idfs[i]!;
    const frequency = frequencyIn(postings, id, document);
    const saturation = frequency > 0 ? frequency / (frequency + norm) : 0;
    const part = most > 0 ? (queryWeight * idf * (k1 + 1)) / most : 0;
    return {
      term,
      count: queryWeight,
      documents: documentFrequency(postings, id),
      idf,
      frequency,
      saturation,
      share: part * saturation,
      most: part,
    };
  });
}

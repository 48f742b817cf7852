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
 * The length that counts as ordinary: the average, but at least `leastPivot`. With the average
 * alone, a thousand one-line notes added to a library would halve the shares of every page in it.
 */
export function pivotLength({ averageLength }: Postings, { leastPivot }: Bm25Parameters): number {
  return Math.max(leastPivot, averageLength);
}

/** A query term: its id in the index (−1 when no document has it) and how often the query says it. */
export interface QueryTerm {
  readonly term: string;
  readonly id: number;
  readonly count: number;
}

/**
 * Inverse document frequency: ln(1 + (N − n + 0.5) / (n + 0.5)), never negative
 * (Robertson & Zaragoza 2009, eq. 3, with the 1 + of Lucene). Range (0, ln(2N + 2)].
 */
export function inverseDocumentFrequency(documents: number, frequency: number): number {
  return Math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5));
}

/**
 * Adds every document's BM25 share to `scores`.
 *
 *     share(q, d) = Σₜ idfₜ · f(t, d) / Σₜ idfₜ · (k₁ + 1)
 *     f(t, d) = tf · (k₁ + 1) / (tf + k₁ · (1 − b + b · |d| / pivot))        pivot = max(100, avg|d|)
 *
 * BM25 divided by the most this query could earn. The sum below runs over *all* query terms,
 * those that no document has included: a query half of whose words are unknown cannot earn
 * more than half. Range [0, 1).
 *
 * @param scores (documents), zero on entry
 */
export function addBm25Shares(
  postings: Postings,
  query: readonly QueryTerm[],
  scores: Float64Array,
  parameters: Bm25Parameters = BM25_DEFAULTS,
): void {
  const { k1, b } = parameters;
  let most = 0;
  for (const { id, count } of query) {
    most += count * inverseDocumentFrequency(postings.documents, documentFrequency(postings, id)) * (k1 + 1);
  }
  if (most === 0) return;
  const { documentIds, counts, lengths } = postings;
  const flat = k1 * (1 - b);
  const pivot = pivotLength(postings, parameters);
  const slope = pivot > 0 ? (k1 * b) / pivot : 0;
  for (const { id, count } of query) {
    if (id < 0) continue;
    const idf = inverseDocumentFrequency(postings.documents, documentFrequency(postings, id));
    const factor = (count * idf * (k1 + 1)) / most;
    for (let k = postings.offsets[id]!; k < postings.offsets[id + 1]!; k++) {
      const document = documentIds[k]!;
      const tf = counts[k]!;
      scores[document] = scores[document]! + (factor * tf) / (tf + flat + slope * lengths[document]!);
    }
  }
}

/** The postings from … end − 1 are those of a term. */
export interface TermPostings {
  readonly from: number;
  readonly end: number;
  readonly factor: number;
}

/** The terms of a query in the postings of an index, and what each of them adds to a document. */
export interface TermSum {
  /** Document of each posting, ascending within a term, and how often it has the term. */
  readonly documentIds: Int32Array;
  readonly counts: Float32Array;
  /** (documents) */
  readonly lengths: Float32Array;
  readonly terms: readonly TermPostings[];
  readonly flat: number;
  readonly slope: number;
}

/**
 * Adds, term after term, factor · tf / (tf + flat + slope · |d|) to the score of every document d
 * that has the term tf times, up to 1 in all.
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

/** The terms of a query in the titles of an index, and how much each of them is of a title. */
export interface Overlap {
  /** Document of each posting, ascending within a term, and the term's share of its title. */
  readonly documentIds: Int32Array;
  readonly shares: Float32Array;
  readonly terms: readonly TermPostings[];
}

/** Adds (Σ factor · share)³, over the terms, to the score of every document, within [−1, 1]. @param scores (documents) */
export function addCubes({ documentIds, shares, terms }: Overlap, scores: Float64Array): void {
  const sums = new Map<number, number>();
  for (const { from, end, factor } of terms) {
    for (let k = from; k < end; k++) {
      const document = documentIds[k]!;
      sums.set(document, (sums.get(document) ?? 0) + factor * shares[k]!);
    }
  }
  for (const [document, sum] of sums)
    scores[document] = Math.max(-1, Math.min(1, scores[document]! + sum * sum * sum));
}

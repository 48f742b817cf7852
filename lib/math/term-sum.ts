/** The terms of a query in the postings of an index, and what each of them adds to a document. */
export interface TermSum {
  /** Document of each posting, ascending within a term, and how often it has the term. */
  readonly documentIds: Int32Array;
  readonly counts: Float32Array;
  /** (documents) */
  readonly lengths: Float32Array;
  /** The postings from … end − 1 are those of a term. */
  readonly terms: readonly { readonly from: number; readonly end: number; readonly factor: number }[];
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

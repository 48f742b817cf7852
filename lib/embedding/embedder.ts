/** Terms of one text as flat arrays: ids (−1 for a term the index has never seen) and how often each occurs. */
export interface TermCounts {
  readonly ids: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
}

/**
 * Text as a direction. Two texts are close when their cosine is large.
 *
 * An embedder is a value: what it was fitted on is frozen inside, and `fingerprint` names it,
 * so that vectors of two embedders are never compared.
 */
export interface Embedder {
  /** Stable name of the method, parameters and fitted numbers, e.g. `lsa-128-3f9a0c…`. */
  readonly fingerprint: string;
  readonly dimension: number;
  /**
   * E(text), length `dimension`, L2 norm 1; all zeros when nothing in the text is known.
   * @returns a buffer that the next call overwrites
   */
  embed(text: TermCounts): Float32Array;
}

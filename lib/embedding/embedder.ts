/** Terms of one text as flat arrays: ids (−1 for a term the index has never seen) and how often each occurs. */
export interface TermCounts {
  readonly ids: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
  /** Part of its weight that each term has, in (0, 1]; 1 where it is missing. */
  readonly shares?: ArrayLike<number>;
}

/**
 * Text as a direction. Two texts are close when their cosine is large.
 *
 * An embedder is a value: what it was fitted on is frozen inside, and `fingerprint` names it,
 * so that vectors of two embedders are never compared.
 */
export interface Embedder {
  /** Stable name of the method, parameters and fitted numbers, e.g. `lsa-64-3f9a0c…`. */
  readonly fingerprint: string;
  readonly dimension: number;
  /** E(text); the vector is a buffer that the next call overwrites. */
  embed(text: TermCounts): Embedding;
}

/** E(·) of terms, by how often each id occurs; a copy, empty before anything is fitted. */
export function embedCounts(
  { embedder }: { readonly embedder: Embedder | null },
  counts: ReadonlyMap<number, number>,
): Float32Array {
  const embedded = embedder?.embed({ ids: [...counts.keys()], counts: [...counts.values()] });
  return new Float32Array(embedded?.vector ?? []);
}

export interface Embedding {
  /** Length `dimension`, L2 norm 1; all zeros when nothing in the text is known. */
  readonly vector: Float32Array;
  /**
   * How much of the text the embedding space can express, in [0, 1]: the length of the unit
   * term vector's projection, terms nobody has ever seen included. A query of unknown words
   * has a direction by accident; this says how little it means.
   */
  readonly explained: number;
}

import { type KeyMatrix, keyMatrices } from '../math/keys.ts';
import { type AttentionRecord, attend, type Head } from './attend.ts';
import type { Coefficients } from './calibration.ts';
import { cosineScores, largestCosines, type QueryVector } from './scores.ts';

/** The embedding keys of N documents, int8. */
export interface DocumentKeys {
  /** (N) document ids. */
  readonly ids: Int32Array;
  /** N × d. */
  readonly titleKeys: KeyMatrix;
  /** P × d; the passages of document i are the rows passageOffsets[i] … passageOffsets[i+1) − 1. */
  readonly passageKeys: KeyMatrix;
  /** (N + 1) */
  readonly passageOffsets: Int32Array;
}

/** A document used as a query: one vector per head that compares embeddings. */
export interface KeyQuery {
  /** E(tᵢ), of the title alone. */
  readonly title: QueryVector;
  /** E(cᵢ), of title and content as one text. */
  readonly content: QueryVector;
}

/**
 * Key–key attention: document i as the query, the other documents as keys, at T = 1.
 *
 *     ℓⱼ = b − ln (N − 1) + a_title · cos(E(tᵢ), E(tⱼ)) + a_content · max over passages p of j of cos(E(cᵢ), E(p))
 *
 * E(cᵢ) is the embedding of title and content as one text. Document i itself is masked: its
 * logit is −∞, its weight 0. The weights and the null key's weight sum to 1.
 *
 * @param coefficients of the first pass; only those of `title` and `content` are used
 * @param own          position of document i among the N; −1 when it is not one of them: then nothing is masked,
 *                     and N stands in place of N − 1
 */
export function keyAttention(
  { bias, heads }: Coefficients,
  { ids, titleKeys, passageKeys, passageOffsets }: DocumentKeys,
  query: KeyQuery,
  own: number,
): AttentionRecord {
  const documents = ids.length;
  const scores = {
    title: titleKeys.rows === documents ? cosineScores(query.title, titleKeys) : new Float32Array(documents),
    content: largestCosines(query.content, passageKeys, passageOffsets),
  };
  const masked = new Uint8Array(documents);
  if (own >= 0) masked[own] = 1;
  const used: Head[] = Object.entries(scores).map(([name, values]) => ({
    name,
    coefficient: heads[name] ?? 0,
    scores: values,
  }));
  return attend(used, bias, documents, 1, { masked, count: documents - (own >= 0 ? 1 : 0) });
}

/**
 * Copies the keys of the chosen documents into matrices of their own, so that the cost of attending
 * to them depends on their number, not on the size of the library.
 *
 * @param chosen positions among the N documents, in the order wanted
 */
export function keysOf(keys: DocumentKeys, chosen: readonly number[]): DocumentKeys {
  const { titleKeys, passageKeys, passageOffsets: all } = keys;
  const passageOffsets = new Int32Array(chosen.length + 1);
  chosen.forEach((index, i) => {
    passageOffsets[i + 1] = passageOffsets[i]! + all[index + 1]! - all[index]!;
  });
  const rows = ({ keys, stride }: KeyMatrix, from: number, to: number) =>
    keys.subarray(from * stride, to * stride);
  const [title, passage] = keyMatrices(titleKeys.dimension, [
    chosen.map((index) => rows(titleKeys, index, index + 1)),
    chosen.map((index) => rows(passageKeys, all[index]!, all[index + 1]!)),
  ]) as [KeyMatrix, KeyMatrix];
  const ids = Int32Array.from(chosen, (index) => keys.ids[index]!);
  return { ids, titleKeys: title, passageKeys: passage, passageOffsets };
}

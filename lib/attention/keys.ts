import { type KeyMatrix, keyMatrices } from '../math/keys.ts';
import { type AttentionRecord, attend, type Head } from './attend.ts';
import type { Coefficients } from './calibration.ts';
import { cosineScores, largestCosines, type QueryVector } from './scores.ts';

/** The keys of N documents. */
export interface DocumentKeys {
  readonly ids: Int32Array;
  /** N × d. */
  readonly titleKeys: KeyMatrix;
  /** The passages of document i at rows passageOffsets[i] … passageOffsets[i+1). */
  readonly passageKeys: KeyMatrix;
  readonly passageOffsets: Int32Array;
}

/** A document as a query: what stands where a typed query's embedding does. */
export interface KeyQuery {
  /** E(tᵢ), of the title alone. */
  readonly title: QueryVector;
  /** E(cᵢ), of title and content as one text. */
  readonly content: QueryVector;
}

/**
 * Key–key attention: document i as the query, the others as keys, with the calibrated
 * coefficients of the embedding heads at a first look.
 *
 *     ℓⱼ = b − ln (N − 1) + a_title · cos(E(tᵢ), E(tⱼ)) + a_content · max over passages p of j of cos(E(cᵢ), E(p))
 *
 * E(cᵢ) is the embedding of title and content as one text. The document itself is masked: its
 * logit is −∞, its weight 0. With the null key's share the weights sum to 1.
 *
 * @param own position of document i among the N
 */
export function keyAttention(
  { bias, heads }: Coefficients,
  { ids, titleKeys, passageKeys, passageOffsets }: DocumentKeys,
  query: KeyQuery,
  own: number,
): AttentionRecord {
  const documents = ids.length;
  const scores = {
    title: titleKeys.rows === documents ? cosineScores(query.title, titleKeys) : new Float64Array(documents),
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

/** The keys of some documents, copied side by side, so that attending to them costs what they cost. */
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

import type { KeyMatrix } from '../math/keys.ts';
import { weightOf } from '../math/softmax.ts';
import type { AttentionRecord } from './attend.ts';

/** The passages of all documents: those of document i are the rows offsets[i] … offsets[i + 1). */
export interface PassageKeys {
  readonly keys: KeyMatrix;
  readonly offsets: Int32Array;
}

/** Documents that hold less than this of the attention in all are left out of the sum. */
const NEGLIGIBLE = 1e-6;

/**
 * The output o = Σ wᵢ vᵢ in the embedding space (Vaswani et al. 2017, eq. 1).
 *
 * vᵢ is E(passage) of document i's passage with the largest cosine, the one whose score
 * counted; the null key's value is the zero vector, so ‖o‖ ≤ 1 − w(nothing).
 *
 * @returns (dimension)
 */
export function outputVector(record: AttentionRecord, query: Int8Array, passages: PassageKeys): Float64Array {
  const output = new Float64Array(passages.keys.dimension);
  const least = NEGLIGIBLE / Math.max(1, record.logits.length);
  for (let i = 0; i < record.logits.length; i++) {
    const weight = weightOf(record.logits[i]!, record.temperature, record.softmax);
    if (weight >= least) addValue(passages, query, i, weight, output);
  }
  return output;
}

/** Adds weight · vᵢ to `output`. */
export function addValue(
  passages: PassageKeys,
  query: Int8Array,
  index: number,
  weight: number,
  output: Float64Array,
): void {
  const { stride, keys, inverseNorms } = passages.keys;
  const row = nearestRow(query, passages.keys, passages.offsets[index]!, passages.offsets[index + 1]!);
  if (row < 0) return;
  const scale = weight * inverseNorms[row]!;
  for (let j = 0; j < output.length; j++) output[j] = output[j]! + scale * keys[row * stride + j]!;
}

/** The row of rows from … to − 1 with the largest cosine to the query; −1 for none. */
function nearestRow(
  query: Int8Array,
  { dimension, stride, keys, inverseNorms }: KeyMatrix,
  from: number,
  to: number,
): number {
  if (to - from <= 1) return from < to ? from : -1;
  let best = Number.NEGATIVE_INFINITY;
  let nearest = -1;
  for (let row = from; row < to; row++) {
    let sum = 0;
    for (let j = 0; j < dimension; j++) sum += query[j]! * keys[row * stride + j]!;
    const score = sum * inverseNorms[row]!;
    if (score > best) [best, nearest] = [score, row];
  }
  return nearest;
}

import type { KeyMatrix } from '../math/keys.ts';

/**
 * A quantised query vector: int8 × d, and the factor that turns its dot product with a unit key
 * into a cosine: explained / ‖values‖, 0 when the query has no direction.
 */
export interface QueryVector {
  readonly values: Int8Array;
  readonly inverseNorm: number;
}

/** Cosine of the query with every key; (rows), each in [−1, 1]. */
export function cosineScores({ values, inverseNorm }: QueryVector, keys: KeyMatrix): Float64Array {
  const scores = new Float64Array(keys.rows);
  if (inverseNorm === 0) return scores;
  const dots = keys.dots(values);
  const { inverseNorms } = keys;
  for (let row = 0; row < scores.length; row++)
    scores[row] = bounded(dots[row]! * inverseNorms[row]! * inverseNorm);
  return scores;
}

/**
 * Per document the largest cosine among its passages.
 *
 * @param offsets (N + 1); the passages of document i are the rows offsets[i] … offsets[i+1)
 * @returns (N), 0 for a document without passages
 */
export function largestCosines(
  { values, inverseNorm }: QueryVector,
  keys: KeyMatrix,
  offsets: Int32Array,
): Float64Array {
  const scores = new Float64Array(offsets.length - 1);
  if (inverseNorm === 0 || keys.rows === 0) return scores;
  const dots = keys.dots(values);
  const { inverseNorms } = keys;
  for (let i = 0; i < scores.length; i++) {
    const end = offsets[i + 1]!;
    let row = offsets[i]!;
    if (row === end) continue;
    let best = dots[row]! * inverseNorms[row]!;
    for (row++; row < end; row++) {
      const score = dots[row]! * inverseNorms[row]!;
      if (score > best) best = score;
    }
    scores[i] = bounded(best * inverseNorm);
  }
  return scores;
}

/** float32 norms let a key with itself reach 1 + 6e-8; a cosine never leaves [−1, 1]. */
function bounded(cosine: number): number {
  return cosine > 1 ? 1 : cosine < -1 ? -1 : cosine;
}

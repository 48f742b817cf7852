import { cosine, type KeyMatrix } from '../math/vector.ts';

/**
 * A quantised query vector: int8 × d, and the factor that turns its dot product with a unit key
 * into a cosine: explained / ‖values‖, 0 when the query has no direction.
 */
export interface QueryVector {
  readonly values: Int8Array;
  readonly inverseNorm: number;
}

/** Cosine of the query with every key; (rows), each in [−1, 1]. */
export function cosineScores(query: QueryVector, keys: KeyMatrix): Float64Array {
  const scores = new Float64Array(keys.rows);
  if (query.inverseNorm === 0) return scores;
  for (let row = 0; row < keys.rows; row++) scores[row] = cosine(query.values, query.inverseNorm, keys, row);
  return scores;
}

/**
 * Per document the largest cosine among its passages.
 *
 * @param offsets (N + 1); the passages of document i are the rows offsets[i] … offsets[i+1)
 * @returns (N), 0 for a document without passages
 */
export function largestCosines(query: QueryVector, keys: KeyMatrix, offsets: Int32Array): Float64Array {
  const scores = new Float64Array(offsets.length - 1);
  if (query.inverseNorm === 0 || keys.rows === 0) return scores;
  for (let i = 0; i < scores.length; i++) {
    const end = offsets[i + 1]!;
    let best = offsets[i]! < end ? -1 : 0;
    for (let row = offsets[i]!; row < end; row++) {
      const score = cosine(query.values, query.inverseNorm, keys, row);
      if (score > best) best = score;
    }
    scores[i] = best;
  }
  return scores;
}

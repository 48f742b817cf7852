import type { KeyMatrix } from '../math/keys.ts';
import { bounded } from '../math/vector.ts';

/**
 * A quantised query vector, and the factor that turns its dot product with a unit key into a score.
 *
 * For a typed query the factor is explained / ‖values‖, so the score is the cosine with the whole
 * term vector: what the embedding cannot express of the query counts as distance. For feedback it is
 * ‖o‖ / ‖values‖.
 */
export interface QueryVector {
  /** (d) */
  readonly values: Int8Array;
  /** 0 for the zero vector, which scores 0 everywhere. */
  readonly inverseNorm: number;
}

/** Cosine of the query with every key. @returns (rows), each in [−1, 1] */
export function cosineScores({ values, inverseNorm }: QueryVector, keys: KeyMatrix): Float32Array {
  const scores = new Float32Array(keys.rows);
  if (inverseNorm === 0) return scores;
  const dots = keys.dots(values);
  const { inverseNorms } = keys;
  for (let row = 0; row < scores.length; row++)
    scores[row] = bounded(dots[row]! * inverseNorms[row]! * inverseNorm);
  return scores;
}

/**
 * For each document the largest cosine of the query with any of its passages.
 *
 * @param offsets (N + 1); the passages of document i are the rows offsets[i] … offsets[i+1) − 1
 * @returns (N), each in [−1, 1]; 0 for a document without passages
 */
export function largestCosines(
  { values, inverseNorm }: QueryVector,
  keys: KeyMatrix,
  offsets: Int32Array,
): Float32Array {
  const scores = new Float32Array(offsets.length - 1);
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

import type { KeyMatrix } from './keys.ts';

/** Σ aᵢ bᵢ of two vectors of equal length. Four partial sums, so that no addition has to wait for the previous one. */
export function dot(a: Float32Array, b: Float32Array): number {
  const whole = a.length - (a.length & 3);
  let [s, t, u, v] = [0, 0, 0, 0];
  for (let i = 0; i < whole; i += 4) {
    s += a[i]! * b[i]!;
    t += a[i + 1]! * b[i + 1]!;
    u += a[i + 2]! * b[i + 2]!;
    v += a[i + 3]! * b[i + 3]!;
  }
  for (let i = whole; i < a.length; i++) s += a[i]! * b[i]!;
  return s + t + (u + v);
}

/**
 * Symmetric quantisation of one vector to int8, written to out[offset …]:
 *
 *     kᵢ = round(127 · vᵢ / max|v|)
 *
 * The quantised vector *is* the stored key, so anyone can recompute the cosine that ranks from what is stored.
 *
 * @returns 1 / ‖k‖ of the quantised vector; 0 when v is the zero vector
 */
export function quantize(vector: ArrayLike<number>, out: Int8Array, offset = 0): number {
  let largest = 0;
  for (let i = 0; i < vector.length; i++) largest = Math.max(largest, Math.abs(vector[i]!));
  if (!(largest > 0)) {
    out.fill(0, offset, offset + vector.length);
    return 0;
  }
  let square = 0;
  for (let i = 0; i < vector.length; i++) {
    const rounded = Math.round((127 * vector[i]!) / largest);
    out[offset + i] = rounded;
    square += rounded * rounded;
  }
  return 1 / Math.sqrt(square);
}

/** Cosine of a quantised query with row `row` of a key matrix, in [−1, 1]; 0 when either is the zero vector. */
export function cosine(query: Int8Array, queryInverseNorm: number, matrix: KeyMatrix, row: number): number {
  const { dimension, stride, keys } = matrix;
  const start = row * stride;
  let sum = 0;
  for (let i = 0; i < dimension; i++) sum += query[i]! * keys[start + i]!;
  return bounded(sum * queryInverseNorm * matrix.inverseNorms[row]!);
}

/** Clamps to [−1, 1]: with float32 norms, the cosine of a key with itself can come out as 1 + 6e-8. */
export function bounded(value: number): number {
  return value > 1 ? 1 : value < -1 ? -1 : value;
}

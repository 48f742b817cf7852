/** int8 keys of one head: row i is keys[i·d … (i+1)·d), its length 1 / inverseNorms[i]. */
export interface KeyMatrix {
  readonly dimension: number;
  readonly rows: number;
  readonly keys: Int8Array;
  /** 1 / ‖row‖ of the quantised row; 0 for a row without direction. */
  readonly inverseNorms: Float32Array;
}

/** Σ aᵢ bᵢ over two vectors of equal length. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/**
 * Per-vector symmetric quantisation: kᵢ = round(127 · vᵢ / max|v|), written to out[offset …].
 * The quantised vector *is* the stored key, so the cosine that ranks is the cosine anyone
 * can recompute from what is stored.
 *
 * @returns 1 / ‖k‖ of the quantised vector, or 0 when v is zero
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

/** 1 / ‖row‖ for every row of d numbers in `keys`. */
export function inverseNorms(keys: Int8Array, dimension: number): Float32Array {
  const norms = new Float32Array(dimension === 0 ? 0 : keys.length / dimension);
  for (let row = 0; row < norms.length; row++) {
    let square = 0;
    for (let i = row * dimension; i < (row + 1) * dimension; i++) square += keys[i]! * keys[i]!;
    norms[row] = square > 0 ? 1 / Math.sqrt(square) : 0;
  }
  return norms;
}

/** Cosine of a quantised query with row `row` of a key matrix; 0 where either has no direction. */
export function cosine(query: Int8Array, queryInverseNorm: number, matrix: KeyMatrix, row: number): number {
  const { dimension, keys } = matrix;
  const start = row * dimension;
  let sum = 0;
  for (let i = 0; i < dimension; i++) sum += query[i]! * keys[start + i]!;
  // The norms are float32: a key with itself may come out at 1 + 6e-8.
  return Math.max(-1, Math.min(1, sum * queryInverseNorm * matrix.inverseNorms[row]!));
}

import { type KeyMatrix, keyMatrices, strideOf } from '../../lib/math/keys.ts';

/** A key matrix of given rows, each `dimension` numbers, one after another. */
export function keyMatrix(rows: Int8Array, dimension: number): KeyMatrix {
  return keyMatrices(dimension, [paddedRows(rows, dimension)])[0]!;
}

/** The same rows, each as long as a key matrix has it. */
export function paddedRows(rows: Int8Array, dimension: number): Int8Array[] {
  return Array.from({ length: dimension === 0 ? 0 : rows.length / dimension }, (_, i) => {
    const padded = new Int8Array(strideOf(dimension));
    padded.set(rows.subarray(i * dimension, (i + 1) * dimension));
    return padded;
  });
}

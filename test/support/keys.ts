import { type KeyMatrix, keyMatrices, strideOf } from '../../lib/math/keys.ts';

/** Builds a key matrix from rows of `dimension` numbers each, stored one after another. */
export function keyMatrix(rows: Int8Array, dimension: number): KeyMatrix {
  return keyMatrices(dimension, [paddedRows(rows, dimension)])[0]!;
}

/** Splits rows and pads each to the stride of a key matrix. */
export function paddedRows(rows: Int8Array, dimension: number): Int8Array[] {
  return Array.from({ length: dimension === 0 ? 0 : rows.length / dimension }, (_, i) => {
    const padded = new Int8Array(strideOf(dimension));
    padded.set(rows.subarray(i * dimension, (i + 1) * dimension));
    return padded;
  });
}

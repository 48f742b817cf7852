import { type KeyMatrix, KeySpace, strideOf } from '../../lib/math/keys.ts';

/** A key matrix of given rows, each `dimension` numbers, one after another. */
export function keyMatrix(rows: Int8Array, dimension: number): KeyMatrix {
  const count = dimension === 0 ? 0 : rows.length / dimension;
  const space = new KeySpace(dimension, [count]);
  for (let i = 0; i < count; i++)
    space.keys(0).set(rows.subarray(i * dimension, (i + 1) * dimension), i * strideOf(dimension));
  return space.seal(0);
}

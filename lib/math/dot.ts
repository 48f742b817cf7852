/**
 * The loops of kernel/dot.as.ts in plain TypeScript: the tests' reference, and the fallback when the
 * kernel has not been built. The results are the same integers; it is far slower.
 */

/** out[i] = Σⱼ query[j] · keys[i·stride + j], exact. @param query (stride) @param keys (rows × stride) @param out (rows) */
export function dotRows(
  query: Int16Array,
  keys: Int8Array,
  rows: number,
  stride: number,
  out: Int32Array,
): void {
  for (let row = 0, at = 0; row < rows; row++, at += stride) {
    let sum = 0;
    for (let j = 0; j < stride; j++) sum += query[j]! * keys[at + j]!;
    out[row] = sum;
  }
}

/** out[i] = Σⱼ keys[i·stride + j]², exact. @param keys (rows × stride) @param out (rows) */
export function squareRows(keys: Int8Array, rows: number, stride: number, out: Int32Array): void {
  for (let row = 0, at = 0; row < rows; row++, at += stride) {
    let sum = 0;
    for (let j = 0; j < stride; j++) sum += keys[at + j]! * keys[at + j]!;
    out[row] = sum;
  }
}

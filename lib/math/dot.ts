/**
 * The kernel's loops in plain TypeScript: oracle in the tests, fallback where there is no
 * WebAssembly. Same integers, far slower (see kernel/dot.as.ts).
 */

/** out[i] = Σⱼ query[j] · keys[i·stride + j], exact. */
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

/** out[i] = Σⱼ keys[i·stride + j]². */
export function squareRows(keys: Int8Array, rows: number, stride: number, out: Int32Array): void {
  for (let row = 0, at = 0; row < rows; row++, at += stride) {
    let sum = 0;
    for (let j = 0; j < stride; j++) sum += keys[at + j]! * keys[at + j]!;
    out[row] = sum;
  }
}

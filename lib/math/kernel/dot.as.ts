// The one loop of this project that the memory bus limits, in AssemblyScript (compiled to
// WebAssembly SIMD by the build). Its twin in plain TypeScript is ../dot.ts.

/**
 * out[i] = Σⱼ query[j] · keys[i·stride + j], exact in int32: |sum| ≤ 127² · stride.
 *
 * @param query  address of stride int8
 * @param keys   address of rows × stride int8
 * @param stride bytes from row to row, a multiple of 16
 * @param out    address of rows int32
 */
export function dotRows(query: usize, keys: usize, rows: u32, stride: u32, out: usize): void {
  if (stride == 128) {
    dotRows128(query, keys, rows, out);
    return;
  }
  for (let row: u32 = 0; row < rows; row++) {
    let sum = i32x4.splat(0);
    for (let j: u32 = 0; j < stride; j += 16) {
      sum = addDot(sum, v128.load(query + j), v128.load(keys + j));
    }
    store<i32>(out, total(sum));
    keys += stride;
    out += 4;
  }
}

/** out[i] = Σⱼ keys[i·stride + j]²: the squared length of every row. */
export function squareRows(keys: usize, rows: u32, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    let sum = i32x4.splat(0);
    for (let j: u32 = 0; j < stride; j += 16) {
      const key = v128.load(keys + j);
      sum = addDot(sum, key, key);
    }
    store<i32>(out, total(sum));
    keys += stride;
    out += 4;
  }
}

/** The usual dimension, with the query held in registers. */
function dotRows128(query: usize, keys: usize, rows: u32, out: usize): void {
  const q0 = v128.load(query);
  const q1 = v128.load(query, 16);
  const q2 = v128.load(query, 32);
  const q3 = v128.load(query, 48);
  const q4 = v128.load(query, 64);
  const q5 = v128.load(query, 80);
  const q6 = v128.load(query, 96);
  const q7 = v128.load(query, 112);
  for (let row: u32 = 0; row < rows; row++) {
    let a = addDot(i32x4.splat(0), q0, v128.load(keys));
    let b = addDot(i32x4.splat(0), q1, v128.load(keys, 16));
    a = addDot(a, q2, v128.load(keys, 32));
    b = addDot(b, q3, v128.load(keys, 48));
    a = addDot(a, q4, v128.load(keys, 64));
    b = addDot(b, q5, v128.load(keys, 80));
    a = addDot(a, q6, v128.load(keys, 96));
    b = addDot(b, q7, v128.load(keys, 112));
    store<i32>(out, total(i32x4.add(a, b)));
    keys += 128;
    out += 4;
  }
}

/** sum + the 16 products of two int8 vectors, as four int32. Products fit in int16, pairs of them in int32. */
// @ts-expect-error: AssemblyScript decorator
@inline
function addDot(sum: v128, x: v128, y: v128): v128 {
  const low = i16x8.extmul_low_i8x16_s(x, y);
  const high = i16x8.extmul_high_i8x16_s(x, y);
  return i32x4.add(i32x4.add(sum, i32x4.extadd_pairwise_i16x8_s(low)), i32x4.extadd_pairwise_i16x8_s(high));
}

// @ts-expect-error: AssemblyScript decorator
@inline
function total(sum: v128): i32 {
  return i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
}

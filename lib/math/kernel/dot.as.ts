// The scan over all keys, the one loop here that is limited by memory bandwidth. AssemblyScript, which the
// build compiles to WebAssembly SIMD. The same in plain TypeScript: ../keys.ts.

/**
 * out[i] = Σⱼ query[j] · keys[i·stride + j], exact in int32: |sum| ≤ 128² · stride.
 *
 * Four rows at a time, so that the query is loaded once for four keys. Eight numbers of a key cost
 * one widening load, one pairwise multiply-add and one addition.
 *
 * @param query  address of stride int16
 * @param keys   address of rows × stride int8
 * @param stride bytes from row to row, a multiple of 16
 * @param out    address of rows int32
 */
export function dotRows(query: usize, keys: usize, rows: u32, stride: u32, out: usize): void {
  let row: u32 = 0;
  for (; row + 4 <= rows; row += 4) {
    v128.store(out, dotFour(query, keys, stride));
    keys += 4 * stride;
    out += 16;
  }
  for (; row < rows; row++) {
    let sum = i32x4.splat(0);
    for (let j: usize = 0; j < stride; j += 8) sum = addDot(sum, v128.load(query + 2 * j), keys + j);
    store<i32>(out, total(sum));
    keys += stride;
    out += 4;
  }
}

/** The dot products of four consecutive rows, one per lane. */
// @ts-expect-error: AssemblyScript decorator
@inline
export function dotFour(query: usize, keys: usize, stride: u32): v128 {
  const kb = keys + stride;
  const kc = kb + stride;
  const kd = kc + stride;
  let a = i32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (let j: usize = 0; j < stride; j += 16) {
    const q = v128.load(query + 2 * j);
    const r = v128.load(query + 2 * j, 16);
    a = addDot(addDot(a, q, keys + j), r, keys + j + 8);
    b = addDot(addDot(b, q, kb + j), r, kb + j + 8);
    c = addDot(addDot(c, q, kc + j), r, kc + j + 8);
    d = addDot(addDot(d, q, kd + j), r, kd + j + 8);
  }
  return sumPairs(sumPairs(a, b), sumPairs(c, d));
}

/**
 * Reads one word of every 64-byte cache line, to have the lines in the cache when the products are computed.
 * Without other work in between, many more cache misses are in flight at once than the kilobyte or so between
 * products. Worth it only where memory is slow; ../read-ahead.ts measures whether it is.
 *
 * @returns a meaningless value, returned only so that no compiler removes the loads
 */
export function readAhead(bytes: usize, end: usize): i32 {
  let any: i32 = 0;
  for (; bytes < end; bytes += 64) any |= load<i32>(bytes);
  return any;
}

/** out[i] = Σⱼ keys[i·stride + j]²: the squared length of every row. */
export function squareRows(keys: usize, rows: u32, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    let sum = i32x4.splat(0);
    for (let j: usize = 0; j < stride; j += 8) sum = addDot(sum, v128.load_ext<i8>(keys + j), keys + j);
    store<i32>(out, total(sum));
    keys += stride;
    out += 4;
  }
}

/**
 * Sums memory as int32 words: it loads every byte with next to no computation. The benchmark compares the scan
 * with it (`npm run bench -- --kernel`).
 *
 * @param length bytes, a multiple of 64
 */
export function sumBytes(bytes: usize, length: usize): i32 {
  let a = i32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (const end = bytes + length; bytes < end; bytes += 64) {
    a = i32x4.add(a, v128.load(bytes));
    b = i32x4.add(b, v128.load(bytes, 16));
    c = i32x4.add(c, v128.load(bytes, 32));
    d = i32x4.add(d, v128.load(bytes, 48));
  }
  return total(i32x4.add(i32x4.add(a, b), i32x4.add(c, d)));
}

/** sum + x · key for eight int16 and the eight int8 at `key`; neighbouring products are added, giving four int32 lanes. */
// @ts-expect-error: AssemblyScript decorator
@inline
function addDot(sum: v128, x: v128, key: usize): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(x, v128.load_ext<i8>(key)));
}

/** Sums of neighbouring lanes: a₀ + a₁, a₂ + a₃, b₀ + b₁, b₂ + b₃. */
// @ts-expect-error: AssemblyScript decorator
@inline
function sumPairs(a: v128, b: v128): v128 {
  return i32x4.add(i32x4.shuffle(a, b, 0, 2, 4, 6), i32x4.shuffle(a, b, 1, 3, 5, 7));
}

/** Sum of the four lanes. */
// @ts-expect-error: AssemblyScript decorator
@inline
function total(sum: v128): i32 {
  return i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
}

// The loop of this project that the memory bus limits, in AssemblyScript (compiled to WebAssembly
// SIMD by the build). Its twin in plain TypeScript is ../dot.ts.

/**
 * out[i] = Σⱼ query[j] · keys[i·stride + j], exact in int32: |sum| ≤ 128² · stride.
 *
 * Four rows at a time, so that the query is loaded once for four keys, and eight numbers of a
 * key are one widening load, one multiply-add of pairs and one addition.
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

/** The same of four rows, their sums side by side. */
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
 * Asks for bytes, 64 at a time, so that they are near when their products are made: so much is on its way at once
 * then, where between products it is a kilobyte. For memory that is far away.
 *
 * @returns nothing that means anything; what is returned no compiler leaves out
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

/** The sum of bytes, 16 at a time: what a scan that reads them all is held against, see `npm run bench -- --kernel`. @param length a multiple of 64 */
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

/** sum + the products of eight int16 and the eight int8 at an address, by pairs, as four int32. */
// @ts-expect-error: AssemblyScript decorator
@inline
function addDot(sum: v128, x: v128, key: usize): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(x, v128.load_ext<i8>(key)));
}

/** The sums of neighbours: a₀ + a₁, a₂ + a₃, b₀ + b₁, b₂ + b₃. */
// @ts-expect-error: AssemblyScript decorator
@inline
function sumPairs(a: v128, b: v128): v128 {
  return i32x4.add(i32x4.shuffle(a, b, 0, 2, 4, 6), i32x4.shuffle(a, b, 1, 3, 5, 7));
}

// @ts-expect-error: AssemblyScript decorator
@inline
function total(sum: v128): i32 {
  return i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
}

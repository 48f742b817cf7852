// What happens to the values after attention: they are blended, and the blend is projected on terms.
// The same in plain TypeScript, bit-identical: ../../attention/output.ts.
import { dotRows } from './dot.as';

/**
 * out += Σ weight · v over the given documents, in their order. v is the unit key of the document's
 * passage nearest to the query; a document without passages adds nothing.
 *
 * The keys lie far apart in memory. A first loop only touches one key of each document: with so
 * little work in between, many cache misses are in flight at a time, which halves the total time.
 *
 * @param query     address of stride int16
 * @param keys      address of rows × stride int8
 * @param norms     address of rows f32: 1 / ‖row‖
 * @param offsets   address of i32: the rows of document i are offsets[i] … offsets[i + 1)
 * @param documents address of count i32
 * @param weights   address of count f64
 * @param dots      address of a buffer with an int32 for each row
 * @param out       address of stride f64
 */
export function blend(stride: u32, count: u32, query: usize, keys: usize, norms: usize, offsets: usize, documents: usize, weights: usize, dots: usize, out: usize): void {
  const end = documents + 4 * count;
  let touched: u64 = 0;
  for (let at = documents; at < end; at += 4) {
    const row = <usize>load<u32>(offsets + 4 * <usize>load<u32>(at));
    touched |= load<u64>(keys + row * stride) | load<u64>(keys + row * stride + stride / 2);
  }
  store<u64>(dots, touched);
  for (; documents < end; documents += 4, weights += 8) {
    const range = offsets + 4 * <usize>load<u32>(documents);
    const from = load<u32>(range);
    const to = load<u32>(range, 4);
    if (from == to) continue;
    let row = from;
    if (to - from > 1) {
      dotRows(query, keys + <usize>from * stride, to - from, stride, dots);
      row += nearest(dots, norms + 4 * from, to - from);
    }
    const scale = load<f64>(weights) * <f64>load<f32>(norms + 4 * row);
    addScaled(scale, keys + <usize>row * stride, stride, out);
  }
}

/** Index of the row with the largest cosine. */
function nearest(dots: usize, norms: usize, rows: u32): u32 {
  let best = -Infinity;
  let at: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const score = <f64>load<i32>(dots + 4 * row) * <f64>load<f32>(norms + 4 * row);
    if (score > best) {
      best = score;
      at = row;
    }
  }
  return at;
}

/** out += scale · key, in f64. */
function addScaled(scale: f64, key: usize, stride: u32, out: usize): void {
  const s = f64x2.splat(scale);
  for (const end = key + stride; key < end; key += 8, out += 64) {
    const eight = v128.load_ext<i8>(key);
    const low = i32x4.extend_low_i16x8_s(eight);
    const high = i32x4.extend_high_i16x8_s(eight);
    addPair(s, low, out);
    addPair(s, i64x2.shuffle(low, low, 1, 1), out + 16);
    addPair(s, high, out + 32);
    addPair(s, i64x2.shuffle(high, high, 1, 1), out + 48);
  }
}

/** out += s · x for the two low int32 lanes x of `values`. */
// @ts-expect-error: AssemblyScript decorator
@inline
function addPair(s: v128, values: v128, out: usize): void {
  v128.store(out, f64x2.add(v128.load(out), f64x2.mul(s, f64x2.convert_low_i32x4_s(values))));
}

/**
 * out[k] = Σⱼ basis[rows[k], j] · vector[j].
 *
 * Eight partial sums, each of every eighth product; the products beyond the last multiple of eight
 * are added at the end. `projectPlainly` adds in the same order, so that results are bit-identical.
 *
 * @param basis  address of rows × dimension f32
 * @param rows   address of count i32
 * @param vector address of dimension f64
 * @param out    address of count f64
 */
export function project(basis: usize, dimension: u32, rows: usize, count: u32, vector: usize, out: usize): void {
  const whole = vector + 8 * (dimension & ~7);
  const last = vector + 8 * dimension;
  for (const end = rows + 4 * count; rows < end; rows += 4, out += 8) {
    let at = basis + 4 * <usize>dimension * load<u32>(rows);
    let a = f64x2.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let v = vector;
    for (; v < whole; v += 64, at += 32) {
      a = f64x2.add(a, f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(at)), v128.load(v)));
      b = f64x2.add(b, f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(at, 8)), v128.load(v, 16)));
      c = f64x2.add(c, f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(at, 16)), v128.load(v, 32)));
      d = f64x2.add(d, f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(at, 24)), v128.load(v, 48)));
    }
    const four = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
    let sum = f64x2.extract_lane(four, 0) + f64x2.extract_lane(four, 1);
    for (; v < last; v += 8, at += 4) sum += <f64>load<f32>(at) * load<f64>(v);
    store<f64>(out, sum);
  }
}

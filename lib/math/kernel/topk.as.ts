// The strongest of many. Its twin in plain TypeScript is `largest` in ../topk.ts.

/** Bytes from one block's largest value to the next one's: what ./look.as.ts writes down for a block. */
const SUMMARY: u32 = 32;

/**
 * Places of the k largest values, ascending; of equal ones the first.
 *
 * @param values address of count f64
 * @param fine   address of the largest of each 16 values
 * @param coarse address of the largest of each 1,024, `SUMMARY` bytes apart
 * @param room   address of 128 f64, and of one for each value
 * @param out    address of room for as many i32 as there are values
 * @returns how many there are: k, or all
 */
export function strongest(values: usize, count: u32, fine: usize, coarse: usize, k: u32, room: usize, out: usize): u32 {
  const blocks = (count + 1023) / 1024;
  const peaks = (count + 15) / 16;
  let floor = -Infinity;
  // At least k values are as large as the k-th largest peak; of those equal to it, k are enough.
  if (k <= blocks) floor = kthLargest(coarse, coarse + blocks * SUMMARY, SUMMARY, k, room);
  else if (k <= peaks) floor = kthLargest(fine, fine + 8 * peaks, 8, k, room);
  const found = candidates(values, count, fine, floor, k, out);
  if (found <= k) return found;
  const kept = room + 1024;
  const end = kept + 8 * found;
  for (let at = kept, place = out; at < end; at += 8, place += 4) store<f64>(at, load<f64>(values + 8 * load<u32>(place)));
  const least = kthLargest(kept, end, 8, k, room);
  let equal = k;
  for (let at = kept; at < end; at += 8) equal -= u32(load<f64>(at) > least);
  let next = out;
  for (let at = kept, place = out; at < end; at += 8, place += 4) {
    const value = load<f64>(at);
    const isEqual = u32(value == least) & u32(equal > 0);
    store<u32>(next, load<u32>(place));
    next += 4 * (u32(value > least) | isEqual);
    equal -= isEqual;
  }
  return k;
}

/** Places of the values above a floor, ascending, and of the first `most` that are equal to it. */
function candidates(values: usize, count: u32, fine: usize, floor: f64, most: u32, out: usize): u32 {
  const first = out;
  let equal = most;
  for (let from: u32 = 0; from < count; from += 16, fine += 8) {
    if (load<f64>(fine) < floor) continue;
    const to = min(from + 16, count);
    for (let i = from; i < to; i++) {
      const value = load<f64>(values + 8 * i);
      const isEqual = u32(value == floor) & u32(equal > 0);
      // Without a branch, which would be guessed wrong every other time: what is not wanted is overwritten.
      store<u32>(out, i);
      out += 4 * (u32(value > floor) | isEqual);
      equal -= isEqual;
    }
  }
  return u32((out - first) / 4);
}

/**
 * The k-th largest of the values from an address to `end`, `step` bytes apart. As integers of the
 * same order they are counted in 256 ranges, then those of the range it is in, and so on.
 *
 * @param counts address of 256 i32
 */
function kthLargest(values: usize, end: usize, step: u32, k: u32, counts: usize): f64 {
  let low = i64.MAX_VALUE;
  let high = i64.MIN_VALUE;
  for (let at = values; at < end; at += step) {
    const value = ordered(load<i64>(at));
    low = min(low, value);
    high = max(high, value);
  }
  while (low < high) {
    const shift = max<i64>(0, 56 - clz(high - low));
    memory.fill(counts, 0, 1024);
    for (let at = values; at < end; at += step) {
      const value = ordered(load<i64>(at));
      if (value < low || value > high) continue;
      const count = counts + 4 * usize(u64(value - low) >> shift);
      store<u32>(count, load<u32>(count) + 1);
    }
    let range: i64 = 255;
    while (k > load<u32>(counts + 4 * usize(range))) k -= load<u32>(counts + 4 * usize(range--));
    low += range << shift;
    if (u64(high - low) >> shift != 0) high = low + (i64(1) << shift) - 1;
  }
  return reinterpret<f64>(ordered(low));
}

/** The bits of an f64 as an integer of the same order, and back. */
// @ts-expect-error: AssemblyScript decorator
@inline
function ordered(bits: i64): i64 {
  return bits ^ ((bits >> 63) & i64.MAX_VALUE);
}

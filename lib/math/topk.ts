/** Size of a fine block of values, whose maximum is recorded. */
export const PEAK = 16;

/** `count` rounded up to a multiple of PEAK. */
export function roomFor(count: number): number {
  return Math.ceil(count / PEAK) * PEAK;
}

/** Size of a coarse block of values; a multiple of PEAK. */
export const BLOCK = 1024;

/** Block maxima of an array, which let `largest` skip blocks without reading them. */
export interface Peaks {
  /** Maximum of each PEAK values. */
  readonly fine: Float64Array;
  /** Maximum of each BLOCK values. */
  readonly coarse: Float64Array;
}

/** The block maxima of values. O(n). */
export function peaksOf(values: ArrayLike<number>): Peaks {
  const fine = largestOfEach(values, PEAK);
  return { fine, coarse: largestOfEach(fine, BLOCK / PEAK) };
}

function largestOfEach(values: ArrayLike<number>, size: number): Float64Array {
  const peaks = new Float64Array(Math.ceil(values.length / size)).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < values.length; i++) {
    const block = Math.floor(i / size);
    if (values[i]! > peaks[block]!) peaks[block] = values[i]!;
  }
  return peaks;
}

/** The indices of the k largest values, largest first; ties go to the smaller index. @param peaks of the values, if already computed */
export function topK(values: ArrayLike<number>, k: number, peaks?: Peaks): Int32Array {
  return largest(values, k, peaks).sort((a, b) => values[b]! - values[a]! || a - b);
}

/**
 * The indices of the k largest values that are at least `least`, ascending; ties go to the smaller index.
 *
 * Selects by the k-th largest value instead of sorting: O(n), and with peaks most blocks are skipped unread.
 */
export function largest(
  values: ArrayLike<number>,
  k: number,
  peaks: Peaks = peaksOf(values),
  least = Number.NEGATIVE_INFINITY,
): Int32Array {
  const size = Math.min(k, values.length);
  if (size === 0) return new Int32Array(0);
  // Of values equal to the floor, the first k are enough.
  const floor = floorOf(k <= peaks.coarse.length ? peaks.coarse : peaks.fine, k, least);
  const found = notBelow(values, peaks, floor, size);
  if (found.length <= size) return Int32Array.from(found);
  const there = new Float64Array(found.length);
  for (let at = 0; at < there.length; at++) there[at] = values[found[at]!]!;
  const last = kthLargest(there, size);
  let equal = size;
  for (let at = 0; at < there.length; at++) if (there[at]! > last) equal--;
  const chosen = new Int32Array(size);
  let at = 0;
  for (const i of found) if (values[i]! > last || (values[i] === last && equal-- > 0)) chosen[at++] = i;
  return chosen;
}

/** Buckets of the histogram that finds a floor. */
const BUCKETS = 256;

/**
 * A lower bound of the k-th largest value, and close to it: half a bucket below the bucket of the k-th largest peak in a
 * histogram. Six times as fast as selecting that peak.
 */
function floorOf(peaks: Float64Array, k: number, least: number): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < peaks.length; i++) {
    const peak = peaks[i]!;
    if (peak < least || peak === Number.NEGATIVE_INFINITY) continue;
    if (peak < low) low = peak;
    if (peak > high) high = peak;
  }
  if (!(low < high)) return least;
  const counts = new Int32Array(BUCKETS);
  const scale = (BUCKETS - 1) / (high - low);
  for (let i = 0; i < peaks.length; i++) {
    if (peaks[i]! >= low) counts[((peaks[i]! - low) * scale) | 0]!++;
  }
  for (let bucket = BUCKETS - 1, left = k; bucket >= 0; bucket--) {
    left -= counts[bucket]!;
    // The half allows for rounding in the division.
    if (left <= 0) return low + (bucket - 0.5) / scale;
  }
  return least;
}

/** Indices, ascending, of all values above a floor and of the first `most` that equal it. */
function notBelow(values: ArrayLike<number>, { fine, coarse }: Peaks, floor: number, most: number): number[] {
  const found: number[] = [];
  let equal = most;
  for (let block = 0; block < coarse.length; block++) {
    if (coarse[block]! < floor) continue;
    const last = Math.min(fine.length, ((block + 1) * BLOCK) / PEAK);
    for (let peak = (block * BLOCK) / PEAK; peak < last; peak++) {
      if (fine[peak]! < floor) continue;
      const to = Math.min(values.length, (peak + 1) * PEAK);
      for (let i = peak * PEAK; i < to; i++) {
        if (values[i]! > floor || (values[i] === floor && equal-- > 0)) found.push(i);
      }
    }
  }
  return found;
}

/** The k-th largest value, by Hoare's quickselect. @param of is reordered @param k in [1, n] */
function kthLargest(of: Float64Array, k: number): number {
  const wanted = of.length - k;
  for (let from = 0, to = of.length - 1; from < to; ) {
    const pivot = of[(from + to) >> 1]!;
    let low = from;
    let high = to;
    while (low <= high) {
      while (of[low]! < pivot) low++;
      while (of[high]! > pivot) high--;
      if (low > high) break;
      const larger = of[low]!;
      of[low++] = of[high]!;
      of[high--] = larger;
    }
    if (wanted <= high) to = high;
    else if (wanted >= low) from = low;
    else break;
  }
  return of[wanted]!;
}

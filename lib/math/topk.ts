/** Values whose largest is known together. */
export const PEAK = 16;

/** So many values, filled up to a multiple of PEAK. */
export function roomFor(count: number): number {
  return Math.ceil(count / PEAK) * PEAK;
}

/** The largest of each PEAK values. */
export function peaksOf(values: Float64Array): Float64Array {
  const peaks = new Float64Array(Math.ceil(values.length / PEAK)).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < values.length; i++) {
    const block = Math.floor(i / PEAK);
    if (values[i]! > peaks[block]!) peaks[block] = values[i]!;
  }
  return peaks;
}

/**
 * The indices of the k largest values, largest first; ties go to the smaller index.
 *
 * @param peaks as for `largest`
 */
export function topK(values: Float64Array, k: number, peaks?: Float64Array): Int32Array {
  return largest(values, k, peaks).sort((a, b) => values[b]! - values[a]! || a - b);
}

/**
 * The same indices in no particular order. A bounded heap: O(n log k) at worst, and O(n) in
 * practice because most values lose against the heap's root at once.
 *
 * @param peaks `peaksOf` the values, where they are known: at least k values are as large as the
 *              k-th peak, so blocks whose peak is smaller are never looked at
 */
export function largest(values: Float64Array, k: number, peaks?: Float64Array): Int32Array {
  const size = Math.min(k, values.length);
  const heap = new Int32Array(size);
  if (size === 0) return heap;
  // a sinks below b: smaller value, or same value and larger index
  const worse = (a: number, b: number) => values[a]! < values[b]! || (values[a]! === values[b]! && a > b);
  const sift = (start: number) => {
    let parent = start;
    const moving = heap[parent]!;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= size) break;
      if (child + 1 < size && worse(heap[child + 1]!, heap[child]!)) child++;
      if (!worse(heap[child]!, moving)) break;
      heap[parent] = heap[child]!;
      parent = child;
    }
    heap[parent] = moving;
  };
  let floor = Number.NEGATIVE_INFINITY;
  if (peaks && size < peaks.length) floor = peaks[largest(peaks, size)[0]!]!; // the root is the smallest of them
  const least = floor;
  let count = 0;
  const block = peaks ? PEAK : values.length;
  for (let from = 0; from < values.length; from += block) {
    if (peaks && peaks[from / PEAK]! < floor) continue;
    const to = Math.min(from + block, values.length);
    for (let i = from; i < to; i++) {
      const value = values[i]!;
      if (count === size) {
        if (value <= floor) continue; // of equal values the first stay
        heap[0] = i;
        sift(0);
        floor = values[heap[0]!]!;
      } else if (value >= least) {
        heap[count++] = i;
        if (count < size) continue;
        for (let parent = (size >> 1) - 1; parent >= 0; parent--) sift(parent);
        floor = values[heap[0]!]!;
      }
    }
  }
  return heap;
}

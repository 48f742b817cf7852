/** Values whose largest is known together. */
export const PEAK = 16;

/** So many values, filled up to a multiple of PEAK. */
export function roomFor(count: number): number {
  return Math.ceil(count / PEAK) * PEAK;
}

/** Blocks whose largest is known as well; a multiple of PEAK. */
export const BLOCK = 1024;

/** The largest of each PEAK values (`fine`) and of each BLOCK (`coarse`): what is far below needs no look. */
export interface Peaks {
  readonly fine: Float64Array;
  readonly coarse: Float64Array;
}

export function peaksOf(values: Float64Array): Peaks {
  const fine = largestOfEach(values, PEAK);
  return { fine, coarse: largestOfEach(fine, BLOCK / PEAK) };
}

function largestOfEach(values: Float64Array, size: number): Float64Array {
  const peaks = new Float64Array(Math.ceil(values.length / size)).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < values.length; i++) {
    const block = Math.floor(i / size);
    if (values[i]! > peaks[block]!) peaks[block] = values[i]!;
  }
  return peaks;
}

/** The indices of the k largest values, largest first; ties go to the smaller index. @param peaks of the values, where they are known */
export function topK(values: Float64Array, k: number, peaks?: Peaks): Int32Array {
  return largest(values, k, peaks).sort((a, b) => values[b]! - values[a]! || a - b);
}

/**
 * The same indices, ascending, without those of values below `least`. O(n), and less with peaks: they are chosen by the
 * k-th largest value, not sorted.
 */
export function largest(
  values: Float64Array,
  k: number,
  peaks: Peaks = peaksOf(values),
  least = Number.NEGATIVE_INFINITY,
): Int32Array {
  const size = Math.min(k, values.length);
  if (size === 0) return new Int32Array(0);
  // At least k values are as large as the k-th largest peak; of those equal to it, k are enough.
  const known = k <= peaks.coarse.length ? peaks.coarse : peaks.fine;
  let near = 0;
  for (const peak of known) if (peak >= least) near++;
  const floor = k <= near ? kthLargest(known, k) : least;
  const found = candidatesAbove(values, peaks, floor, size);
  if (found.length <= size) return new Int32Array(found);
  const last = kthLargest(new Float64Array(found.map((i) => values[i]!)), size);
  const larger = found.filter((i) => values[i]! > last).length;
  return new Int32Array(candidatesAbove(values, peaks, last, size - larger));
}

/** Places of the values above a floor, ascending, and of the first `most` that are equal to it. */
function candidatesAbove(
  values: Float64Array,
  { fine, coarse }: Peaks,
  floor: number,
  most: number,
): number[] {
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

/** Hoare's quickselect. @param k from 1 to as many as there are */
function kthLargest(values: Float64Array, k: number): number {
  const of = values.slice();
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

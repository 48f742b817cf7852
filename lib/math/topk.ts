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

/** The same indices, ascending. O(n), and less with peaks: they are chosen by the k-th largest value, not sorted. */
export function largest(values: Float64Array, k: number, peaks: Peaks = peaksOf(values)): Int32Array {
  const size = Math.min(k, values.length);
  if (size === 0) return new Int32Array(0);
  const { fine, coarse } = peaks;
  let floor = Number.NEGATIVE_INFINITY;
  // At least k values are as large as the k-th largest peak; of those equal to it, k are enough.
  if (k <= coarse.length) floor = kthLargest(coarse, k);
  else if (k <= fine.length) floor = kthLargest(fine, k);
  const found = candidatesAbove(values, peaks, floor, size);
  if (found.length === size) return found;
  const kept = new Float64Array(found.length);
  for (let f = 0; f < found.length; f++) kept[f] = values[found[f]!]!;
  const least = kthLargest(kept, size);
  let equal = size;
  for (const value of kept) if (value > least) equal--;
  // Of equal values the first are kept.
  return found.filter((i) => values[i]! > least || (values[i] === least && equal-- > 0));
}

/** Places of the values above a floor, ascending, and of the first `most` that are equal to it. */
function candidatesAbove(
  values: Float64Array,
  { fine, coarse }: Peaks,
  floor: number,
  most: number,
): Int32Array {
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
  return Int32Array.from(found);
}

/** @param k from 1 to as many as there are */
function kthLargest(values: Float64Array, k: number): number {
  return values.slice().sort()[values.length - k]!;
}

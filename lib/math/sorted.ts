/** Where a number is among ascending ones, between two places of theirs; −1 when it is not. Binary search. */
export function positionOf(ascending: Int32Array, wanted: number, from = 0, to = ascending.length): number {
  let low = from;
  let high = to - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const value = ascending[middle]!;
    if (value === wanted) return middle;
    if (value < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Binary search in ascending[from … to). @returns the index of `wanted`, −1 when it is not there */
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

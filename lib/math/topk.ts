/**
 * The indices of the k largest values, largest first; ties go to the smaller index.
 * A bounded heap: O(n log k) at worst, and O(n) in practice because most values lose
 * against the heap's root at once.
 */
export function topK(values: Float64Array, k: number): Int32Array {
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
  for (let i = 0; i < size; i++) heap[i] = i;
  for (let i = (size >> 1) - 1; i >= 0; i--) sift(i);
  let floor = values[heap[0]!]!;
  for (let i = size; i < values.length; i++) {
    if (values[i]! <= floor) continue;
    heap[0] = i;
    sift(0);
    floor = values[heap[0]!]!;
  }
  return heap.sort((a, b) => (worse(a, b) ? 1 : -1));
}

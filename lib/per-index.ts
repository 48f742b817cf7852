import type { SearchArrays } from './store/arrays.ts';

/** What `make` makes of an index: made when it is first asked for, and kept as long as the index is the same. */
export function perIndex<T extends object>(make: (arrays: SearchArrays) => T): (arrays: SearchArrays) => T {
  const made = new WeakMap<SearchArrays, T>();
  return (arrays) => {
    const known = made.get(arrays) ?? make(arrays);
    made.set(arrays, known);
    return known;
  };
}

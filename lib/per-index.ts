import type { SearchArrays } from './store/arrays.ts';

/** Caches what `make` derives from an index: computed on first use, dropped when the index changes. */
export function perIndex<T extends object>(make: (arrays: SearchArrays) => T): (arrays: SearchArrays) => T {
  const made = new WeakMap<SearchArrays, T>();
  return (arrays) => {
    const known = made.get(arrays) ?? make(arrays);
    made.set(arrays, known);
    return known;
  };
}

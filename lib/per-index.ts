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

/** Makes something once: for each number, such as that of a passage, or at all if there is none. */
export function once<T>(make: (i: number) => T): (i?: number) => T {
  const made: T[] = [];
  return (i = 0) => {
    made[i] ??= make(i);
    return made[i];
  };
}

/** Most words in a cache of `perWord`: for queries that are still being typed, and for words that many ask about. */
const MOST_WORDS = 5_000;

/** What is made of a word or a text, cached for each state of an index. @param most texts in the cache */
export function perWord<T>(most = MOST_WORDS): (arrays: SearchArrays, word: string, make: () => T) => T {
  const cacheOf = perIndex(() => new Map<string, T>());
  return (arrays, word, make) => {
    const cache = cacheOf(arrays);
    const known = cache.get(word);
    if (known !== undefined) return known;
    const made = make();
    if (cache.size >= most) cache.clear();
    cache.set(word, made);
    return made;
  };
}

import { frequencyIn } from './lexical/postings.ts';
import type { Run } from './query.ts';

/**
 * Which words of a query a document has nothing of, as typed: less than half of a word's terms (of Hangul these are
 * pairs), and of those of each of its readings.
 *
 * @returns of document i among all
 */
export function missingWords({ arrays, query }: Run): (i: number) => string[] {
  const { postings } = arrays;
  const ids = new Map(query.terms.map(({ term, id }) => [term, id]));
  const idsOf = (terms: readonly string[]) => terms.map((term) => ids.get(term) ?? -1);
  const asked = query.topical.map(({ text, terms, readings }) => ({
    text,
    ways: [isVersion(terms) ? terms.slice(0, 1) : terms, ...readings.map((reading) => reading.terms)].map(
      idsOf,
    ),
  }));
  const has = (i: number, way: readonly number[]) => {
    let there = 0;
    for (const id of way) if (frequencyIn(postings, id, i) > 0) there++;
    return 2 * there >= way.length;
  };
  return (i) => {
    const missing: string[] = [];
    for (const { text, ways } of asked) {
      if (!missing.includes(text) && !ways.some((way) => has(i, way))) missing.push(text);
    }
    return missing;
  };
}

/** A document on 7.1 has the 7 of 7.2, and says nothing of it. */
function isVersion([first = '']: readonly string[]): boolean {
  return /^\d+\.\d/.test(first);
}

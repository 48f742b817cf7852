import { frequencyIn } from './lexical/postings.ts';
import type { Run } from './query.ts';

/**
 * For a document, the words of a query, as typed, that it does not contain. A word is missing if the document has
 * less than half of its terms (Hangul words have one per pair), and less than half of those of each of its
 * readings.
 *
 * @returns a function of a document's position
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

/**
 * Whether a word is a version number such as 7.2. Its parts are terms as well, and a document on 7.1 has the 7, so
 * only the first term, the whole number, counts.
 */
function isVersion([first = '']: readonly string[]): boolean {
  return /^\d+\.\d/.test(first);
}

import { frequencyIn } from '../lexical/postings.ts';
import type { Run } from './query.ts';

/**
 * For a document, the words of a query, as typed, that it does not contain: neither they nor any of their readings
 * are there, see `isThere`.
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
      (way): Way => ({ ids: idsOf(way), mayEnd: ENDED.test(way.at(-1) ?? '') }),
    ),
  }));
  const has = (i: number, { ids, mayEnd }: Way) =>
    isThere(
      ids.map((id) => frequencyIn(postings, id, i) > 0),
      mayEnd,
    );
  return (i) => {
    const missing: string[] = [];
    for (const { text, ways } of asked) {
      if (!missing.includes(text) && !ways.some((way) => has(i, way))) missing.push(text);
    }
    return missing;
  };
}

/** The terms of a word or reading. */
interface Way {
  readonly ids: readonly number[];
  /** Whether its last syllable may be an ending. */
  readonly mayEnd: boolean;
}

/** Syllables in which forms of Korean verbs and adjectives end. */
const ENDED = /[가-힣][게고기나네는다던든려며면서아야어여요은음죠지해했]$/;

/**
 * Whether a document has a word: more than half of its terms. A Hangul word has a term for each pair of syllables, so
 * just half is enough if the first is among them and the rest may be an ending: 높으면 is in a document with 높으니,
 * but not in one with 넣으면, nor 아이폰 in one with 아이템.
 *
 * @param terms whether the document has each of them, in order
 */
function isThere(terms: readonly boolean[], mayEnd: boolean): boolean {
  const there = terms.filter(Boolean).length;
  return 2 * there > terms.length || (2 * there === terms.length && terms[0] === true && mayEnd);
}

/**
 * Whether a word is a version number such as 7.2. Its parts are terms as well, and a document on 7.1 has the 7, so
 * only the first term, the whole number, counts.
 */
function isVersion([first = '']: readonly string[]): boolean {
  return /^\d+\.\d/.test(first);
}

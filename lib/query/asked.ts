import { type Property, searchedProperties } from '../document.ts';
import type { Engine } from '../engine.ts';
import { titleShare } from '../lexical/title-terms.ts';
import { positionOf } from '../math/sorted.ts';
import { readFor } from '../read.ts';
import type { ReadSentence } from '../read-sentences.ts';
import type { QueryWord, Reading } from '../response.ts';
import { type AskedWords, byTerm, findMatches, placesOf } from '../text/matches.ts';
import type { Span } from '../text/sentences.ts';
import type { Run } from './query.ts';
import { askedWords } from './words.ts';

/**
 * Words of a query in one document: those that the page highlights there, so that a pair of syllables out of a longer
 * word is none.
 */
export interface Asked {
  /** Whether a span of the content has one. */
  has(span: Span): boolean;
  /** Whether a sentence or what it stands under has one. */
  isAsked(sentence: Pick<ReadSentence, 'span' | 'under'>): boolean;
  /** Whether a span has another word or number as well. */
  saysMore(span: Span): boolean;
}

/** @param words by default all words of the query @throws {SearchError} NOT_FOUND */
export function askedIn(engine: Engine, run: Run, id: number, words = run.query.asked): Asked {
  const { document, passages, places } = readFor(engine, run, id);
  const matches: (readonly Span[])[] = [];
  // A sentence lies in one passage. Most passages of a long document have no sentence that is looked at.
  const has = (span: Span) => {
    const i = firstAfter(passages, span[0]);
    matches[i] ??= findMatches(places(i), words);
    return (matches[i][firstAfter(matches[i], span[0])]?.[0] ?? span[1]) < span[1];
  };
  const isTitled = isIn(engine, document.title, words);
  return {
    has,
    isAsked: ({ span, under }) => has(span) || under.some((at) => (at === 'title' ? isTitled : has(at))),
    saysMore: ([start, end]) =>
      Array.from(document.content.slice(start, end).matchAll(/\p{N}+|\S+/gu)).some(
        ({ 0: word, index }) =>
          /[\p{L}\p{N}]/u.test(word) && !has([start + index, start + index + word.length]),
      ),
  };
}

/** The properties of a document that have a word of the query that its title lacks; `isNamed` if their name has it. */
export function propertiesAsked(
  engine: Engine,
  run: Run,
  id: number,
): (Property & { readonly isNamed: boolean })[] {
  const properties = searchedProperties(readFor(engine, run, id).document.properties);
  if (properties.length === 0) return [];
  const beyond = beyondTitle(engine, run, id, false);
  return properties
    .map(({ name, value }) => ({ name, value, isNamed: isIn(engine, name, beyond) }))
    .filter(({ value, isNamed }) => isNamed || isValueIn(engine, value, beyond));
}

/**
 * Whether the value of a property is asked for. Numbers have to be all that it says: the 03 and the 2025 of a date are
 * no 2025-03-16.
 */
function isValueIn({ analyzer }: Engine, value: string, words: AskedWords): boolean {
  const found = findMatches(placesOf(analyzer.words(value)), words);
  const left = found.toReversed().reduce((text, [from, to]) => text.slice(0, from) + text.slice(to), value);
  return (
    found.some((span) => /\p{L}/u.test(value.slice(...span))) || (found.length > 0 && !/\p{N}/u.test(left))
  );
}

/** Whether a text has a word of a query that the page would highlight. */
export function isIn({ analyzer }: Engine, text: string, words: AskedWords): boolean {
  return findMatches(placesOf(analyzer.words(text)), words).length > 0;
}

/**
 * The words of the query that are not in the title, neither as typed nor in another reading.
 *
 * @param withGuesses whether they count in words merely near in meaning, too
 */
export function beyondTitle(
  engine: Engine,
  { arrays, query }: Run,
  id: number,
  withGuesses = true,
): AskedWords {
  const index = positionOf(arrays.ids, id);
  const isTitled = (term: string) => titleShare(arrays.titleTerms, arrays.terms.get(term) ?? -1, index) > 0;
  const words = query.words.map((word) => {
    const ways = [word, ...word.readings].map(({ terms }) => terms);
    const off = word.off || ways.some((way) => way.length > 0 && way.every(isTitled));
    return { ...(withGuesses ? word : withoutGuesses(word)), off };
  });
  return byTerm(askedWords(engine.analyzer, words));
}

/** A word as typed and as what it is called elsewhere: no words merely near in meaning. */
export function withoutGuesses(word: QueryWord): QueryWord {
  return { ...word, readings: word.readings.filter((reading) => !isGuess(reading)) };
}

/** Whether a reading is merely near in meaning: no other spelling, no other name, and no translation. */
export function isGuess({ related, translates }: Pick<Reading, 'related' | 'translates'>): boolean {
  return related === true && !translates;
}

/** Index of the first of some ascending and disjoint spans that ends after an offset. */
function firstAfter(spans: readonly Span[], offset: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle] as Span)[1] > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

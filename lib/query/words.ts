import type { Engine } from '../engine.ts';
import type { QueryTerm } from '../lexical/bm25.ts';
import { documentsWith } from '../lexical/postings.ts';
import { beside, inflected, SOFT, softReadings } from '../lexical/soft.ts';
import type { QueryWord, Reading } from '../response.ts';
import type { SearchArrays } from '../store/arrays.ts';
import type { Analyzer, Word } from '../text/analyzer.ts';
import { foldWord } from '../text/fold.ts';
import { isHangul, rejoined } from '../text/hangul.ts';
import { type AskedWord, type AskedWords, byTerm, isCounted } from '../text/matches.ts';
import { withoutAsking } from './asking.ts';
import { isCounter, isFunctional } from './counters.ts';
import {
  type Asked,
  cached,
  frequencyOf,
  isOver,
  isPhrase,
  joinedReadings,
  namesAround,
  phraseReadings,
  type Typed,
} from './pairs.ts';
import { titledReadings } from './titled.ts';
import { cutWords } from './unspaced.ts';
import { vocabularyFor } from './vocabulary.ts';

/** A term of the query. Each word has `queryWeight` 1, shared by its terms and the terms of its readings. */
export interface AskedTerm extends QueryTerm {
  /** How often the query contains it, as the embedding counts. */
  readonly occurrences: number;
  /**
   * Factor of its weight in the embedding: 1; less for a soft reading and for the term it replaces; 0 for a reading
   * searched beside its word.
   */
  readonly share: number;
  /** The part of `queryWeight` that counts in the most that the query could earn. */
  readonly asked: number;
}

/**
 * The words of a query, the distinct terms of those that are on, in order, and what to highlight.
 *
 * @param without words to switch off, as typed
 */
export function readWords(
  engine: Engine,
  arrays: SearchArrays,
  text: string,
  without: readonly string[],
): {
  readonly words: readonly QueryWord[];
  readonly terms: readonly AskedTerm[];
  readonly asked: AskedWords;
} {
  const off = new Set(without.map(foldWord));
  const isOff = (word: Word) => off.size > 0 && off.has(foldWord(word.text));
  const has = (terms: readonly string[]) => documentsWith(arrays, terms, 1) > 0 && !isCounter(arrays, terms);
  const typed = cutWords(engine, arrays, withoutAsking(arrays, engine.analyzer.words(text)));
  const of: Typed = { engine, arrays, has, text, typed, isOff };
  const asked: Asked = {
    ...of,
    around: namesAround(of),
    unknown: new Set(),
    rare: new Set(),
    pairs: new Map(),
  };
  const joined = joinedReadings(asked);
  const titled = titledReadings(asked);
  const readAlone = (word: Word, i: number): readonly Reading[] => {
    if (!isKnownWord(arrays, word)) return readingsOfUnknown(asked, word);
    const whole = readingsOfWhole(asked, word);
    if (whole.length > 0) return whole;
    return titled[i]?.length ? titled[i] : readingsBeside(asked, i);
  };
  const read = (word: Word, i: number): readonly Reading[] => {
    // A word whose neighbour is off is read alone.
    if (joined[i]?.words.some(isOff) === false) return [joined[i].reading];
    if (isFunctional(typed[i - 1], word)) return [];
    const meant = phraseReadings(asked, i);
    if (meant.some(({ beside }) => !beside)) return meant;
    const alone = readAlone(word, i);
    return [...alone, ...meant.filter(({ text }) => alone.every((other) => other.text !== text))];
  };
  // Read by its meaning as another word of the query, an unknown word would only make that one count twice: violin strings.
  const isTyped = ({ terms }: Reading) =>
    terms.every((term) => typed.some((other) => other.terms.includes(term)));
  const words = typed.map((word, i) => ({
    ...{ text: word.text, start: word.start, end: word.end, terms: word.terms },
    off: isOff(word),
    readings: read(word, i).filter((reading) => !reading.related || reading.beside || !isTyped(reading)),
  }));
  return { words, terms: askedTerms(words, arrays), asked: byTerm(askedWords(engine.analyzer, words)) };
}

/** Readings of a word with a term that no document contains. */
function readingsOfUnknown({ engine, arrays, has, typed, unknown }: Asked, word: Word): readonly Reading[] {
  if (isOver(unknown, word)) return [];
  unknown.add(word.text);
  const isLast = word.text === typed.at(-1)?.text;
  return cached(arrays, `${word.text}${isLast ? '…' : ''}`, () => {
    return softReadings(word, { ...vocabularyFor(engine, arrays), has }, isLast, engine.thesaurus);
  });
}

/** Other names of a Hangul word whose pairs are all known, but only from other words, as 레디 and 디스 for 레디스. */
function readingsOfWhole({ engine, arrays, has }: Asked, word: Word): readonly Reading[] {
  if (word.terms.length < 2 || !isHangul(rejoined(word.terms))) return [];
  return cached(arrays, `${word.text}…`, () => {
    if (has(word.terms)) return [];
    const names = namesAmong(engine.thesaurus.readings(word, has));
    return names.length > 0
      ? names
      : inflected(word, { ...vocabularyFor(engine, arrays), has }, engine.thesaurus);
  });
}

/**
 * What to search in addition to a word: other names of the phrase that it is in; else its meaning if few documents
 * contain it, and nothing for a common word. Half of a phrase is not read by its own meaning: "square root" is not about
 * plants.
 */
function readingsBeside(asked: Asked, i: number): readonly Reading[] {
  const { engine, arrays, has, typed, rare } = asked;
  const word = typed[i] as Word;
  const phrase = asked.around[i] as readonly Reading[];
  if (phrase.length > 0) return phrase.map(beside);
  const few = Math.min(SOFT.beside.documents, arrays.ids.length / 10);
  const isRare = word.terms.length > 0 && documentsWith(arrays, word.terms, few + 1) <= few;
  if (!isRare || isOver(rare, word)) return [];
  rare.add(word.text);
  const near = cached(arrays, word.text, () => {
    const near = engine.thesaurus.readings(word, has, true) ?? [];
    return near.map(beside);
  });
  const names = namesAmong(near);
  return names.length < near.length && (isPhrase(asked, i - 1) || isPhrase(asked, i)) ? names : near;
}

/** The readings that are another name of the same thing. */
function namesAmong(readings: readonly Reading[] | null): readonly Reading[] {
  return (readings ?? []).filter(({ named }) => named);
}

function isKnownWord(arrays: SearchArrays, { terms }: Word): boolean {
  return terms.every((term) => isKnown(arrays, term));
}

function isKnown(arrays: SearchArrays, term: string): boolean {
  return frequencyOf(arrays, term) > 0;
}

/** The words of a query that are on, and their readings, as `findMatches` looks for them. */
export function askedWords(analyzer: Analyzer, words: readonly QueryWord[]): AskedWord[] {
  return words.flatMap(({ terms, readings, off }, i) => {
    if (off) return [];
    const before = words[i - 1];
    const [number] = before && !before.off && isCounted(before, words[i]) ? before.terms : [];
    // A reading of several words is also matched word by word.
    const read = readings.flatMap((reading) => [
      reading,
      ...(reading.text.includes(' ') ? analyzer.words(reading.text) : []).filter((one) =>
        one.terms.every((term) => reading.terms.includes(term)),
      ),
    ]);
    return [number === undefined ? { terms } : { terms, number }, ...read];
  });
}

/**
 * The distinct terms of the words that are on, with their weights.
 *
 * A word counts 1, shared evenly by its terms: a word of many Hangul pairs weighs no more than a short one. A
 * number and what it counts (2019년) count as one word. Terms that no document contains hand the share of each
 * reading to the terms that the reading adds. Readings searched beside a word add to its weight, for the head
 * `words` only: so a title typed verbatim keeps a cosine of 1 with itself.
 */
export function askedTerms(words: readonly QueryWord[], arrays: SearchArrays): AskedTerm[] {
  const found = new Map<string, Omit<AskedTerm, 'term' | 'id'>>();
  const add = (term: string, queryWeight: number, share: number, asked = queryWeight) => {
    const before = found.get(term) ?? { occurrences: 0, queryWeight: 0, asked: 0, share: 0 };
    found.set(term, {
      occurrences: before.occurrences + 1,
      queryWeight: before.queryWeight + queryWeight,
      asked: before.asked + asked,
      share: Math.max(before.share, share),
    });
  };
  for (const [i, { terms, readings, off }] of words.entries()) {
    if (off) continue;
    const whole = isCounted(words[i], words[i + 1]) || isCounted(words[i - 1], words[i]) ? 0.5 : 1;
    const unknown = terms.filter((term) => !isKnown(arrays, term));
    const instead = readings.filter(({ beside }) => !beside);
    // Which terms hand over weight: all of them where two words are joined; else those that no document contains;
    // else those that the readings lack.
    const isWithout = (term: string) => instead.every((reading) => !reading.terms.includes(term));
    const joined = readings.some(({ joins, named, beside }) => joins || (named && !beside));
    const giving = joined
      ? terms
      : unknown.length > 0
        ? unknown
        : instead.length > 0
          ? terms.filter(isWithout)
          : [];
    // A document needs only one of the names of a thing, or of its related words, so together they take the mean of
    // their shares from the word.
    const alike = readings.filter(({ named, related }) => named || related).length || 1;
    const read = readings.reduce((sum, { share }) => sum + share / alike, 0);
    for (const term of terms) {
      const left = giving.includes(term) ? 1 - read : 1;
      add(term, (whole * left) / terms.length, left);
    }
    for (const reading of readings) {
      const brought = reading.terms.filter((term) => !terms.includes(term));
      const part = reading.beside ? 1 : giving.length / terms.length;
      const brings = (whole * reading.share * part) / brought.length;
      for (const term of brought) {
        if (reading.beside) add(term, brings, 0, 0);
        else add(term, brings, reading.share, brings / alike);
      }
    }
  }
  return Array.from(found, ([term, counts]) => ({ term, ...counts, id: arrays.terms.get(term) ?? -1 }));
}

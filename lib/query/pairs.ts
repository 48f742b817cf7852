import type { Engine } from '../engine.ts';
import { documentFrequency, documentsWith } from '../lexical/postings.ts';
import { beside, SOFT } from '../lexical/soft.ts';
import { perWord } from '../per-index.ts';
import type { Reading } from '../response.ts';
import type { SearchArrays } from '../store/arrays.ts';
import type { Word } from '../text/analyzer.ts';
import { isHangul } from '../text/hangul.ts';

/** The words of a query as typed. */
export interface Typed {
  readonly engine: Engine;
  readonly arrays: SearchArrays;
  /** Whether a document contains all of these terms. */
  readonly has: (terms: readonly string[]) => boolean;
  readonly text: string;
  readonly typed: readonly Word[];
  readonly isOff: (word: Word) => boolean;
}

/** A query whose words are being read. */
export interface Asked extends Typed {
  /** Words read softly as no document has them (`unknown`) or as few do (`rare`); at most SOFT.words each. */
  readonly unknown: Set<string>;
  readonly rare: Set<string>;
  /** For each word, the names that `namesAround` found. */
  readonly around: readonly (readonly Reading[])[];
  /** What `pairReadings` found, by the first word's place; both words ask for it. */
  readonly pairs: Map<number, readonly Reading[]>;
}

/** The readings of a word or a pair of words, cached. */
export const cached = perWord<readonly Reading[]>();
/** The other names of a word or of several. A query has more of these than words, so they have a cache of their own. */
export const cachedNames = perWord<readonly Reading[]>();
const phrases = perWord<boolean>();

export function isOver(read: ReadonlySet<string>, { text }: Word): boolean {
  return read.size >= SOFT.words && !read.has(text);
}

/** Whether word `left` and the next one are one entry of the thesaurus. */
export function isPhrase(asked: Asked, left: number): boolean {
  const { engine, arrays } = asked;
  const [one, two] = pairAt(asked, left) ?? [];
  if (!one || !two) return false;
  const phrase = `${one.text} ${two.text}`;
  return phrases(arrays, phrase, () => engine.thesaurus.hasPhrase(phrase));
}

/** Word `left` and the next one, if they stand side by side. */
function pairAt({ text, typed }: Typed, left: number): readonly [Word, Word] | null {
  const [one, two] = [typed[left], typed[left + 1]];
  return one && two && areBeside(text, one, two) ? [one, two] : null;
}

/**
 * Readings of word i together with a neighbour, where the thesaurus has the two as one entry and no document has both.
 * Both words get them, even if documents have each: "dynamic programming" read as 동적 계획법 is not about programming.
 */
export function phraseReadings(asked: Asked, i: number): readonly Reading[] {
  const word = asked.typed[i] as Word;
  if (word.terms.length === 0 || isOver(asked.unknown, word)) return []; // a stop word has no weight to hand over
  for (const left of [i - 1, i]) {
    const readings = asked.pairs.get(left) ?? pairReadings(asked, left);
    asked.pairs.set(left, readings);
    if (readings.length === 0) continue;
    asked.unknown.add(word.text);
    return readings;
  }
  return [];
}

/** Readings of word `left` and the next one as a phrase. */
function pairReadings(asked: Asked, left: number): readonly Reading[] {
  const { engine, arrays, has, isOff } = asked;
  const [one, two] = pairAt(asked, left) ?? [];
  if (!one || !two || isOff(one) || isOff(two)) return [];
  if (has([...one.terms, ...two.terms])) return [];
  return cached(arrays, `${one.text} ${two.text}`, () => {
    const phrase = engine.thesaurus.phraseReadings(one, two, has) ?? [];
    return phrase.length > 0 ? phrase : (engine.thesaurus.idiomReadings(one, two, has) ?? []).map(beside);
  });
}

/** Most words of a name that is looked up in the thesaurus as one entry: 깊이 우선 탐색. */
const LONGEST_NAME = 3;

/**
 * For each word, the other names of the entries of the thesaurus that it forms with its neighbours: race condition for
 * 경쟁 and 상태.
 */
export function namesAround(asked: Typed): readonly (readonly Reading[])[] {
  const { engine, text, typed, isOff } = asked;
  const found = typed.map((): Reading[] => []);
  for (const [from, first] of typed.entries()) {
    // Of two Hangul words, an entry may have them as one.
    if (isOff(first) || !(isHangul(first.text) || engine.thesaurus.beginsName(first.text))) continue;
    for (let to = from + 1; to < Math.min(typed.length, from + LONGEST_NAME); to++) {
      const [before, word] = [typed[to - 1] as Word, typed[to] as Word];
      if (isOff(word) || !areBeside(text, before, word)) break;
      const names = namesOfPhrase(asked, typed.slice(from, to + 1));
      if (names.length > 0) for (let i = from; i <= to; i++) found[i]?.push(...names);
    }
  }
  return found;
}

/** Other names of a phrase, as typed or, in Hangul, as one word. */
function namesOfPhrase({ engine, arrays, has }: Typed, words: readonly Word[]): readonly Reading[] {
  const spaced = words.map(({ text }) => text).join(' ');
  return cachedNames(arrays, spaced, () => {
    const { analyzer, thesaurus } = engine;
    const names = thesaurus.names({ text: spaced, terms: words.flatMap(({ terms }) => terms) }, has);
    const joined = spaced.replaceAll(' ', '');
    if (names.length > 0 || !isHangul(joined)) return names;
    return thesaurus.names({ text: joined, terms: analyzer.terms(joined) }, has);
  });
}

interface Joined {
  readonly reading: Reading;
  readonly words: readonly Word[];
}

/**
 * For each word, its reading as one word with a neighbour: "flash attention" where documents have "FlashAttention".
 * Both words get the reading. Its share is that of a noisy channel, as for other readings:
 *
 *     share = similarity · documents(joined) / (documents(joined) + documents that have both)
 */
export function joinedReadings(asked: Asked): (Joined | undefined)[] {
  const { engine, arrays, typed } = asked;
  const found: (Joined | undefined)[] = typed.map(() => undefined);
  for (let i = 1; i < typed.length; i++) {
    const [left, right] = pairAt(asked, i - 1) ?? [];
    if (!left || !right || found[i - 1]) continue;
    if (left.terms.length !== 1 || right.terms.length !== 1) continue; // a stop word is not half of a name
    const pair = [left.text, right.text].map((word) => word.toLowerCase());
    // FlashAttention, LX1847. Two numbers are not joined: they tell nothing of a name.
    if (!pair.every((word) => /^[a-z\d]{2,}$/.test(word)) || !/[a-z]/.test(pair.join(''))) continue;
    const [joined = '', ...rest] = engine.analyzer.terms(pair.join(''));
    const frequency = frequencyOf(arrays, joined);
    if (frequency === 0 || rest.length > 0 || left.terms.includes(joined)) continue;
    const both = documentsWith(arrays, [...left.terms, ...right.terms]);
    const share = SOFT.joined.similarity * (frequency / (frequency + both));
    const reading = { text: joined, terms: [joined], similarity: SOFT.joined.similarity, share } as const;
    found[i - 1] = { reading: { ...reading, joins: true }, words: [left, right] };
    found[i] = found[i - 1];
  }
  return found;
}

/** Whether at most one space or hyphen separates two words. */
function areBeside(text: string, left: Word, right: Word): boolean {
  return /^[ -]?$/.test(text.slice(left.end, right.start));
}

export function frequencyOf({ terms, postings }: SearchArrays, term: string): number {
  return documentFrequency(postings, terms.get(term) ?? -1);
}

import {
  finalConsonant,
  initialConsonant,
  isHangul,
  isOneLetter,
  JAMO,
  jamoOf,
  pairs,
  rejoined,
  syllableOf,
} from '../text/hangul.ts';
import type { Candidate, Vocabulary } from './soft.ts';

/** ㄱ as an initial, as NFKC writes one that stands alone. */
const INITIAL = 0x1100;
/** Words followed while initial consonants are being read. */
const WIDTH = 64;

/**
 * Vowels that sound the same, by their number among the medials: ㅔㅖ, ㅙㅚㅞ. Not ㅐ and ㅔ, which tell too many
 * words apart (매운, spicy, is not 메운).
 */
const ALIKE: readonly (readonly number[])[] = [
  [5, 7],
  [10, 11, 15],
];

/** Words written together with others. */
const SHORT = 0.8;

/**
 * A Hangul word whose overlapping pairs are not all known: words with one jamo replaced, added
 * or left out all of whose pairs are; words of one syllable beside others without a space (어텐션맵), whose pairs
 * across the border no document has; where initial consonants stand alone (ㅇㅌㅅ, 어텐ㅅ), words of known pairs that
 * begin so.
 */
export function readHangul(terms: readonly string[], vocabulary: Vocabulary): Candidate[] {
  const word = rejoined(terms);
  if (word.length < 2 || word.length > 20 || isOneLetter(word)) return []; // ㅋㅋㅋ is laughter
  if (isHangul(word)) {
    const near = word.length < LONG ? nearWords(word, vocabulary) : []; // of a long one it has been looked for, see `longSlips`
    return [...near, ...apart(word, vocabulary)];
  }
  const isReadable = [...word].every((letter) => isHangul(letter) || initialOf(letter) >= 0);
  return isReadable ? completions(word, vocabulary) : [];
}

/** Syllables of a word that is hardly another one if it differs in one jamo. */
const LONG = 5;

/** A long word with a slip is that word, whatever it means as it is written: 세그멘테이션 is 세그먼테이션. */
export function longSlips(terms: readonly string[], vocabulary: Vocabulary): Candidate[] {
  const word = rejoined(terms);
  return word.length < LONG || word.length > 20 || !isHangul(word) ? [] : nearWords(word, vocabulary);
}

function nearWords(word: string, vocabulary: Vocabulary): Candidate[] {
  const isShort = word.length === 2;
  const similarity = 1 - 2 / jamoCount(word);
  const known = (terms: readonly string[]) => vocabulary.has(terms);
  const found = new Map<string, Candidate>();
  for (let i = 0; i < word.length; i++) {
    // Only what mends a pair that is not known can mend them all.
    const beside = [word.slice(i - 1, i + 1), word.slice(i, i + 2)].filter((pair) => pair.length === 2);
    if (beside.every((pair) => known([pair]))) continue;
    const code = word.charCodeAt(i);
    for (const letter of isShort ? nearest(code, i === 1) : neighbours(code)) {
      // Nearly all fall here: only the pairs beside have changed.
      if (i > 0 && !known([word[i - 1] + letter])) continue;
      if (i + 1 < word.length && !known([letter + word[i + 1]])) continue;
      const text = word.slice(0, i) + letter + word.slice(i + 1);
      const terms = pairs(text);
      if (known(terms)) found.set(text, { text, terms, similarity });
    }
  }
  return [...found.values()];
}

/** Syllables that differ in one jamo. */
function* neighbours(code: number): Generator<string> {
  for (const which of JAMO.keys()) yield* replacing(code, which, Array(JAMO[which]).keys());
}

/**
 * Words of two syllables are neighbours of too many others. So only those that sound the same (에방 for 예방),
 * and, of a last syllable without a final, those that have one: it is still being typed.
 */
function* nearest(code: number, isLast: boolean): Generator<string> {
  const [, vowel = 0, final] = jamoOf(code);
  yield* replacing(code, 1, ALIKE.find((alike) => alike.includes(vowel)) ?? []);
  if (isLast && final === 0) yield* replacing(code, 2, Array(JAMO[2]).keys());
}

function* replacing(code: number, which: number, others: Iterable<number>): Generator<string> {
  const jamo = jamoOf(code);
  for (const other of others) if (other !== jamo[which]) yield syllableOf(jamo.with(which, other));
}

/**
 * A word typed without its spaces (깊이우선탐색), as words of two syllables at least that one document has: no document has the
 * pairs across their borders, and what is asked for is all there. A slip breaks the pairs on both sides of it, and is none of these.
 */
export function spacedOut(terms: readonly string[], vocabulary: Vocabulary): Candidate[] {
  const word = rejoined(terms);
  if (word.length < 4 || word.length > 20 || !isHangul(word)) return [];
  return together(fewestParts(word, 2, vocabulary), vocabulary);
}

/**
 * The fewest words of the library that make up the word, where one document has them all: some of one syllable,
 * which pairs do not find, but not more than half of it (고양이 is no 고 양 이).
 */
function apart(word: string, vocabulary: Vocabulary): Candidate[] {
  const parts = fewestParts(word, 1, vocabulary);
  const singles = parts.filter(({ length }) => length === 1).length;
  return singles === 0 || 2 * singles > word.length ? [] : together(parts, vocabulary);
}

/** Several words as a reading, where one document has them all. */
function together(parts: readonly string[], vocabulary: Vocabulary): Candidate[] {
  const terms = [...new Set(parts.flatMap(pairs))];
  if (parts.length < 2 || !vocabulary.has(terms)) return [];
  return [{ text: parts.join(' '), terms, similarity: SHORT }];
}

/** The fewest parts of at least so many syllables whose pairs documents have; none where there are none. */
function fewestParts(word: string, shortest: number, vocabulary: Vocabulary): readonly string[] {
  const isWord = (part: string) => vocabulary.has(pairs(part));
  /** Fewest parts of word.slice(0, end). */
  const best: (readonly string[] | null)[] = [[]];
  for (let end = 1; end <= word.length; end++) {
    best[end] = null;
    for (let start = 0; start <= end - shortest; start++) {
      const before = best[start];
      const part = word.slice(start, end);
      if (before && before.length + 1 < (best[end]?.length ?? Number.POSITIVE_INFINITY) && isWord(part))
        best[end] = [...before, part];
    }
  }
  return best[word.length] ?? [];
}

function completions(word: string, vocabulary: Vocabulary): Candidate[] {
  const matches = (letter: string, code: number) =>
    letter.charCodeAt(0) === code || initialOf(letter) === initialConsonant(code);
  let begun: string[] = [];
  for (let i = 1; i < word.length; i++) {
    const [one = '', two = ''] = [word[i - 1], word[i]];
    const fitting = vocabulary.pairs.filter(
      (pair) => matches(one, pair.charCodeAt(0)) && matches(two, pair.charCodeAt(1)),
    );
    const longer =
      i === 1
        ? fitting
        : begun.flatMap((text) =>
            fitting.filter((pair) => pair[0] === text.at(-1)).map((pair) => text + pair.slice(1)),
          );
    begun = longer
      .map((text) => ({ text, documents: vocabulary.documents(pairs(text)) }))
      .filter(({ documents }) => documents > 0)
      .sort((a, b) => b.documents - a.documents || (a.text < b.text ? -1 : 1))
      .slice(0, WIDTH)
      .map(({ text }) => text);
  }
  const syllables = [...word].filter((letter) => isHangul(letter)).length;
  // An initial is less than half of a syllable's jamo, and tells about half of it.
  const similarity = (syllables + 0.5 * (word.length - syllables)) / word.length;
  return begun.map((text) => ({ text, terms: pairs(text), similarity }));
}

/** Which initial consonant stands alone here, −1 for none. */
function initialOf(letter: string): number {
  const index = letter.charCodeAt(0) - INITIAL;
  return index >= 0 && index < JAMO[0] ? index : -1;
}

function jamoCount(word: string): number {
  let count = 0;
  for (let i = 0; i < word.length; i++) count += finalConsonant(word.charCodeAt(i)) === 0 ? 2 : 3;
  return count;
}

import {
  finalConsonant,
  initialConsonant,
  isHangul,
  isOneLetter,
  JAMO,
  jamoOf,
  LONGEST_WORD,
  lengthened,
  pairs,
  rejoined,
  syllableOf,
} from '../text/hangul.ts';
import { INFLECTED_SIMILARITY, otherForms } from './inflection.ts';
import type { Candidate, Vocabulary } from './soft.ts';

/** Code point of ㄱ as a single initial consonant, as NFKC writes it. */
const INITIAL = 0x1100;
/** Beam width of the searches for words of known pairs. */
export const BEAM_WIDTH = 64;

/**
 * Groups of vowels that sound the same, by vowel index: ㅔㅖ, ㅙㅚㅞ. ㅐ and ㅔ are left out, since they
 * distinguish too many words (매운, "spicy", from 메운, "filled").
 */
const ALIKE: readonly (readonly number[])[] = [
  [5, 7],
  [10, 11, 15],
];

/**
 * Candidates for a Hangul word some of whose overlapping pairs no document contains:
 *
 * - words that differ in one jamo (replaced, added or left out) and whose pairs are all known
 * - other forms of the verb or adjective that it may be
 * - if it contains single initial consonants (ㅇㅌㅅ, 어텐ㅅ), words of known pairs with these initials
 */
export function readHangul(terms: readonly string[], vocabulary: Vocabulary): Candidate[] {
  const word = rejoined(terms);
  if (word.length === 1) return isHangul(word) ? inflections(word, vocabulary) : []; // 갚, left of 갚을
  if (word.length > LONGEST_WORD || isOneLetter(word)) return []; // ㅋㅋㅋ is laughter
  if (isHangul(word)) {
    const near = word.length < LONG_WORD ? nearWords(word, vocabulary) : []; // long words: `longSlips` has looked already
    const found = [...near, ...inflections(word, vocabulary)];
    found.sort((a, b) => a.similarity - b.similarity);
    return [...new Map(found.map((one) => [one.text, one])).values()]; // of one text, the most similar
  }
  const isReadable = [...word].every((letter) => isHangul(letter) || initialOf(letter) >= 0);
  return isReadable ? completions(word, vocabulary) : [];
}

/** Candidates for a Korean predicate that documents have in other forms only. */
function inflections(word: string, vocabulary: Vocabulary): Candidate[] {
  return otherForms(word)
    .map((text) => ({ text, terms: pairs(text), similarity: INFLECTED_SIMILARITY }))
    .filter((form) => vocabulary.has(form.terms));
}

/** From this many syllables on, two words that differ in one jamo are almost certainly the same word. */
const LONG_WORD = 5;

/**
 * Candidates for a long word that differ in one jamo: 세그멘테이션 → 세그먼테이션. They are tried before the
 * thesaurus, because a long word with a typo is that word even when the thesaurus knows the spelling.
 */
export function longSlips(terms: readonly string[], vocabulary: Vocabulary): Candidate[] {
  return rejoined(terms).length < LONG_WORD ? [] : slips(terms, vocabulary);
}

/** Whether a word that no document has differs in one jamo from a word that some document has. */
export function isSlip(terms: readonly string[], vocabulary: Vocabulary): boolean {
  return slips(terms, vocabulary).some((near) => vocabulary.isWritten(near.terms));
}

function slips(terms: readonly string[], vocabulary: Vocabulary): Candidate[] {
  const word = rejoined(terms);
  return word.length > LONGEST_WORD || !isHangul(word) ? [] : nearWords(word, vocabulary);
}

/** Words of known pairs that differ from the word in one jamo. Their similarity is 1 − 2 / number of jamo. */
function nearWords(word: string, vocabulary: Vocabulary): Candidate[] {
  const isShort = word.length === 2;
  const similarity = 1 - 2 / jamoCount(word);
  const known = (terms: readonly string[]) => vocabulary.has(terms);
  const found = new Map<string, Candidate>();
  for (let i = 0; i < word.length; i++) {
    // A change that leaves an unknown pair as it is cannot make all pairs known.
    const beside = [word.slice(i - 1, i + 1), word.slice(i, i + 2)].filter((pair) => pair.length === 2);
    if (beside.every((pair) => known([pair]))) continue;
    const code = word.charCodeAt(i);
    for (const letter of isShort ? nearest(code, i === 1) : neighbours(code)) {
      // Only the two neighbouring pairs have changed; checking them first rejects nearly all candidates.
      if (i > 0 && !known([word[i - 1] + letter])) continue;
      if (i + 1 < word.length && !known([letter + word[i + 1]])) continue;
      const text = word.slice(0, i) + letter + word.slice(i + 1);
      const terms = pairs(text);
      if (known(terms)) found.set(text, { text, terms, similarity });
    }
  }
  return [...found.values()];
}

/** All syllables that differ from one in a single jamo. */
function* neighbours(code: number): Generator<string> {
  for (const which of JAMO.keys()) yield* replacing(code, which, Array(JAMO[which]).keys());
}

/**
 * The neighbours allowed in a word of two syllables, which is one jamo away from too many words: syllables
 * that sound the same (에방 for 예방), and, for a last syllable without a final consonant, those with one,
 * since the word may still be being typed.
 */
function* nearest(code: number, isLast: boolean): Generator<string> {
  const [, vowel = 0, final] = jamoOf(code);
  yield* replacing(code, 1, ALIKE.find((alike) => alike.includes(vowel)) ?? []);
  if (isLast && final === 0) yield* replacing(code, 2, Array(JAMO[2]).keys());
}

/** The syllables with jamo number `which` (0 initial, 1 vowel, 2 final) replaced by each of the others. */
function* replacing(code: number, which: number, others: Iterable<number>): Generator<string> {
  const jamo = jamoOf(code);
  for (const other of others) if (other !== jamo[which]) yield syllableOf(jamo.with(which, other));
}

/** Vowel indices of ㅐ and ㅔ, which sound the same today. */
const AE_E = [1, 5];
/** Fewest syllables of a word whose ㅐ and ㅔ are taken for each other; in shorter ones they tell words apart (매운, 메운). */
const LONG_ENOUGH = 3;
/** Most syllables with one of them. */
const MOST_ALIKE = 4;

/**
 * A Hangul word with ㅐ for ㅔ, or ㅔ for ㅐ, in some of its syllables: 트렌스포머 → 트랜스포머. It is how loanwords are misspelt
 * most.
 */
export function otherVowels(terms: readonly string[]): { readonly text: string; readonly terms: string[] }[] {
  const word = rejoined(terms);
  if (!isHangul(word) || word.length < LONG_ENOUGH) return [];
  const ways = Array.from(word, (letter) => {
    const code = letter.charCodeAt(0);
    return AE_E.includes(jamoOf(code)[1] ?? -1) ? [letter, ...replacing(code, 1, AE_E)] : [letter];
  });
  if (ways.filter(({ length }) => length > 1).length > MOST_ALIKE) return [];
  const made = ways.reduce(
    (begun, letters) => begun.flatMap((text) => letters.map((one) => text + one)),
    [''],
  );
  return made.slice(1).map((text) => ({ text, terms: pairs(text) })); // the first is the word itself
}

/** Similarity of an abbreviation to a long form: there may be others. */
const ABBREVIATED_SIMILARITY = 0.5;

/** Words of which a Hangul word may be an abbreviation, as most are: of every other syllable, as 육휴 for 육아휴직. */
export function longForms(terms: readonly string[], vocabulary: Vocabulary): Candidate[] {
  const word = rejoined(terms);
  if (word.length < 2 || word.length > 4 || !isHangul(word)) return [];
  let begun = [''];
  for (const syllable of word) {
    const next = vocabulary.pairs.filter((pair) => pair[0] === syllable);
    begun = begun
      .flatMap((text) => next.map((pair) => text + pair))
      .filter((text) => vocabulary.has(pairs(text)))
      .slice(0, BEAM_WIDTH);
  }
  return begun.map((text) => ({ text, terms: pairs(text), similarity: ABBREVIATED_SIMILARITY }));
}

/** Words of known pairs that fit syllables and initial consonants, by a beam search from left to right, one pair at a time. */
function completions(word: string, vocabulary: Vocabulary): Candidate[] {
  const matches = (letter: string, code: number) =>
    letter.charCodeAt(0) === code || initialOf(letter) === initialConsonant(code);
  let begun: string[] = [];
  for (let i = 1; i < word.length; i++) {
    const [one = '', two = ''] = [word[i - 1], word[i]];
    const fitting = vocabulary.pairs.filter(
      (pair) => matches(one, pair.charCodeAt(0)) && matches(two, pair.charCodeAt(1)),
    );
    const longer = i === 1 ? fitting : lengthened(begun, fitting);
    begun = longer
      .map((text) => ({ text, documents: vocabulary.documents(pairs(text)) }))
      .filter(({ documents }) => documents > 0)
      .sort((a, b) => b.documents - a.documents || (a.text < b.text ? -1 : 1))
      .slice(0, BEAM_WIDTH)
      .map(({ text }) => text);
  }
  const syllables = [...word].filter((letter) => isHangul(letter)).length;
  // An initial consonant counts as half a syllable: it is less than half of the jamo, but identifies about half.
  const similarity = (syllables + 0.5 * (word.length - syllables)) / word.length;
  return begun.map((text) => ({ text, terms: pairs(text), similarity }));
}

/** Index of a single initial consonant; −1 for any other character. */
function initialOf(letter: string): number {
  const index = letter.charCodeAt(0) - INITIAL;
  return index >= 0 && index < JAMO[0] ? index : -1;
}

/** Number of jamo in a word of whole syllables. */
function jamoCount(word: string): number {
  let count = 0;
  for (let i = 0; i < word.length; i++) count += finalConsonant(word.charCodeAt(i)) === 0 ? 2 : 3;
  return count;
}

/**
 * Hangul arithmetic. The code point of a syllable is 0xAC00 + (initial · 21 + vowel) · 28 + final (Unicode 15,
 * §3.12). Functions that take a code expect that of a syllable, unless they say otherwise.
 */
const FIRST = 0xac00;
const LAST = 0xd7a3;
/** Number of initials, vowels and finals; final 0 stands for none. */
export const JAMO = [19, 21, 28] as const;

/** Longer runs of Hangul are no word. */
export const LONGEST_WORD = 20;

/** Whether a UTF-16 unit is a precomposed Hangul syllable. */
export function isHangulSyllable(code: number): boolean {
  return code >= FIRST && code <= LAST;
}

/** Whether a text consists of precomposed Hangul syllables only; false for ''. */
export function isHangul(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isHangulSyllable(text.charCodeAt(i))) return false;
  return text !== '';
}

/** Whether a text is a single character, repeated any number of times. */
export function isOneLetter(text: string): boolean {
  return /^(.)\1*$/u.test(text);
}

/** [initial, vowel, final] of a syllable, as indices. */
export function jamoOf(code: number): number[] {
  return [initialConsonant(code), Math.floor((code - FIRST) / JAMO[2]) % JAMO[1], finalConsonant(code)];
}

/** The syllable with these indices of initial, vowel and final; the inverse of `jamoOf`. */
export function syllableOf([initial = 0, vowel = 0, final = 0]: readonly number[]): string {
  return String.fromCharCode(FIRST + (initial * JAMO[1] + vowel) * JAMO[2] + final);
}

/** Index of a syllable's initial consonant. */
export function initialConsonant(code: number): number {
  return Math.floor((code - FIRST) / JAMO[2] / JAMO[1]);
}

/** Index of a syllable's final consonant (받침), 0 for none; −1 when the code is not that of a syllable. */
export function finalConsonant(code: number): number {
  return isHangulSyllable(code) ? (code - FIRST) % JAMO[2] : -1;
}

/**
 * Overlapping pairs of characters: 프로세스 → 프로, 로세, 세스. A single character stays as it is.
 * Pairs need no dictionary, and match within compounds and despite spacing errors.
 */
export function pairs(word: string): string[] {
  const characters = [...word];
  if (characters.length <= 2) return [word];
  return characters.slice(1).map((character, i) => `${characters[i]}${character}`);
}

/** Each text with one more syllable, in every way that one of the pairs allows: the inverse of `pairs`, step by step. */
export function lengthened(texts: readonly string[], pairs: readonly string[]): string[] {
  return texts.flatMap((text) =>
    pairs.filter((pair) => pair[0] === text.at(-1)).map((pair) => text + pair.slice(1)),
  );
}

/** The word that overlapping pairs were cut from; the inverse of `pairs` for characters of one UTF-16 unit. */
export function rejoined(pairs: readonly string[]): string {
  return `${pairs[0] ?? ''}${pairs
    .slice(1)
    .map((pair) => pair.slice(1))
    .join('')}`;
}

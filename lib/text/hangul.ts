/**
 * Hangul arithmetic. A syllable block is 0xAC00 + (initial · 21 + vowel) · 28 + final (Unicode 15, §3.12), so
 * whether a syllable ends in a consonant (받침) is a remainder.
 */
const FIRST = 0xac00;
const LAST = 0xd7a3;
/** How many initials, vowels and finals there are; the first final is none. */
export const JAMO = [19, 21, 28] as const;

export function isHangulSyllable(code: number): boolean {
  return code >= FIRST && code <= LAST;
}

/** Whether a text is of whole syllables. */
export function isHangul(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isHangulSyllable(text.charCodeAt(i))) return false;
  return text !== '';
}

/** Whether a text is one letter again and again. */
export function isOneLetter(text: string): boolean {
  return /^(.)\1*$/u.test(text);
}

/** Indices of a syllable's initial, vowel and final. */
export function jamoOf(code: number): number[] {
  return [initialConsonant(code), Math.floor((code - FIRST) / JAMO[2]) % JAMO[1], finalConsonant(code)];
}

/** The syllable of an initial, a vowel and a final. */
export function syllableOf([initial = 0, vowel = 0, final = 0]: readonly number[]): string {
  return String.fromCharCode(FIRST + (initial * JAMO[1] + vowel) * JAMO[2] + final);
}

/** Index of the initial consonant of a syllable. */
export function initialConsonant(code: number): number {
  return Math.floor((code - FIRST) / JAMO[2] / JAMO[1]);
}

/** Index of the final consonant of a syllable, 0 for none; −1 when it is no syllable. */
export function finalConsonant(code: number): number {
  return isHangulSyllable(code) ? (code - FIRST) % JAMO[2] : -1;
}

/**
 * Overlapping pairs: 프로세스 → 프로, 로세, 세스. A single character stays itself.
 * Pairs need no dictionary and survive compounds and spacing errors.
 */
export function pairs(word: string): string[] {
  const characters = [...word];
  if (characters.length <= 2) return [word];
  return characters.slice(1).map((character, i) => `${characters[i]}${character}`);
}

/** The word that overlapping pairs were cut from. */
export function rejoined(pairs: readonly string[]): string {
  return `${pairs[0] ?? ''}${pairs
    .slice(1)
    .map((pair) => pair.slice(1))
    .join('')}`;
}

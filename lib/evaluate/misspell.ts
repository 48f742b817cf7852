import { seededRandom } from '../math/random.ts';
import { isHangul, JAMO, jamoOf, syllableOf } from '../text/hangul.ts';

/** Shorter words are left unchanged. */
const SHORTEST = { latin: 5, hangul: 3 } as const;

/**
 * A query with one typing error in its longest word. In Latin script a letter after the first is omitted, doubled,
 * replaced or swapped with the next; in Hangul one jamo is replaced. Deterministic for a text and seed.
 *
 * @returns null if no word is long enough
 */
export function misspell(text: string, seed = 1): string | null {
  const words = [...text.matchAll(/[\p{L}\p{M}]+/gu)].filter(([word]) =>
    isHangul(word) ? word.length >= SHORTEST.hangul : /^[a-z]+$/i.test(word) && word.length >= SHORTEST.latin,
  );
  const longest = words.toSorted((a, b) => widthOf(b[0]) - widthOf(a[0]))[0];
  if (!longest) return null;
  const random = seededRandom(seed + sum(text));
  const [word] = longest;
  const slipped = isHangul(word) ? slipHangul(word, random) : slipLatin(word, random);
  return text.slice(0, longest.index) + slipped + text.slice(longest.index + word.length);
}

function slipLatin(word: string, random: () => number): string {
  const at = 1 + Math.floor(random() * (word.length - 2));
  const rest = word.slice(at + 1);
  const letter = word[at] ?? '';
  const other = String.fromCharCode(
    97 + ((letter.toLowerCase().charCodeAt(0) - 97 + 1 + Math.floor(random() * 25)) % 26),
  );
  const slips = [
    word.slice(0, at) + rest,
    word.slice(0, at) + letter + letter + rest,
    word.slice(0, at) + other + rest,
    word.slice(0, at) + (rest[0] ?? '') + letter + rest.slice(1),
  ].filter((slip) => slip !== word);
  return slips[Math.floor(random() * slips.length)] ?? word;
}

/** Not in the last syllable, which may be a particle. */
function slipHangul(word: string, random: () => number): string {
  const at = Math.floor(random() * Math.max(1, word.length - 1));
  const jamo = jamoOf(word.charCodeAt(at));
  const which = Math.floor(random() * 3);
  const size = JAMO[which] ?? 1;
  jamo[which] = ((jamo[which] ?? 0) + 1 + Math.floor(random() * (size - 1))) % size;
  return word.slice(0, at) + syllableOf(jamo) + word.slice(at + 1);
}

function widthOf(word: string): number {
  return isHangul(word) ? 2 * word.length : word.length;
}

function sum(text: string): number {
  let total = 0;
  for (let i = 0; i < text.length; i++) total = (31 * total + text.charCodeAt(i)) % 1_000_003;
  return total;
}

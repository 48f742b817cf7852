import { isHangul } from '../text/hangul.ts';

/** Separators between words. */
const [COMMA, ABOUT, LINE] = [...',>\n'].map((sign) => sign.charCodeAt(0));

/**
 * Where words begin in a text of groups (`insomnia, 불면증 > sleep`, one per line), by their first letters: for 120,000 words
 * 50 ms; by their stems, ten times that.
 *
 * The words with the same first letters are a chain in two arrays, which takes a third of the memory of lists.
 */
export class Beginnings {
  readonly #starts: Int32Array;
  /** Index of the first word with some first letters, and of the next one of each; −1 after the last. */
  readonly #first = new Map<string, number>();
  readonly #next: Int32Array;

  /** @param seen is told of each word, [start, end) */
  constructor(text: string, seen: (start: number, end: number) => void) {
    const starts: number[] = [];
    const next: number[] = [];
    const last = new Map<string, number>();
    let start = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code !== COMMA && code !== ABOUT && code !== LINE) continue;
      seen(start, i);
      const word = text.slice(start, Math.min(i, start + 3)).trimEnd();
      if (word !== '') {
        const key = beginningOf(word);
        const before = last.get(key);
        if (before === undefined) this.#first.set(key, starts.length);
        else next[before] = starts.length;
        last.set(key, starts.length);
        starts.push(start);
        next.push(-1);
      }
      start = code === LINE ? i + 1 : i + 2;
    }
    this.#starts = Int32Array.from(starts);
    this.#next = Int32Array.from(next);
  }

  /** Offsets of the words that begin like one, in the order of the text. */
  startsOf(word: string): readonly number[] {
    const found: number[] = [];
    for (let i = this.#first.get(beginningOf(word)) ?? -1; i >= 0; i = this.#next[i] as number)
      found.push(this.#starts[i] as number);
    return found;
  }
}

/** The first letters, chosen to be equal for a word and its stem, which may end differently (toy, toi). */
function beginningOf(word: string): string {
  return isHangul(word.slice(0, 2)) ? word.slice(0, 2) : word.slice(0, 3).trimEnd().replace(/i$/, 'y');
}

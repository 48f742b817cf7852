import type { Word } from './analyzer.ts';
import type { Span } from './sentences.ts';

/** The words of a text, indexed by term. */
export interface Places {
  readonly words: readonly Word[];
  /** For each term the positions in `words` of the words that have it, ascending. */
  readonly of: ReadonlyMap<string, readonly number[]>;
}

/** A word of the query, or one of its readings. */
export interface AskedWord {
  readonly terms: readonly string[];
  /** The number directly before it that it counts, such as 2019 in 2019년. */
  readonly number?: string;
}

/** The words of a query by term. */
export type AskedWords = ReadonlyMap<string, readonly AskedWord[]>;

/** Indexes the words of a query by their terms. */
export function byTerm(words: Iterable<AskedWord>): AskedWords {
  const asked = new Map<string, AskedWord[]>();
  for (const word of words) {
    for (const term of word.terms) {
      const known = asked.get(term);
      if (known) known.push(word);
      else asked.set(term, [word]);
    }
  }
  return asked;
}

/** Indexes the words of a text by their terms. @param words in the order of the text */
export function placesOf(words: readonly Word[]): Places {
  const of = new Map<string, number[]>();
  for (let i = 0; i < words.length; i++) {
    for (const term of (words[i] as Word).terms) {
      const known = of.get(term);
      if (!known) of.set(term, [i]);
      else if (known.at(-1) !== i) known.push(i);
    }
  }
  return { words, of };
}

/** Whether a number is directly followed by the Hangul word that it counts, as in 2019년 or 3단계. */
export function isCounted(
  number: Pick<Word, 'text' | 'end'> | undefined,
  counted: Pick<Word, 'text' | 'start'> | undefined,
): boolean {
  if (!number || !counted || number.end !== counted.start) return false;
  return isHangulWord(counted) && /^\p{Nd}+$/u.test(number.text);
}

function isHangulWord({ text }: Pick<Word, 'text'>): boolean {
  return text.charCodeAt(0) > 0x10ff && /^\p{Script=Hangul}/u.test(text); // the cheap test first: most words begin with a Latin letter
}

/** The spans to highlight: where the query's terms occur. Ascending; spans that touch or overlap, as Hangul pairs do, are merged. */
export function findMatches({ words, of }: Places, asked: AskedWords): Span[] {
  const found: Span[] = [];
  const seen = new Set<Word>();
  for (const term of asked.keys()) {
    for (const i of of.get(term) ?? []) {
      const word = words[i] as Word;
      if (seen.has(word)) continue;
      seen.add(word);
      const isMeant = isHangulWord(word)
        ? meaningOf(word, words[i - 1], asked)
        : (one: string) => asked.has(one);
      const { start, terms, places } = word;
      for (let t = 0; t < terms.length; t++) {
        if (!isMeant(terms[t] as string)) continue;
        const [from, to] = places[t] as Span;
        found.push([start + from, start + to]);
      }
    }
  }
  found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const spans: [number, number][] = [];
  for (const [from, to] of found) {
    const last = spans.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else spans.push([from, to]);
  }
  return spans;
}

/**
 * Decides which terms of a Hangul word to highlight. A single pair in common often means nothing to a reader, so a
 * pair counts when
 *
 * - all pairs of the word are asked for, or
 * - the word has more than half of the pairs of a query word, or just half with the first pair in common. So 정규화
 *   is highlighted for 정규형, but not 소스파일 for 컴파일, nor 캐스팅 for 호이스팅.
 *
 * A word after a number matches only with the same number: 2018년 is not 2019년.
 */
function meaningOf(word: Word, before: Word | undefined, asked: AskedWords): (term: string) => boolean {
  const { terms } = word;
  const number = isCounted(before, word) ? before?.terms[0] : undefined;
  const isSame = (one: AskedWord) =>
    number === undefined || one.number === undefined || one.number === number;
  const isAsked = (term: string) => asked.get(term)?.some(isSame) ?? false;
  if (terms.every(isAsked)) return isAsked;
  const isSeen = (one: AskedWord) => {
    const there = one.terms.filter((term) => terms.includes(term)).length;
    return 2 * there > one.terms.length || (2 * there === one.terms.length && terms[0] === one.terms[0]);
  };
  return (term) => asked.get(term)?.some((one) => isSame(one) && isSeen(one)) ?? false;
}

import porter from 'natural/lib/natural/stemmers/porter_stemmer.js';
import { withoutEnding } from './endings.ts';
import { foldWord } from './fold.ts';
import { pairs } from './hangul.ts';
import { ownStem, regular } from './irregular.ts';
import { isParticle, stripParticle } from './particles.ts';
import type { Span } from './sentences.ts';
import { ACRONYMS, ENGLISH_STOP_WORDS, HOW_MANY, KOREAN_STOP_STEMS, KOREAN_STOP_WORDS } from './stopwords.ts';
import { LAUGHTER, type Token, tokens } from './tokens.ts';

/** A word as written in a text, at [start, end) in UTF-16 units, with its terms. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Empty for a stop word. */
  readonly terms: readonly string[];
  /** [start, end) of each term, relative to the start of the word. */
  readonly places: readonly Span[];
}

/** To be changed whenever the same text would give other terms. An index made by another version is stale. */
export const ANALYZER_VERSION = 'unicode-porter-pairs-19';

/** Longer tokens are not cached: Hangul without spaces may go on for a page. */
const LONGEST_CACHED = 20;

type TokenTerms = Pick<Word, 'terms' | 'places'>;

/**
 * Turns text into terms, in the same way for documents and queries:
 *
 * - Unicode words, NFKC, lower case; stop words are dropped
 * - Latin script: accents folded and Porter stems; the accented form is an additional term
 * - Hangul: particles and endings stripped, then cut into overlapping pairs of syllables
 * - other unspaced scripts: overlapping pairs
 *
 * Its only state is a cache of words, so all analyzers give the same terms. Runs of unspaced scripts are not
 * cached: they are clauses rather than words, each with a list of pairs, and hardly ever recur.
 */
export class Analyzer {
  readonly #cache = new Map<string, TokenTerms>();
  readonly #cacheLimit: number;

  /** @param cacheLimit most words in the cache; it is emptied when it is full */
  constructor(cacheLimit = 60_000) {
    this.#cacheLimit = cacheLimit;
  }

  /** The terms of a text in order, repetitions included. */
  terms(text: string): string[] {
    const out: string[] = [];
    const found = tokens(text);
    const shouted = shouting(found);
    for (const token of found) for (const term of this.#termsOf(token, shouted).terms) out.push(term);
    return out;
  }

  /** The words of a text in order, stop words included. @param from offset of the text in a larger one, added to `start` and `end` */
  words(text: string, from = 0): Word[] {
    const found = tokens(text);
    const shouted = shouting(found);
    return found.map((token) => {
      const { terms, places } = this.#termsOf(token, shouted);
      return { text: token.text, start: from + token.start, end: from + token.end, terms, places };
    });
  }

  /** @param isShouted whether the text around the token is */
  #termsOf(token: Token, isShouted: () => boolean): TokenTerms {
    if (ACRONYMS.has(token.text)) return isShouted() ? NONE : acronymTerms(token.text);
    const known = this.#cache.get(token.text);
    if (known) return known;
    const made = termsOfToken(token);
    if (token.script === 'unspaced' || token.text.length > LONGEST_CACHED) return made;
    if (this.#cache.size >= this.#cacheLimit) this.#cache.clear();
    this.#cache.set(token.text, made);
    return made;
  }
}

/** The words without stop words and without repetitions: of words with the same terms, the first. */
export function distinctWords<T extends Pick<Word, 'terms'>>(words: readonly T[]): T[] {
  const first = new Map<string, T>();
  for (const word of words) {
    const key = word.terms.join(' ');
    if (key !== '' && !first.has(key)) first.set(key, word);
  }
  return [...first.values()];
}

const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
/** Month names by abbreviation. Mar and dec are words too, but hardly ever meant as such. */
const ABBREVIATED = new Map([
  ...MONTHS.map((month) => [month.slice(0, 3), month] as const),
  ['sept', 'september'],
]);

const NONE: TokenTerms = { terms: [], places: [] };

/** A subscript at the end of a name. People who look for dₖ or d_k may type d or dk, so both become terms. */
const INDEX = /(?<=\p{L})(?:[ₐ-ₜᵢ-ᵪⱼ]+|_.)$/u;

function termsOfToken(token: Token): TokenTerms {
  if (token.text === '√') return { terms: ['sqrt'], places: [[0, 1]] };
  if (token.script === 'date') return dateTerms(token.text);
  if (token.script === 'month') return monthTerms(token.text);
  if (token.script === 'points') return pointsTerms(token.text);
  const name = token.text.replace(INDEX, '');
  const normal = foldWord(name.replace('^', '').replace('⊤', 'T'));
  if (token.script === 'word') {
    const { terms, places } = latinTerms(normal, token.text.length);
    if (name === token.text) return { terms, places };
    return {
      terms: [...terms, foldWord(token.text.replace('_', ''))],
      places: [...places, [0, token.text.length]],
    };
  }
  if (LAUGHTER.test(token.text)) return NONE;
  if (token.script === 'hangul') return hangulTerms(normal, token.text.length);
  return pairTerms(normal, token.text.length);
}

function latinTerms(normal: string, length: number): TokenTerms {
  if (/n['’]t$/.test(normal)) return NONE;
  // Contracted endings are removed; "we'd" would otherwise become wed, and "I'll" ill.
  const typed = normal.replace(/['’](?:s|d|ll|re|ve|m)$/, '').replace(/['’]/g, '');
  if (ENGLISH_STOP_WORDS.has(typed)) return NONE;
  const word = ABBREVIATED.get(typed) ?? typed.replace(/^0(?=[1-9]$)/, '');
  const folded = foldAccents(word);
  const whole: Span = [0, length];
  if (folded === word) return { terms: [stem(folded)], places: [whole] };
  return { terms: [stem(folded), word], places: [whole, whole] };
}

/** Not stemmed, so that a WAS is no "wa". */
function acronymTerms(name: string): TokenTerms {
  return { terms: [name.toLowerCase()], places: [[0, name.length]] };
}

/**
 * Tells whether most words of a text are in capitals, so that those of one word tell nothing: HOW IT WORKS. Worked out
 * for the first such word, and not for each.
 */
function shouting(text: readonly Token[]): () => boolean {
  let isShouted: boolean | undefined;
  return () => {
    if (isShouted === undefined) {
      const latin = text.filter(({ text }) => /[A-Za-z]{2}/.test(text));
      const loud = latin.filter(({ text }) => text === text.toUpperCase());
      isShouted = latin.length > 2 && 2 * loud.length > latin.length;
    }
    return isShouted;
  };
}

/** Day, month and year as numbers plus the month's name, so that 2 March and 3월 2일 find 2024-03-02 and 2.3.2024. */
function dateTerms(date: string): TokenTerms {
  const numbers = Array.from(date.matchAll(/\d+/g), ({ 0: digits, index }) => {
    const place: Span = [index, index + digits.length];
    return { term: `${Number(digits)}`, place };
  });
  if (!/^\d{4}/.test(date)) numbers.reverse();
  const month = numbers[1] as (typeof numbers)[0];
  const named = [...numbers, { term: nameOf(Number(month.term)), place: month.place }];
  return { terms: named.map(({ term }) => term), places: named.map(({ place }) => place) };
}

/** 3월 becomes the term of March, which dates such as 2024-03-02 have too. */
function monthTerms(text: string): TokenTerms {
  return { terms: [nameOf(Number.parseInt(text, 10))], places: [[0, text.length]] };
}

function nameOf(month: number): string {
  return stem(MONTHS[month - 1] ?? '');
}

/** Terms of a number with points: the whole and, unless it is 0, the first part. 7.2 and 7.1 differ, and 7 finds both. */
function pointsTerms(text: string): TokenTerms {
  const from = /^v/i.test(text) ? 1 : 0;
  const number = text.slice(from);
  const [first = ''] = number.split('.', 1);
  const whole: Span = [0, text.length];
  if (Number(first) === 0) return { terms: [number], places: [whole] };
  return { terms: [number, first], places: [whole, [from, from + first.length]] };
}

/**
 * Porter's stem (1980) of a word of a … z only; other words stay as they are. Irregular forms, and words that the
 * stemmer confuses with others, come from tables (irregular.ts).
 */
function stem(word: string): string {
  return /^[a-z]{3,}$/.test(word) ? (ownStem(word) ?? porter.stem(regular(word))) : word;
}

function foldAccents(word: string): string {
  if (!/[^a-z0-9]/.test(word) || !/\p{Script=Latin}/u.test(word)) return word;
  return word
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/æ/g, 'ae');
}

function hangulTerms(normal: string, length: number): TokenTerms {
  if (KOREAN_STOP_WORDS.has(normal) || HOW_MANY.test(normal) || isParticle(normal)) return NONE;
  const stripped = stripParticle(normal);
  const stem = withoutEnding(normal);
  if (KOREAN_STOP_WORDS.has(stripped) || (stem !== normal && KOREAN_STOP_STEMS.has(stem))) return NONE;
  return pairTerms(stripped, length, normal.length);
}

/** Pairs with their offsets. When NFKC has changed the length, offsets are unknown, and each pair is placed at the whole token. */
function pairTerms(word: string, length: number, normalLength = word.length): TokenTerms {
  const aligned = normalLength === length && !/[\ud800-\udfff]/.test(word);
  const terms = pairs(word);
  return { terms, places: terms.map((pair, i) => (aligned ? [i, i + pair.length] : [0, length])) };
}

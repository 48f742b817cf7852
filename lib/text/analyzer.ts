import porter from 'natural/lib/natural/stemmers/porter_stemmer.js';
import { withoutEnding } from './endings.ts';
import { foldWord } from './fold.ts';
import { pairs } from './hangul.ts';
import { ownStem, regular } from './irregular.ts';
import { isParticle, stripParticle } from './particles.ts';
import type { Span } from './sentences.ts';
import { ENGLISH_STOP_WORDS, KOREAN_STOP_STEMS, KOREAN_STOP_WORDS } from './stopwords.ts';
import { type Token, tokens } from './tokens.ts';

/** A word as typed, and where it stands in a text, UTF-16 offsets. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** None for a word that carries no topic. */
  readonly terms: readonly string[];
  /** [start, end) of each term in the word. */
  readonly places: readonly Span[];
}

/** Changes whenever the same text would give other terms, so that an index knows it is stale. */
export const ANALYZER_VERSION = 'unicode-porter-pairs-14';

/** Hangul without spaces may go on for a page. */
const LONGEST_KEPT = 20;

type TokenTerms = Pick<Word, 'terms' | 'places'>;

/**
 * Text to terms, the same for documents and queries:
 * Unicode words → NFKC → lower case → stop words dropped → Porter stems for Latin script
 * (accents folded, the accented form kept beside it), Korean particles stripped and Hangul
 * cut to overlapping pairs, other unspaced writing likewise.
 *
 * Holds only a cache of words, so two analyzers never differ. Clauses of unspaced writing are not kept: each has a
 * list of pairs, and hardly ever comes again.
 */
export class Analyzer {
  readonly #cache = new Map<string, TokenTerms>();
  readonly #cacheLimit: number;

  constructor(cacheLimit = 60_000) {
    this.#cacheLimit = cacheLimit;
  }

  /** The terms of a text in order, repetitions included. */
  terms(text: string): string[] {
    const out: string[] = [];
    for (const token of tokens(text)) for (const term of this.#termsOf(token).terms) out.push(term);
    return out;
  }

  /** The words of a text in order. @param from where the text stands, added to what the words say of themselves */
  words(text: string, from = 0): Word[] {
    return tokens(text).map((token) => {
      const { terms, places } = this.#termsOf(token);
      return { text: token.text, start: from + token.start, end: from + token.end, terms, places };
    });
  }

  #termsOf(token: Token): TokenTerms {
    const known = this.#cache.get(token.text);
    if (known) return known;
    const made = termsOfToken(token);
    if (token.script === 'unspaced' || token.text.length > LONGEST_KEPT) return made;
    if (this.#cache.size >= this.#cacheLimit) this.#cache.clear();
    this.#cache.set(token.text, made);
    return made;
  }
}

/** Words that carry topic, of those of the same terms the first. */
export function distinctWords<T extends Pick<Word, 'terms'>>(words: readonly T[]): T[] {
  const first = new Map<string, T>();
  for (const word of words) {
    const key = word.terms.join(' ');
    if (key !== '' && !first.has(key)) first.set(key, word);
  }
  return [...first.values()];
}

/** As they are written for short; Mar and Dec are words of their own, and hardly ever meant. */
const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
const ABBREVIATED = new Map([
  ...MONTHS.map((month) => [month.slice(0, 3), month] as const),
  ['sept', 'september'],
]);

const NONE: TokenTerms = { terms: [], places: [] };

/** Who looks for dₖ or d_k types d or dk: an index in small letters may be left out. */
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
  if (token.script === 'hangul') return hangulTerms(normal, token.text.length);
  return pairTerms(normal, token.text.length);
}

function latinTerms(normal: string, length: number): TokenTerms {
  if (/n['’]t$/.test(normal)) return NONE;
  // Else "we'd" were a wedding, and "I'll" ill.
  const typed = normal.replace(/['’](?:s|d|ll|re|ve|m)$/, '').replace(/['’]/g, '');
  if (ENGLISH_STOP_WORDS.has(typed)) return NONE;
  const word = ABBREVIATED.get(typed) ?? typed.replace(/^0(?=[1-9]$)/, '');
  const folded = foldAccents(word);
  const whole: Span = [0, length];
  if (folded === word) return { terms: [stem(folded)], places: [whole] };
  return { terms: [stem(folded), word], places: [whole, whole] };
}

/** Who looks for 2 March, or for 3월 2일, finds 2024-03-02; and 2.3.2024 likewise. */
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

/** 3월 is March, and the month of 2024-03-02. */
function monthTerms(text: string): TokenTerms {
  return { terms: [nameOf(Number.parseInt(text, 10))], places: [[0, text.length]] };
}

function nameOf(month: number): string {
  return stem(MONTHS[month - 1] ?? '');
}

/** 7.2 is another version than 7.1, and both are of 7. */
function pointsTerms(text: string): TokenTerms {
  const from = /^v/i.test(text) ? 1 : 0;
  const number = text.slice(from);
  const [first = ''] = number.split('.', 1);
  const whole: Span = [0, text.length];
  if (Number(first) === 0) return { terms: [number], places: [whole] };
  return { terms: [number, first], places: [whole, [from, from + first.length]] };
}

/** Porter (1980) for plain Latin words, but for those it takes for others; what has digits or signs, and other scripts, stays whole. */
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
  if (KOREAN_STOP_WORDS.has(normal) || isParticle(normal)) return NONE;
  const stripped = stripParticle(normal);
  const stem = withoutEnding(normal);
  if (KOREAN_STOP_WORDS.has(stripped) || (stem !== normal && KOREAN_STOP_STEMS.has(stem))) return NONE;
  return pairTerms(stripped, length, normal.length);
}

/** Pairs with their offsets; where NFKC changed the length, every pair stands for the whole token. */
function pairTerms(word: string, length: number, normalLength = word.length): TokenTerms {
  const aligned = normalLength === length && !/[\ud800-\udfff]/.test(word);
  const terms = pairs(word);
  return { terms, places: terms.map((pair, i) => (aligned ? [i, i + pair.length] : [0, length])) };
}

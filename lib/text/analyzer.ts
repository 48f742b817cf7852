import porter from 'natural/lib/natural/stemmers/porter_stemmer.js';
import { isParticle, pairs, stripParticle } from './hangul.ts';
import { ENGLISH_STOP_WORDS, KOREAN_STOP_WORDS } from './stopwords.ts';
import { type Token, tokens } from './tokens.ts';

/** A term and where it stands in the analysed text, UTF-16 offsets. */
export interface TermOccurrence {
  readonly term: string;
  readonly start: number;
  readonly end: number;
}

/** Changes whenever the same text would give other terms, so that an index knows it is stale. */
export const ANALYZER_VERSION = 'unicode-porter-pairs-3';

/** Terms of one token: [term, offset from, offset to] relative to the token. */
type TokenTerms = readonly (readonly [term: string, from: number, to: number])[];

/**
 * Text to terms, the same for documents and queries:
 * Unicode words → NFKC → lower case → stop words dropped → Porter stems for Latin script
 * (accents folded, the accented form kept beside it), Korean particles stripped and Hangul
 * cut to overlapping pairs, other unspaced writing likewise.
 *
 * Holds only a cache of the tokens it has seen (bounded); two analyzers never differ.
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
    for (const token of tokens(text)) for (const [term] of this.#termsOf(token)) out.push(term);
    return out;
  }

  /** The terms of a text in order, each with where it stands. */
  occurrences(text: string): TermOccurrence[] {
    const out: TermOccurrence[] = [];
    for (const token of tokens(text)) {
      for (const [term, from, to] of this.#termsOf(token)) {
        out.push({ term, start: token.start + from, end: token.start + to });
      }
    }
    return out;
  }

  /** The words of a text as typed, each with its terms; words that carry no topic have none. */
  words(text: string): {
    readonly text: string;
    readonly start: number;
    readonly end: number;
    readonly terms: readonly string[];
  }[] {
    return Array.from(tokens(text), (token) => ({
      text: token.text,
      start: token.start,
      end: token.end,
      terms: this.#termsOf(token).map(([term]) => term),
    }));
  }

  #termsOf(token: Token): TokenTerms {
    const known = this.#cache.get(token.text);
    if (known) return known;
    const made = termsOfToken(token);
    if (this.#cache.size >= this.#cacheLimit) this.#cache.clear();
    this.#cache.set(token.text, made);
    return made;
  }
}

function termsOfToken(token: Token): TokenTerms {
  const normal = token.text.normalize('NFKC').toLowerCase();
  if (token.script === 'word') return latinTerms(normal, token.text.length);
  if (token.script === 'hangul') return hangulTerms(normal, token.text.length);
  return pairTerms(normal, token.text.length);
}

function latinTerms(normal: string, length: number): TokenTerms {
  const word = normal.replace(/['’]s$/, '').replace(/['’]/g, '');
  if (ENGLISH_STOP_WORDS.has(word)) return [];
  const folded = foldAccents(word);
  const term = stem(folded);
  if (folded === word) return [[term, 0, length]];
  return [
    [term, 0, length],
    [word, 0, length],
  ];
}

/** Porter (1980) for plain Latin words; identifiers with digits or signs and other scripts stay whole. */
function stem(word: string): string {
  return /^[a-z]{3,}$/.test(word) ? porter.stem(word) : word;
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
  if (KOREAN_STOP_WORDS.has(normal) || isParticle(normal)) return [];
  const stripped = stripParticle(normal);
  if (KOREAN_STOP_WORDS.has(stripped)) return [];
  return pairTerms(stripped, length, normal.length);
}

/** Pairs with their offsets; where NFKC changed the length, every pair stands for the whole token. */
function pairTerms(word: string, length: number, normalLength = word.length): TokenTerms {
  const aligned = normalLength === length && !/[\ud800-\udfff]/.test(word);
  return pairs(word).map((pair, i) => (aligned ? [pair, i, i + pair.length] : [pair, 0, length]));
}

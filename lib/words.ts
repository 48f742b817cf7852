import type { Engine } from './engine.ts';
import type { QueryTerm } from './lexical/bm25.ts';
import { documentFrequency } from './lexical/postings.ts';
import { softReadings, softVocabulary, type Vocabulary } from './lexical/soft.ts';
import type { QueryWord } from './response.ts';
import type { SearchArrays } from './store/arrays.ts';

/**
 * A term of the query; its `count` is 1 for each word it stands for, shared among the terms of
 * that word and of its readings.
 */
export interface AskedTerm extends QueryTerm {
  /** How often the query has it, as the embedding counts. */
  readonly occurrences: number;
  /** Part of its weight in the embedding: 1, less for a soft reading and for what has one. */
  readonly share: number;
}

/** The words of a query, and the distinct terms of those that are on, in order. */
export function readWords(
  { analyzer }: Engine,
  arrays: SearchArrays,
  text: string,
  without: readonly string[],
): { readonly words: readonly QueryWord[]; readonly terms: readonly AskedTerm[] } {
  const off = new Set(without.map(fold));
  const typed = analyzer.words(text);
  const analyze = (part: string) => analyzer.terms(part);
  const words = typed.map(({ text, start, end, terms }, i) => ({
    ...{ text, start, end, terms },
    off: off.has(fold(text)),
    readings: terms.every((term) => isKnown(arrays, term))
      ? []
      : softReadings({ text, terms }, vocabularyOf(arrays), analyze, i === typed.length - 1),
  }));
  return { words, terms: termsOf(words, arrays) };
}

function isKnown({ terms, postings }: SearchArrays, term: string): boolean {
  return documentFrequency(postings, terms.get(term) ?? -1) > 0;
}

const vocabularies = new WeakMap<SearchArrays['terms'], Vocabulary>();

/** Made when a word is first not found. */
function vocabularyOf({ terms, postings }: SearchArrays): Vocabulary {
  let vocabulary = vocabularies.get(terms);
  if (!vocabulary) {
    vocabulary = softVocabulary(terms, postings);
    vocabularies.set(terms, vocabulary);
  }
  return vocabulary;
}

/**
 * The distinct terms of words. A word counts 1, shared evenly by its terms: one of many pairs
 * of Hangul asks for no more than a short one. Terms that no document has leave the share of
 * each reading to the terms it brings.
 */
function termsOf(words: readonly QueryWord[], arrays: SearchArrays): AskedTerm[] {
  const found = new Map<string, { occurrences: number; count: number; share: number }>();
  const add = (term: string, count: number, share: number) => {
    const before = found.get(term) ?? { occurrences: 0, count: 0, share: 0 };
    found.set(term, {
      occurrences: before.occurrences + 1,
      count: before.count + count,
      share: Math.max(before.share, share),
    });
  };
  for (const { terms, readings, off } of words) {
    if (off) continue;
    const unknown = terms.filter((term) => !isKnown(arrays, term));
    const read = readings.reduce((sum, { share }) => sum + share, 0);
    for (const term of terms) {
      const left = unknown.includes(term) ? 1 - read : 1;
      add(term, left / terms.length, left);
    }
    for (const reading of readings) {
      const brought = reading.terms.filter((term) => !terms.includes(term));
      const count = (reading.share * unknown.length) / terms.length / brought.length;
      for (const term of brought) add(term, count, reading.share);
    }
  }
  return Array.from(found, ([term, counts]) => ({ term, ...counts, id: arrays.terms.get(term) ?? -1 }));
}

function fold(word: string): string {
  return word.normalize('NFKC').toLowerCase();
}

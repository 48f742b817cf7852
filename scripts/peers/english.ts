import porter from 'natural/lib/natural/stemmers/porter_stemmer.js';

/** The 33 stop words of Lucene's English analyser: the short list that most engines ship. */
export const STOP_WORDS: readonly string[] =
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with'.split(
    ' ',
  );

const stopWords = new Set(STOP_WORDS);
const stems = new Map<string, string>();

/** Porter stem of a lower-case word; null for a stop word. Cached, since texts repeat their words. */
export function stemOf(word: string): string | null {
  if (stopWords.has(word)) return null;
  let stem = stems.get(word);
  if (stem === undefined) {
    stem = porter.stem(word);
    stems.set(word, stem);
  }
  return stem;
}

import type { Reading } from '../response.ts';

/** A word that may stand for another, without what depends on the documents. */
export type Near = Pick<Reading, 'text' | 'similarity' | 'named' | 'related' | 'translates'>;

/**
 * Similarity of a word to one of the same meaning, and to one for what it is a kind of or about. Lower in
 * another language, so that of two equally relevant notes the one in the language of the query ranks first.
 */
export const SIMILARITY = { own: { same: 0.8, about: 0.5 }, other: { same: 0.6, about: 0.4 } } as const;

/** Whether a text has a Hangul syllable. */
export function isKorean(text: string): boolean {
  return /\p{Script=Hangul}/u.test(text);
}

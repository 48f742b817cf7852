import { documentFrequency } from '../lexical/postings.ts';
import { SOFT } from '../lexical/soft.ts';
import type { SearchArrays } from '../store/arrays.ts';
import type { Word } from '../text/analyzer.ts';
import { isHangul } from '../text/hangul.ts';

/** A number, or a Korean numeral before a counter. */
const COUNT = /^(?:\p{Nd}+|여러|몇|한|두|세|네|다섯|여섯|일곱|여덟|아홉|열)$/u;

/**
 * Whether a one-syllable Hangul word is a counter or a suffix rather than a noun: 개 in 여러 개 and 3개 is not a dog,
 * and 법 in 굽는 법 is not a law.
 */
export function isFunctional(before: Word | undefined, word: Word): boolean {
  if (!before || !word.terms.every((term) => term.length === 1 && isHangul(term))) return false;
  return COUNT.test(before.text) || (word.terms[0] === '법' && before.text.endsWith('는'));
}

/** Syllables that count things more often than they are nouns. */
const COUNTERS = '개명장권번대살원자척통판편호채벌단점곳차건층회분초시일월년';

/** Whether a term counts things in most documents: 강아지 is 개 where a few have it, not where every tenth has 세 개. */
export function isCounter(
  { terms, postings, ids }: SearchArrays,
  [term = '', ...rest]: readonly string[],
): boolean {
  const documents = documentFrequency(postings, terms.get(term) ?? -1);
  const isAlone = rest.length === 0 && term.length === 1 && COUNTERS.includes(term);
  return isAlone && documents > Math.max(SOFT.beside.documents, ids.length / 10);
}

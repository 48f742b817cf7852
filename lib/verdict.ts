import { isGuess } from './asked.ts';
import type { Engine } from './engine.ts';
import { frequencyIn } from './lexical/postings.ts';
import { missingWords } from './missing.ts';
import type { Run } from './query.ts';
import type { QueryWord, Verdict } from './response.ts';
import { isHangul } from './text/hangul.ts';

/**
 * Weights are probabilities (see docs/quality.md), the null key's included. So the verdict needs no other evidence,
 * only the costs of the two errors: denying an answer that exists costs twice as much as showing a weak one that
 * does not. So `none` needs odds of two to one for the null key, and `strong` two to one against it.
 */
const ODDS = 2;

/** The verdict by evidence alone. @param evidence 1 − weight of the null key at T = 1, in [0, 1] */
export function verdictOfEvidence(evidence: number): Verdict {
  if (evidence >= ODDS / (ODDS + 1)) return 'strong';
  return evidence > 1 / (ODDS + 1) ? 'weak' : 'none';
}

/**
 * Whether anything here answers a query: the verdict of the evidence, with exceptions. `none` becomes `weak` if the
 * first document contains every word as typed, whatever its score. `strong` becomes `weak` if the first document
 * contains none of the words, nor any of their readings; or if it lacks a Latin word of a Korean query. Among Korean
 * words that is a name or a technical term (Kafka 파티션 순서): a note on partitions that does not mention Kafka does
 * not answer.
 *
 * @param first position of the first document; undefined where there is none
 */
export function verdictOf(engine: Engine, run: Run, first: number | undefined): Verdict {
  const verdict = verdictOfEvidence(run.evidence);
  if (first === undefined || verdict === 'weak') return verdict;
  if (verdict === 'none') return hasEveryWord(run, first) ? 'weak' : 'none';
  const missing = new Set(missingWords(run)(first));
  const { topical, length } = run.query;
  if (length > 0 && missing.size >= length) return 'weak';
  const isMissing = (word: QueryWord) => missing.has(word.text) && !isTranslated(engine, run, word, first);
  const isKorean = topical.some(({ text }) => isHangul(text));
  return isKorean && topical.some((word) => isLatin(word) && isMissing(word)) ? 'weak' : 'strong';
}

function isLatin({ text }: QueryWord): boolean {
  return /\p{Script=Latin}/u.test(text);
}

/** Whether a document has a word by another name or in the other language: 서버 for server. */
function isTranslated({ thesaurus, analyzer }: Engine, run: Run, word: QueryWord, document: number): boolean {
  const near = thesaurus.related(word) ?? [];
  return near.some((one) => !isGuess(one) && analyzer.terms(one.text).every(termsOf(run, document)));
}

function hasEveryWord(run: Run, document: number): boolean {
  const { topical } = run.query;
  return (
    topical.length > 0 &&
    topical.every(
      ({ terms, readings }) => terms.every(termsOf(run, document)) && readings.every(({ beside }) => beside),
    )
  );
}

/** Tells whether a document has a term. */
function termsOf({ arrays: { postings, terms } }: Run, document: number): (term: string) => boolean {
  return (term) => frequencyIn(postings, terms.get(term) ?? -1, document) > 0;
}

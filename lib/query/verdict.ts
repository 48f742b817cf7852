import type { Engine } from '../engine.ts';
import { frequencyIn } from '../lexical/postings.ts';
import { readFor } from '../read.ts';
import type { QueryWord, Verdict } from '../response.ts';
import { isHangul } from '../text/hangul.ts';
import { isGuess } from './asked.ts';
import { missingWords } from './missing.ts';
import type { Run } from './query.ts';

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
 * Share of the idf of a Korean query that the first document may lack and be `strong`. Of 1,666 questions to ten libraries,
 * 1,443 of them `strong`, 76 lack .5 to .6: in 43 of these the first document answers, and in 33 it does not.
 */
const MOST_MISSING = 0.5;

/**
 * Whether anything here answers a query: the verdict of the evidence, with exceptions. `none` becomes `weak` if the
 * first document contains every word as typed, whatever its score. `strong` becomes `weak` if the first document
 *
 * - contains none of the words, nor any of their readings;
 * - lacks a year of the query (2022년 연말정산), or the number of a chapter, week or the like (9주차);
 * - lacks a Latin word of a Korean query. Among Korean words that is a name or a technical term (Kafka 파티션 순서): a
 *   note on partitions that does not mention Kafka does not answer;
 * - lacks half of a Korean query, by idf.
 *
 * @param first     position of the first document; undefined where there is none
 * @param missingIn `missingWords` of the run, where it is at hand
 */
export function verdictOf(
  engine: Engine,
  run: Run,
  first: number | undefined,
  missingIn = missingWords(run),
): Verdict {
  const verdict = verdictOfEvidence(run.evidence);
  if (first === undefined || verdict === 'weak') return verdict;
  if (verdict === 'none') return hasEveryWord(run, first) ? 'weak' : 'none';
  const missing = new Set(missingIn(first));
  const { topical, length } = run.query;
  if (length > 0 && missing.size >= length) return 'weak';
  const lacked = topical.filter(({ text }) => missing.has(text));
  if (lacked.some((word) => isOrdinal(run, word) && !isOf(engine, run, word, first))) return 'weak';
  if (!topical.some(({ text }) => isHangul(text))) return 'strong';
  if (lacked.some((word) => isLatin(word) && !isTranslated(engine, run, word, first))) return 'weak';
  return idfOf(run, lacked) >= MOST_MISSING * idfOf(run, topical) ? 'weak' : 'strong';
}

/** What a number before it tells apart from others of its kind: 3장 and 9장 are two chapters, 3개 and 9개 may be of the same. */
const ORDINAL = /^(?:장|주차|회차|권|편|호|강|화)/;

/** Whether a word is a year, or a number that tells which of several is meant. */
function isOrdinal({ query }: Run, { text, end }: QueryWord): boolean {
  return /^(?:19|20)\d\d$/.test(text) || (/^\d+$/.test(text) && ORDINAL.test(query.text.slice(end)));
}

/** Whether a document is of a year. */
function isOf(engine: Engine, run: Run, { text }: QueryWord, document: number): boolean {
  const { date } = readFor(engine, run, run.arrays.ids[document] as number).document;
  return date?.startsWith(`${text}-`) === true;
}

/** Σ idf of some words of the query, each by its rarest term. */
function idfOf({ query: { idf } }: Run, words: readonly QueryWord[]): number {
  return words.reduce((sum, { terms }) => sum + Math.max(...terms.map((term) => idf.get(term) ?? 0)), 0);
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

import { frequencyIn } from './lexical/postings.ts';
import { missingWords } from './missing.ts';
import type { Run } from './query.ts';
import type { Verdict } from './response.ts';

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
 * Whether anything here answers a query: the verdict of the evidence, with two exceptions. `none` becomes `weak` if
 * the first document contains every word as typed, whatever its score. `strong` becomes `weak` if the first
 * document contains none of the words, nor any of their readings.
 *
 * @param first position of the first document; undefined where there is none
 */
export function verdictOf(run: Run, first: number | undefined): Verdict {
  const verdict = verdictOfEvidence(run.evidence);
  if (first === undefined || verdict === 'weak') return verdict;
  if (verdict === 'none') return hasEveryWord(run, first) ? 'weak' : 'none';
  const { length } = run.query;
  return length > 0 && new Set(missingWords(run)(first)).size >= length ? 'weak' : 'strong';
}

function hasEveryWord({ arrays, query: { topical } }: Run, document: number): boolean {
  const isThere = (term: string) => frequencyIn(arrays.postings, arrays.terms.get(term) ?? -1, document) > 0;
  return (
    topical.length > 0 &&
    topical.every(({ terms, readings }) => terms.every(isThere) && readings.every(({ beside }) => beside))
  );
}

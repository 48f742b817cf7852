import { frequencyIn } from './lexical/postings.ts';
import { missingWords } from './missing.ts';
import type { Run } from './query.ts';
import type { Verdict } from './response.ts';

/**
 * A weight is a probability (see docs/quality.md), and so is that of the null key: the verdict
 * needs no other evidence, only a price for being wrong. To say of what is there that it is not
 * costs twice as much as to show a weak answer to what is not, so `none` takes odds of two to one;
 * so does `strong`, the other way round.
 */
const ODDS = 2;

/** What the evidence alone says. @param evidence 1 − weight of the null key at T = 1, in [0, 1] */
export function verdictOfEvidence(evidence: number): Verdict {
  if (evidence >= ODDS / (ODDS + 1)) return 'strong';
  return evidence > 1 / (ODDS + 1) ? 'weak' : 'none';
}

/**
 * Whether anything here answers a query: what the evidence says, unless the words say otherwise. Where the first document has
 * every word as it was typed, there is something to look at, however long it is and however little it makes of them; and where
 * it has none of them, nor what they were read as, nobody can be sure.
 *
 * @param first the first document's place among all; undefined where there is none
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

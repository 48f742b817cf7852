import type { Verdict } from '../response.ts';

/**
 * A weight is a probability (see docs/quality.md), and so is that of the null key: the verdict
 * needs no other evidence, only a price for being wrong. To say of what is there that it is not
 * costs twice as much as to show a weak answer to what is not, so `none` takes odds of two to one;
 * so does `strong`, the other way round.
 */
const ODDS = 2;

/** Whether anything here answers. @param evidence 1 − weight of the null key at T = 1, in [0, 1] */
export function verdictOf(evidence: number): Verdict {
  if (evidence >= ODDS / (ODDS + 1)) return 'strong';
  return evidence > 1 / (ODDS + 1) ? 'weak' : 'none';
}

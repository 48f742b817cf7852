import type { Verdict } from '../response.ts';
import type { Head, Mask } from './attend.ts';

/** Evidence from which on the verdict is strong, and below which it is none; none ≤ strong. */
export interface VerdictThresholds {
  readonly strong: number;
  readonly none: number;
}

/** How much of ln N counts as chance: the best of many documents that do not answer scores more than the best of few. */
const CHANCE = 0.1;
/** How much the embedding's heads count beside `words`: a cosine is another one when the basis is fitted anew. */
const EMBEDDED = 0.15;

/**
 * How well the best document answers, whatever the others do:
 *
 *     e = max over documents of (a_words · s_words + 0.15 Σ aₕ · sₕ over the other heads) − 0.1 · ln N
 *
 * over the heads of a first look. Unlike the null key's weight, which has the whole prior −ln N
 * and the mass of all documents in it, e hardly moves when a library grows by documents that do
 * not answer: 0.15 and 0.1 were measured with libraries grown a hundredfold, see docs/quality.md.
 * The temperature is no part of it: that is how attention is spread, not what the evidence is.
 *
 * @param mask documents that are left out; null for none
 * @returns 0 without documents: nothing speaks for an answer
 */
export function evidenceOf(heads: readonly Head[], documents: number, mask: Mask | null = null): number {
  return aboveChance(largestEvidence(heads, documents, mask), mask?.count ?? documents);
}

/** What counts as evidence of a head's score. */
export function evidenceCoefficient(head: string, coefficient: number): number {
  return head === 'words' ? coefficient : EMBEDDED * coefficient;
}

/** e, from the maximum over `documents` documents. */
export function aboveChance(largest: number, documents: number): number {
  return documents === 0 ? 0 : largest - CHANCE * Math.log(documents);
}

/** The maximum in e; −∞ without documents. */
export function largestEvidence(heads: readonly Head[], documents: number, mask: Mask | null): number {
  const counted = heads.filter(({ coefficient }) => coefficient !== 0);
  const a = Float64Array.from(counted, ({ name, coefficient }) => evidenceCoefficient(name, coefficient));
  const scores = counted.map((head) => head.scores);
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < documents; i++) {
    let sum = 0;
    for (let h = 0; h < a.length; h++) sum += a[h]! * scores[h]![i]!;
    if (sum > largest && mask?.masked[i] !== 1) largest = sum;
  }
  return largest;
}

/** Whether anything here answers. */
export function verdictOf(evidence: number, { strong, none }: VerdictThresholds): Verdict {
  if (evidence >= strong) return 'strong';
  return evidence >= none ? 'weak' : 'none';
}

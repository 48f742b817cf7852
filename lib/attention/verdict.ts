import { summarize } from '../math/softmax.ts';
import type { Verdict } from '../response.ts';
import type { AttentionRecord } from './attend.ts';

/** Weights of the null key at T = 1: below `strong` the evidence is strong, from `none` on there is none. */
export interface VerdictThresholds {
  readonly strong: number;
  readonly none: number;
}

/**
 * Whether anything here answers. Judged at T = 1, where the weights are calibrated: the
 * temperature changes how attention is spread, not what the evidence is.
 */
export function verdictOf(record: AttentionRecord, thresholds: VerdictThresholds): Verdict {
  const { nothing } = record.temperature === 1 ? record.softmax : summarize(record.logits, 1);
  if (nothing < thresholds.strong) return 'strong';
  return nothing < thresholds.none ? 'weak' : 'none';
}

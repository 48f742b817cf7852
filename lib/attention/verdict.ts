import { summarize } from '../math/softmax.ts';
import type { Verdict } from '../response.ts';
import type { AttentionRecord } from './attend.ts';

/** Weight of the null key at T = 1 below which the evidence is strong, and from which there is none. */
export const VERDICT_THRESHOLDS = { strong: 0.5, none: 0.9 } as const;

/**
 * Whether anything here answers. Judged at T = 1, where the weights are calibrated: the
 * temperature changes how attention is spread, not what the evidence is.
 */
export function verdictOf(record: AttentionRecord): Verdict {
  const { nothing } = record.temperature === 1 ? record.softmax : summarize(record.logits, 1);
  if (nothing < VERDICT_THRESHOLDS.strong) return 'strong';
  return nothing < VERDICT_THRESHOLDS.none ? 'weak' : 'none';
}

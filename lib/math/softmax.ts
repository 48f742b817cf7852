import { SearchError } from '../errors.ts';

/** The sums over all n logits from which the weight of any one of them is computed. */
export interface SoftmaxSummary {
  /** max(0, max ℓᵢ / T): subtracted before exp so that nothing overflows. */
  readonly shift: number;
  /** exp(0 − shift) + Σ exp(ℓᵢ / T − shift), the null key included. */
  readonly sum: number;
  /** The null key's weight. */
  readonly nothing: number;
  /** e^H, H = −Σ w ln w over all keys, the null key included: between 1 and n + 1. */
  readonly effective: number;
}

/** @throws {SearchError} INVALID_PARAMETER unless T is a positive, finite number */
function checkTemperature(temperature: number): void {
  if (!(temperature > 0) || !Number.isFinite(temperature)) {
    throw new SearchError(
      'INVALID_PARAMETER',
      `Expected temperature to be a number above 0, got ${temperature}. At 1 the weights are calibrated; lower picks one document, higher averages all.`,
    );
  }
}

/**
 * The sums of a softmax with a null key, in one pass over the logits (online softmax: Milakov &
 * Gimelshein 2018, alg. 3).
 *
 *     wᵢ = exp(ℓᵢ / T) / (1 + Σⱼ exp(ℓⱼ / T))
 *
 * The 1 is exp(0), from the null key "nothing here" with logit 0. Stable for any T > 0: only
 * differences to the largest logit are exponentiated.
 *
 * @param logits       (n), −∞ for masked keys
 * @param temperature  T > 0, dimensionless
 * @throws {SearchError} INVALID_PARAMETER when T is not a positive finite number
 */
export function summarize(logits: Float64Array, temperature: number): SoftmaxSummary {
  checkTemperature(temperature);
  let shift = 0; // the null key's logit
  let sum = 1;
  let moment = 0; // Σ exp(z − shift) · (z − shift), for the entropy
  for (let i = 0; i < logits.length; i++) {
    const z = logits[i]! / temperature;
    if (z > shift) {
      const scale = Math.exp(shift - z);
      moment = (moment + sum * (shift - z)) * scale;
      sum *= scale;
      shift = z;
      if (Number.isNaN(moment)) moment = 0; // 0 · ∞ when the old terms vanish entirely
    }
    const e = Math.exp(z - shift);
    sum += e;
    if (e > 0) moment += e * (z - shift);
  }
  return summaryOf(shift, sum, moment);
}

/** Partial sums of the softmax for each block of logits, with z = ℓ / T and m the largest z of the block. */
export interface BlockSums {
  /** The largest ℓ; −∞ when all are masked. */
  readonly peaks: Float64Array;
  /** Σ e^(z − m) */
  readonly sums: Float64Array;
  /** Σ e^(z − m) · (z − m), for the entropy. */
  readonly moments: Float64Array;
}

/**
 * The result of `summarize`, merged from blocks (Milakov & Gimelshein 2018, §3.1).
 *
 * @param temperature T > 0, the one that the blocks were computed with; not checked
 */
export function mergeSummaries({ peaks, sums, moments }: BlockSums, temperature: number): SoftmaxSummary {
  let shift = 0; // the null key's logit
  for (let i = 0; i < peaks.length; i++) shift = Math.max(shift, peaks[i]! / temperature);
  let sum = Math.exp(-shift);
  let moment = sum * -shift;
  for (let i = 0; i < peaks.length; i++) {
    const below = peaks[i]! / temperature - shift;
    const scale = Math.exp(below);
    if (scale === 0) continue;
    sum += scale * sums[i]!;
    moment += scale * (moments[i]! + below * sums[i]!);
  }
  return summaryOf(shift, sum, moment);
}

/** Uses ln w = (z − shift) − ln sum, so that H = −Σ w ln w = ln sum − moment / sum. */
function summaryOf(shift: number, sum: number, moment: number): SoftmaxSummary {
  const entropy = Math.log(sum) - moment / sum;
  return { shift, sum, nothing: Math.exp(-shift) / sum, effective: Math.exp(Math.max(0, entropy)) };
}

/** The weight of one logit, exp(ℓ / T − shift) / sum. @param summary of all logits at the same T @returns in [0, 1] */
export function weightOf(logit: number, temperature: number, summary: SoftmaxSummary): number {
  return Math.exp(logit / temperature - summary.shift) / summary.sum;
}

/**
 * Softmax without a null key, for keys one of which must be the right one, such as the sentences of a
 * document or the words of a sentence.
 *
 *     wᵢ = exp(zᵢ / T) / Σⱼ exp(zⱼ / T)
 *
 * @param logits      (n)
 * @param temperature T > 0, dimensionless
 * @returns (n), sums to 1; empty for no logits, NaN where all of them are −∞
 * @throws {SearchError} INVALID_PARAMETER when T is not a positive finite number
 */
export function distribute(logits: ArrayLike<number>, temperature: number): Float64Array {
  checkTemperature(temperature);
  const weights = new Float64Array(logits.length);
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < weights.length; i++) most = Math.max(most, logits[i]!);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    weights[i] = Math.exp((logits[i]! - most) / temperature);
    sum += weights[i]!;
  }
  for (let i = 0; i < weights.length; i++) weights[i] = weights[i]! / sum;
  return weights;
}

/**
 * The weight left for all other keys, 1 − given, at least 0.
 *
 * @param given sum of the null key's weight and some keys' weights. Rounding puts such a sum off by some
 *              10⁻¹⁶, so a remainder below 10⁻¹² is reported as 0
 */
export function remainingWeight(given: number): number {
  const rest = 1 - given;
  return rest < 1e-12 ? 0 : rest;
}

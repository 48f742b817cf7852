import type { Calibration, Coefficients } from './calibration.ts';

/** Added to N in the sharpness: a library of one document has a scale too. */
const LEAST = 10;

/**
 * How much the scores of one query count in one library:
 *
 *     κ = ln(N + 10) · e^{γx}        γ < 0
 *
 * The more documents there are, the more of them come near a good one by chance, so a softmax over N
 * needs logits that grow with ln N, or its attention fades (Nakanishi 2025, Scalable-Softmax, eq. 2). And the
 * more of a query the embedding explains (x), the more documents there are about it, and the less one
 * of them should take it all.
 *
 * @param slope     γ
 * @param explained x, the share of the query that the embedding space can express, in [0, 1]
 * @param documents N ≥ 0
 */
export function sharpnessOf(slope: number, explained: number, documents: number): number {
  return Math.log(documents + LEAST) * Math.exp(slope * explained);
}

/** b and aₕ as one query meets them. */
export interface Scaled extends Coefficients {
  /** κ, a factor of every coefficient. */
  readonly sharpness: number;
}

/**
 * The coefficients for a query of which the embedding explains x, among N documents:
 *
 *     b + βx        κ · aₕ
 *
 * β > 0: a query about what the library is about is rather one that something here answers.
 */
export function scaledTo(
  { bias, heads, explained: { bias: lift, sharpness: slope } }: Calibration,
  explained: number,
  documents: number,
): Scaled {
  const sharpness = sharpnessOf(slope, explained, documents);
  return {
    bias: bias + lift * explained,
    heads: Object.fromEntries(Object.entries(heads).map(([name, a]) => [name, a * sharpness])),
    sharpness,
  };
}

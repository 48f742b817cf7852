import type { Relevance } from './metrics.ts';

/** One prediction that can be held against what happened. */
export interface Prediction {
  /** Predicted probability, [0, 1]. */
  readonly predicted: number;
  /** What it should have been on average: 0 or 1, or a share in between. */
  readonly outcome: number;
}

/**
 * What each result claims, and what is true of it.
 *
 * Attention is a distribution over *which document answers*: the likelihood that fits it asks
 * of each of R relevant documents the weight 1/R. So the weight of every result is held
 * against 1/R when it is relevant and 0 when not (classwise, Nixon et al. 2019: all that is
 * shown is checked, and not the first alone). An engine that spreads its weight over many
 * relevant documents is calibrated, and not accused of too little confidence.
 *
 * @param listed the documents listed, each with its weight
 */
export function resultPredictions(
  listed: readonly { readonly id: string; readonly weight: number }[],
  relevance: Relevance,
): Prediction[] {
  const relevant = Array.from(relevance.values()).filter((gain) => gain > 0).length;
  return listed.map(({ id, weight }) => ({
    predicted: weight,
    outcome: (relevance.get(id) ?? 0) > 0 ? 1 / relevant : 0,
  }));
}

/**
 * Expected calibration error with equal-mass bins (adaptive ECE, Nixon et al. 2019):
 * predictions in ascending order, cut into `bins` groups whose sizes differ by one at most,
 *
 *     ECE = Σ_b (n_b / n) · |mean predicted_b − mean outcome_b|
 *
 * Equal-width bins would leave most of them empty: weights crowd near 0 and 1. Each bin's
 * outcome is a sample mean, so a few dozen predictions give an error of several hundredths
 * even when perfectly calibrated: compare collections of like size.
 *
 * @param bins at least 1; more than there are predictions is the same as one each
 * @returns [0, 1]; null without predictions
 */
export function expectedCalibrationError(predictions: readonly Prediction[], bins = 10): number | null {
  const n = predictions.length;
  if (n === 0) return null;
  const sorted = predictions.toSorted((a, b) => a.predicted - b.predicted);
  let error = 0;
  for (let bin = 0; bin < bins; bin++) {
    const members = sorted.slice(Math.floor((bin * n) / bins), Math.floor(((bin + 1) * n) / bins));
    const gap = members.reduce((sum, { predicted, outcome }) => sum + predicted - outcome, 0);
    error += Math.abs(gap) / n;
  }
  return error;
}

import type { Relevance } from './metrics.ts';

/** A prediction together with its outcome. */
export interface Prediction {
  /** Predicted probability, [0, 1]. */
  readonly predicted: number;
  /** What the prediction should be on average: 0, 1, or a share in between. */
  readonly outcome: number;
}

/**
 * The weight of each result as a prediction, with its outcome.
 *
 * Attention is a distribution over which document answers. The likelihood it is fitted by asks for weight 1/R on
 * each of R relevant documents. So the outcome of a result is 1/R if it is relevant, else 0. All results are
 * checked, not only the first (classwise, Nixon et al. 2019). An engine that spreads its weight over many relevant
 * documents is thus calibrated, and not underconfident.
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
 * Expected calibration error with equal-mass bins (adaptive ECE, Nixon et al. 2019): predictions in ascending
 * order, cut into `bins` groups whose sizes differ by at most one,
 *
 *     ECE = Σ_b (n_b / n) · |mean predicted_b − mean outcome_b|
 *
 * With equal-width bins most would be empty, because weights crowd near 0 and 1. The outcome of a bin is a sample
 * mean, so a few dozen predictions give an error of several hundredths even if perfectly calibrated: compare
 * collections of similar size.
 *
 * @param bins at least 1; more bins than predictions is the same as one prediction per bin
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

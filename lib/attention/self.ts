import { distribute } from '../math/softmax.ts';
import { dot } from '../math/vector.ts';

/** What the scores are divided by before the softmax. */
export type Scaling = 'sqrt' | 'temperature' | 'none';

/** A text attending to itself: n units, each query, key and value at once. */
export interface SelfAttention {
  readonly scaling: Scaling;
  /** What the dot products are divided by: √d, d · T, or 1. */
  readonly divisor: number;
  /** Cosines between the units, n × n, symmetric. */
  readonly cosines: readonly (readonly number[])[];
  /** Row i is where unit i looks; each row sums to 1. */
  readonly weights: readonly (readonly number[])[];
  /** What unit j receives from the others, on average: Σ_{i≠j} w_ij / (n − 1). */
  readonly received: readonly number[];
}

/**
 * Self-attention (Vaswani et al. 2017, eq. 1) with Q = K = V = E(units):
 *
 *     W = softmax(Q Kᵀ / s)
 *
 * The vectors are scaled to length √d, so that their components have variance one as the
 * paper assumes; a dot product is then d · cosine. Scalings s:
 *
 * - sqrt: √d, as in the paper; a weight follows √d · cosine
 * - temperature: d · T, so that a weight follows cosine / T
 * - none: 1; dot products of dozens make every softmax pick one key, usually the unit itself,
 *   which is why the paper divides
 *
 * @param units n vectors of one dimension d, of length 1 or 0
 * @throws {SearchError} INVALID_PARAMETER when T is not a positive finite number
 */
export function selfAttention(
  units: readonly Float32Array[],
  scaling: Scaling,
  temperature = 1,
): SelfAttention {
  const dimension = Math.max(1, units[0]?.length ?? 1);
  const divisor =
    scaling === 'sqrt' ? Math.sqrt(dimension) : scaling === 'temperature' ? dimension * temperature : 1;
  const cosines = units.map((query) => units.map((key) => dot(query, key)));
  const weights = cosines.map((row) => [
    ...distribute(
      row.map((cosine) => dimension * cosine),
      divisor,
    ),
  ]);
  const others = Math.max(1, units.length - 1);
  const received = units.map(
    (_, j) => weights.reduce((sum, row, i) => (i === j ? sum : sum + row[j]!), 0) / others,
  );
  return { scaling, divisor, cosines, weights, received };
}

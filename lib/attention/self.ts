import { distribute } from '../math/softmax.ts';
import { dot } from '../math/vector.ts';

/** What the scores are divided by before the softmax. */
export type Scaling = 'sqrt' | 'temperature' | 'none';

/** A text attending to itself: n units, each query, key and value at once. */
export interface SelfAttention {
  readonly scaling: Scaling;
  /** d: how many numbers a vector has. */
  readonly dimension: number;
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
 * @param dimension d; there may be no units to read it from
 * @param units n × (d), of length 1 or 0
 * @throws {SearchError} INVALID_PARAMETER when T is not a positive finite number
 */
export function selfAttention(
  dimension: number,
  units: readonly Float32Array[],
  scaling: Scaling,
  temperature: number,
): SelfAttention {
  const divisor = divisorOf(scaling, dimension, temperature);
  const cosines = units.map((query) => units.map((key) => dot(query, key)));
  const weights = cosines.map((row) => weightsOf(row, dimension, divisor));
  const others = Math.max(1, units.length - 1);
  const received = units.map(
    (_, j) => weights.reduce((sum, row, i) => (i === j ? sum : sum + row[j]!), 0) / others,
  );
  return { scaling, dimension, divisor, cosines, weights, received };
}

/** s, what dot products are divided by. */
export function divisorOf(scaling: Scaling, dimension: number, temperature: number): number {
  return scaling === 'sqrt' ? Math.sqrt(dimension) : scaling === 'temperature' ? dimension * temperature : 1;
}

function weightsOf(cosines: readonly number[], dimension: number, divisor: number): number[] {
  const products = cosines.map((cosine) => dimension * cosine);
  return [...distribute(products, divisor)];
}

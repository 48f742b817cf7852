import { distribute } from '../math/softmax.ts';
import { dot } from '../math/vector.ts';

/** The choices for what dot products are divided by before the softmax, see `selfAttention`. */
export const SCALINGS = ['sqrt', 'temperature', 'none'] as const;
export type Scaling = (typeof SCALINGS)[number];

/** A text attending to itself. Each of its n units (sentences, words) is query, key and value at once. */
export interface SelfAttention {
  readonly scaling: Scaling;
  /** d, the dimension of the vectors. */
  readonly dimension: number;
  /** s, what dot products are divided by: √d, d · T, or 1. */
  readonly divisor: number;
  /** Cosines between the units, n × n, symmetric. */
  readonly cosines: readonly (readonly number[])[];
  /** n × n. Row i holds the attention that unit i gives to each unit, and sums to 1. */
  readonly weights: readonly (readonly number[])[];
  /** (n) Mean attention that unit j receives from the others: Σ_{i≠j} w_ij / (n − 1). */
  readonly received: readonly number[];
}

/**
 * Self-attention (Vaswani et al. 2017, eq. 1) with Q = K = V = E(units):
 *
 *     W = softmax(Q Kᵀ / s)
 *
 * The vectors are taken at length √d, so that their components have variance 1, as the paper
 * assumes. A dot product is then d · cosine. The scalings s:
 *
 * - sqrt: s = √d, as in the paper; the logits are √d · cosine
 * - temperature: s = d · T; the logits are cosine / T
 * - none: s = 1; the logits are d · cosine, in the dozens, and the softmax puts nearly all weight
 *   on one key, usually the unit itself. This is why the paper divides.
 *
 * @param dimension   d; given because there may be no units to read it from
 * @param units       n × (d), unit vectors or zero vectors
 * @param temperature T, used by the scaling `temperature` only
 * @throws {SearchError} INVALID_PARAMETER when the divisor s is not a positive finite number and n > 0
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

/** s, what dot products are divided by; see `selfAttention`. */
export function divisorOf(scaling: Scaling, dimension: number, temperature: number): number {
  return scaling === 'sqrt' ? Math.sqrt(dimension) : scaling === 'temperature' ? dimension * temperature : 1;
}

function weightsOf(cosines: readonly number[], dimension: number, divisor: number): number[] {
  const products = cosines.map((cosine) => dimension * cosine);
  return [...distribute(products, divisor)];
}

/** The largest weight of a row, averaged over the rows, under each scaling: how sharp the map is. */
export function sharpness(
  { cosines, dimension }: Pick<SelfAttention, 'cosines' | 'dimension'>,
  temperature: number,
): Record<Scaling, number> {
  const under = (name: Scaling) => {
    const divisor = divisorOf(name, dimension, temperature);
    const largest = cosines.map((row) => Math.max(...weightsOf(row, dimension, divisor)));
    return largest.reduce((sum, one) => sum + one, 0) / Math.max(1, cosines.length);
  };
  return { sqrt: under('sqrt'), temperature: under('temperature'), none: under('none') };
}

/** One row of self-attention with every intermediate step, from q to the output. */
export interface SelfRow {
  /** Position of the unit that is the query. */
  readonly unit: number;
  /** Σ of `exp` over the keys. */
  readonly sum: number;
  readonly keys: readonly {
    /** q · k = d · cosine */
    readonly product: number;
    /** product / divisor */
    readonly scaled: number;
    /** exp(scaled − largest scaled of the row) */
    readonly exp: number;
    /** exp / sum */
    readonly weight: number;
    /** This key's weight under each scaling, for comparison. */
    readonly weights: Readonly<Record<Scaling, number>>;
    /** v (d), of length √d; rounded to 10⁻⁶. */
    readonly value: readonly number[];
    /** Cosine of this key with the output o. */
    readonly after: number;
  }[];
  /** o = Σ weight · v (d); rounded to 10⁻⁶. */
  readonly output: readonly number[];
}

/**
 * The row of one unit, step by step: o = softmax(q Kᵀ / s) V.
 *
 * @param units       the vectors that `SelfAttention` was computed from
 * @param unit        position of the query, in [0, n)
 * @param temperature T, for the comparison in `weights`
 * @throws {SearchError} INVALID_PARAMETER when T is not a positive finite number
 */
export function selfRow(
  units: readonly Float32Array[],
  { cosines, weights, dimension, divisor }: SelfAttention,
  unit: number,
  temperature: number,
): SelfRow {
  const row = cosines[unit] ?? [];
  const most = Math.max(...row);
  const each = SCALINGS.map((name) => weightsOf(row, dimension, divisorOf(name, dimension, temperature)));
  const output = new Float32Array(dimension);
  units.forEach((vector, j) => {
    for (let i = 0; i < dimension; i++) output[i]! += weights[unit]![j]! * vector[i]!;
  });
  const length = Math.sqrt(dot(output, output));
  const exps = row.map((cosine) => Math.exp((dimension * (cosine - most)) / divisor));
  const stretched = (vector: Float32Array) =>
    Array.from(vector, (one) => rounded(Math.sqrt(dimension) * one));
  return {
    unit,
    sum: exps.reduce((sum, exp) => sum + exp, 0),
    keys: units.map((vector, j) => ({
      product: dimension * row[j]!,
      scaled: (dimension * row[j]!) / divisor,
      exp: exps[j]!,
      weight: weights[unit]![j]!,
      weights: { sqrt: each[0]![j]!, temperature: each[1]![j]!, none: each[2]![j]! },
      value: stretched(vector),
      after: dot(output, vector) / length,
    })),
    output: stretched(output),
  };
}

/**
 * The unit with the largest sum of cosines: it has the most to attend to, so it makes a good example.
 *
 * @param some positions to choose among; all when empty
 * @returns a position; 0 when there are no units
 */
export function mostCentral(cosines: SelfAttention['cosines'], some: readonly number[] = []): number {
  const sums = cosines.map((row) => row.reduce((sum, cosine) => sum + cosine, 0));
  const among = some.length > 0 ? some : [...sums.keys()];
  return among.reduce((best, i) => ((sums[i] ?? 0) > (sums[best] ?? 0) ? i : best), among[0] ?? 0);
}

/** To 10⁻⁶: float32 holds hardly more, and vectors are long to send. */
function rounded(value: number): number {
  return Math.round(1e6 * value) / 1e6;
}

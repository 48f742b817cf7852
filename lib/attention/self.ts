import { distribute } from '../math/softmax.ts';
import { dot } from '../math/vector.ts';

/** What the scores are divided by before the softmax. */
export const SCALINGS = ['sqrt', 'temperature', 'none'] as const;
export type Scaling = (typeof SCALINGS)[number];

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

/** One row of self-attention, from q to the output. */
export interface SelfRow {
  /** The unit that asks: its place among them. */
  readonly unit: number;
  /** Σ of `exp` over the keys. */
  readonly sum: number;
  readonly keys: readonly {
    /** q · k = d · cosine */
    readonly product: number;
    /** product / divisor */
    readonly scaled: number;
    /** exp(scaled − the largest of them) */
    readonly exp: number;
    /** exp / sum */
    readonly weight: number;
    /** The weight by each scaling. */
    readonly weights: Readonly<Record<Scaling, number>>;
    /** v (dimension), of length √d. */
    readonly value: readonly number[];
    /** Cosine of this key with the output. */
    readonly after: number;
  }[];
  /** o = Σ weight · v (dimension): what came of looking. */
  readonly output: readonly number[];
}

/** Works out the row of one unit: o = softmax(q Kᵀ / s) V. */
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

/** The unit most like the others, which has most to look at; of some of them, where there are such. */
export function mostAlike(cosines: SelfAttention['cosines'], some: readonly number[] = []): number {
  const sums = cosines.map((row) => row.reduce((sum, cosine) => sum + cosine, 0));
  const among = some.length > 0 ? some : [...sums.keys()];
  return among.reduce((best, i) => ((sums[i] ?? 0) > (sums[best] ?? 0) ? i : best), among[0] ?? 0);
}

/** To a millionth: more is not in a float32, and vectors are long. */
function rounded(value: number): number {
  return Math.round(1e6 * value) / 1e6;
}

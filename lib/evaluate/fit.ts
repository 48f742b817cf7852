import { breadthOf, sharpnessOf } from '../attention/scaling.ts';

/** Scores of N documents, of a head or combined. */
export type Scores = Float32Array | Float64Array;

/** The scores of all heads for one query. */
export interface ScoredQuery {
  /** scores[h][i]: one array (N) per head. */
  readonly scores: readonly Scores[];
  /** x: share of the query that the embedding can express, in [0, 1]. */
  readonly explained: number;
  /** d ≤ 0: the penalty for words read by meaning. */
  readonly doubt: number;
}

/** Scores with the documents that answer the query. */
export interface JudgedScores extends ScoredQuery {
  /** Positions of the relevant documents; [] for an off-topic query, which the null key answers. */
  readonly relevant: readonly number[];
  /** Weight of the query in the loss; the weights of one collection usually sum to 1. */
  readonly weight: number;
}

/** The result of a fit. */
export interface Fit {
  /** aₕ ≥ 0, in the order of the heads. */
  readonly coefficients: Float64Array;
  /** b */
  readonly bias: number;
  /** β and γ; 0 where they were not fitted. */
  readonly explained: { readonly bias: number; readonly sharpness: number };
  /** Mean negative log-likelihood in nats. */
  readonly loss: number;
}

interface FitOptions {
  /** Lower bound of each coefficient; default 0. */
  readonly least?: readonly number[];
  /** Whether query and N scale the coefficients (`scaledTo`); otherwise κ = 1 and β = 0. */
  readonly scaled?: boolean;
}

/**
 * Fits aₕ, b, β and γ by maximum likelihood. Minimises, with weights normalised to sum to 1,
 *
 *     L = −Σ_q weight_q · (1/|R_q|) Σ_{r ∈ R_q} ln w_r        off-topic: −ln w_null
 *     w = softmax over (b + βx + d − ln N + κ Σₕ aₕ sₕᵢ) and the null key's 0,   κ = ln(N + 10) · e^{γx}
 *
 * which is InfoNCE (van den Oord et al. 2018) with a null key. x counts up to 0.4 (`breadthOf`). Optimised by
 * Fisher scoring: Newton's method with the covariance of the logits' gradients as Hessian, which is exact except
 * for γ, slightly damped. It takes about ten steps and is deterministic. A coefficient below `least` is fixed there
 * and the others are fitted again: a head may be ignored, never inverted.
 *
 * @param heads number of heads
 * @throws {RangeError} when a score is not a number, or no query has a weight
 */
export function fitAttention(
  queries: readonly JudgedScores[],
  heads: number,
  { least = [], scaled = false }: FitOptions = {},
): Fit {
  const parameters = new Float64Array(heads + 3).fill(1, 0, heads + 1);
  const free = Array.from(parameters, (_, p) => p <= heads || scaled);
  for (;;) {
    const loss = newton(queries, { parameters, free, scaled });
    const low = Array.from({ length: heads }, (_, h) => h).filter(
      (h) => free[h] && (parameters[h] ?? 0) < (least[h] ?? 0),
    );
    if (low.length === 0) {
      const [bias = 0, beta = 0, slope = 0] = parameters.slice(heads);
      return {
        coefficients: parameters.slice(0, heads),
        bias,
        explained: { bias: beta, sharpness: slope },
        loss,
      };
    }
    for (const h of low) {
      free[h] = false;
      parameters[h] = least[h] ?? 0;
    }
  }
}

const STEPS = 60;
const TOLERANCE = 1e-7;

interface Model {
  /** aₕ …, b, β, γ; changed in place. */
  readonly parameters: Float64Array;
  readonly free: readonly boolean[];
  readonly scaled: boolean;
}

function newton(queries: readonly JudgedScores[], { parameters, free, scaled }: Model): number {
  const size = parameters.length;
  let current = evaluate(queries, parameters, scaled);
  for (let step = 0; step < STEPS; step++) {
    const { gradient, hessian } = current;
    for (let i = 0; i < size; i++) {
      if (!free[i]) {
        gradient[i] = 0;
        for (let j = 0; j < size; j++) hessian[i * size + j] = hessian[j * size + i] = i === j ? 1 : 0;
      }
      hessian[i * size + i] = (hessian[i * size + i] ?? 0) + 1e-6; // keeps it solvable if two heads agree
    }
    const direction = solve(hessian, gradient);
    let scale = 1;
    let next = current;
    // Halve the step until the loss decreases: Newton may overshoot far from the minimum.
    for (let halving = 0; halving < 30; halving++, scale /= 2) {
      next = evaluate(
        queries,
        parameters.map((p, i) => p - scale * (direction[i] ?? 0)),
        scaled,
      );
      if (next.loss <= current.loss) break;
    }
    if (!(next.loss <= current.loss)) return finite(current.loss);
    for (let i = 0; i < size; i++) parameters[i] = (parameters[i] ?? 0) - scale * (direction[i] ?? 0);
    const gained = current.loss - next.loss;
    current = next;
    if (gained < TOLERANCE) break;
  }
  return finite(current.loss);
}

function finite(loss: number): number {
  if (Number.isFinite(loss)) return loss;
  throw new RangeError('Expected scores and weights that are numbers, and weights that are not all 0.');
}

/** Loss, gradient and Fisher information, which is the covariance of the logits' gradients under w. */
function evaluate(queries: readonly JudgedScores[], parameters: Float64Array, scaled: boolean) {
  const size = parameters.length;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  let loss = 0;
  let total = 0;
  for (const query of queries) total += query.weight;
  for (const query of queries) {
    const weight = query.weight / total;
    loss += weight * addQuery(query, { parameters, scaled, weight }, gradient, hessian);
  }
  return { loss, gradient, hessian };
}

function addQuery(
  { scores, explained, doubt, relevant }: JudgedScores,
  { parameters, scaled, weight }: Pick<Model, 'parameters' | 'scaled'> & { readonly weight: number },
  gradient: Float64Array,
  hessian: Float64Array,
): number {
  const size = parameters.length;
  const heads = size - 3;
  const documents = scores[0]?.length ?? 0;
  const [b = 0, beta = 0, slope = 0] = parameters.subarray(heads);
  const breadth = breadthOf(explained);
  const sharpness = scaled ? sharpnessOf(slope, breadth, documents) : 1;
  const bias = b + beta * breadth + doubt - Math.log(Math.max(1, documents));
  const logits = new Float64Array(documents).fill(bias);
  for (let h = 0; h < heads; h++) {
    const a = sharpness * (parameters[h] as number);
    const of = scores[h] as Scores;
    for (let i = 0; i < documents; i++) logits[i] = (logits[i] as number) + a * (of[i] as number);
  }
  let largest = 0;
  for (let i = 0; i < documents; i++) if ((logits[i] as number) > largest) largest = logits[i] as number;
  // ∂ℓ/∂(aₕ, b, β, γ) of document i.
  const x = new Float64Array(size);
  x[heads] = 1;
  x[heads + 1] = breadth;
  const lookAt = (i: number) => {
    for (let h = 0; h < heads; h++) x[h] = sharpness * ((scores[h] as Scores)[i] as number);
    x[heads + 2] = breadth * ((logits[i] as number) - bias);
  };
  let sum = Math.exp(-largest);
  const mean = new Float64Array(size);
  const square = new Float64Array(size * size);
  for (let i = 0; i < documents; i++) {
    const e = Math.exp((logits[i] as number) - largest);
    if (e < 1e-18) continue;
    sum += e;
    lookAt(i);
    for (let p = 0; p < size; p++) {
      const ep = e * (x[p] as number);
      mean[p] = (mean[p] as number) + ep;
      for (let q = 0; q <= p; q++)
        square[p * size + q] = (square[p * size + q] as number) + ep * (x[q] as number);
    }
  }
  for (let p = 0; p < size; p++) {
    const mp = (mean[p] as number) / sum;
    gradient[p] = (gradient[p] as number) + weight * mp;
    for (let q = 0; q <= p; q++) {
      const covariance = weight * ((square[p * size + q] as number) / sum - (mp * (mean[q] as number)) / sum);
      hessian[p * size + q] = (hessian[p * size + q] as number) + covariance;
      if (p !== q) hessian[q * size + p] = (hessian[q * size + p] as number) + covariance;
    }
  }
  const partition = Math.log(sum) + largest;
  if (relevant.length === 0) return partition;
  let likelihood = 0;
  for (const r of relevant) {
    likelihood += (logits[r] as number) / relevant.length;
    lookAt(r);
    for (let p = 0; p < size; p++)
      gradient[p] = (gradient[p] as number) - (weight * (x[p] as number)) / relevant.length;
  }
  return partition - likelihood;
}

/** Solves H·x = g by Gaussian elimination with partial pivoting. Sizes are below ten. */
function solve(hessian: Float64Array, gradient: Float64Array): Float64Array {
  const n = gradient.length;
  // (H | g), row by row.
  const rows = Array.from(gradient, (g, i) => [...hessian.subarray(i * n, (i + 1) * n), g]);
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++)
      if (Math.abs(at(row, column)) > Math.abs(at(pivot, column))) pivot = row;
    [rows[column], rows[pivot]] = [rows[pivot] ?? [], rows[column] ?? []];
    for (let row = column + 1; row < n; row++) {
      const factor = at(row, column) / at(column, column);
      rows[row] = (rows[row] ?? []).map((value, k) => value - factor * at(column, k));
    }
  }
  const x = new Float64Array(n);
  for (let row = n - 1; row >= 0; row--) {
    let value = at(row, n);
    for (let k = row + 1; k < n; k++) value -= at(row, k) * (x[k] as number);
    x[row] = value / at(row, row);
  }
  return x;
}

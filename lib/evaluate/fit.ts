/** One judged query: the head scores of all its documents, and which of them answer. */
export interface JudgedScores {
  /** scores[h][i], one array of N per head. */
  readonly scores: readonly Float64Array[];
  /** Indices of the relevant documents; none for an off-topic query, which the null key answers. */
  readonly relevant: readonly number[];
  /** How much this query counts; queries of one collection usually share a weight of 1. */
  readonly weight: number;
}

export interface Fit {
  /** aₕ ≥ 0, in the order of the heads. */
  readonly coefficients: Float64Array;
  readonly bias: number;
  /** Mean negative log-likelihood in nats. */
  readonly loss: number;
}

/**
 * Maximum likelihood of aₕ and b: minimises
 *
 *     L = −Σ_q weight_q · (1/|R_q|) Σ_{r ∈ R_q} ln w_r        off-topic: −ln w_null
 *     w = softmax over (b − ln N + Σₕ aₕ sₕᵢ) and the null key's 0
 *
 * which is InfoNCE (van den Oord et al. 2018) with a null key. L is convex in (a, b), so
 * Newton's method with a little damping finds the one minimum in about ten steps, and the
 * result depends on nothing but the data. Coefficients that come out negative are fixed at
 * `least` and the others fitted again: a head may be ignored, never inverted.
 *
 * @param least lower bound of every coefficient (per head)
 */
export function fitAttention(
  queries: readonly JudgedScores[],
  heads: number,
  least: readonly number[] = [],
): Fit {
  const free = new Array<boolean>(heads + 1).fill(true);
  const parameters = new Float64Array(heads + 1).fill(1);
  for (;;) {
    const loss = newton(queries, parameters, free);
    const low = Array.from({ length: heads }, (_, h) => h).filter(
      (h) => free[h] && (parameters[h] ?? 0) < (least[h] ?? 0),
    );
    if (low.length === 0) {
      return { coefficients: parameters.slice(0, heads), bias: parameters[heads] ?? 0, loss };
    }
    for (const h of low) {
      free[h] = false;
      parameters[h] = least[h] ?? 0;
    }
  }
}

const STEPS = 60;
const TOLERANCE = 1e-7;

function newton(
  queries: readonly JudgedScores[],
  parameters: Float64Array,
  free: readonly boolean[],
): number {
  const size = parameters.length;
  let current = evaluate(queries, parameters);
  for (let step = 0; step < STEPS; step++) {
    const { gradient, hessian } = current;
    for (let i = 0; i < size; i++) {
      if (!free[i]) {
        gradient[i] = 0;
        for (let j = 0; j < size; j++) hessian[i * size + j] = hessian[j * size + i] = i === j ? 1 : 0;
      }
      hessian[i * size + i] = (hessian[i * size + i] ?? 0) + 1e-6; // keeps it solvable where two heads agree
    }
    const direction = solve(hessian, gradient);
    let scale = 1;
    let next = current;
    // Halve the step until the loss goes down: Newton may overshoot far from the minimum.
    for (let halving = 0; halving < 30; halving++, scale /= 2) {
      next = evaluate(
        queries,
        parameters.map((p, i) => p - scale * (direction[i] ?? 0)),
      );
      if (next.loss <= current.loss) break;
    }
    if (!(next.loss <= current.loss)) return current.loss;
    for (let i = 0; i < size; i++) parameters[i] = (parameters[i] ?? 0) - scale * (direction[i] ?? 0);
    const gained = current.loss - next.loss;
    current = next;
    if (gained < TOLERANCE) break;
  }
  return current.loss;
}

interface Evaluation {
  readonly loss: number;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

/** Loss, gradient and Hessian: the Hessian of log Σ exp is the covariance of the scores under w. */
function evaluate(queries: readonly JudgedScores[], parameters: Float64Array): Evaluation {
  const size = parameters.length;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  let loss = 0;
  let total = 0;
  for (const query of queries) total += query.weight;
  for (const query of queries)
    loss += (query.weight / total) * addQuery(query, parameters, query.weight / total, gradient, hessian);
  return { loss, gradient, hessian };
}

function addQuery(
  { scores, relevant }: JudgedScores,
  parameters: Float64Array,
  weight: number,
  gradient: Float64Array,
  hessian: Float64Array,
): number {
  const size = parameters.length;
  const heads = size - 1;
  const documents = scores[0]?.length ?? 0;
  const bias = (parameters[heads] ?? 0) - Math.log(Math.max(1, documents));
  const logits = new Float64Array(documents).fill(bias);
  for (let h = 0; h < heads; h++) {
    const a = parameters[h] as number;
    const of = scores[h] as Float64Array;
    for (let i = 0; i < documents; i++) logits[i] = (logits[i] as number) + a * (of[i] as number);
  }
  let largest = 0;
  for (let i = 0; i < documents; i++) if ((logits[i] as number) > largest) largest = logits[i] as number;
  let sum = Math.exp(-largest);
  const x = new Float64Array(size).fill(0);
  x[heads] = 1;
  const mean = new Float64Array(size);
  const square = new Float64Array(size * size);
  for (let i = 0; i < documents; i++) {
    const e = Math.exp((logits[i] as number) - largest);
    if (e < 1e-18) continue;
    sum += e;
    for (let h = 0; h < heads; h++) x[h] = (scores[h] as Float64Array)[i] as number;
    for (let a = 0; a < size; a++) {
      const ea = e * (x[a] as number);
      mean[a] = (mean[a] as number) + ea;
      for (let b = 0; b <= a; b++)
        square[a * size + b] = (square[a * size + b] as number) + ea * (x[b] as number);
    }
  }
  for (let a = 0; a < size; a++) {
    const ma = (mean[a] as number) / sum;
    gradient[a] = (gradient[a] as number) + weight * ma;
    for (let b = 0; b <= a; b++) {
      const covariance = weight * ((square[a * size + b] as number) / sum - (ma * (mean[b] as number)) / sum);
      hessian[a * size + b] = (hessian[a * size + b] as number) + covariance;
      if (a !== b) hessian[b * size + a] = (hessian[b * size + a] as number) + covariance;
    }
  }
  const partition = Math.log(sum) + largest;
  if (relevant.length === 0) return partition;
  let likelihood = 0;
  for (const r of relevant) {
    likelihood += (logits[r] as number) / relevant.length;
    for (let h = 0; h < heads; h++)
      gradient[h] =
        (gradient[h] as number) - (weight * ((scores[h] as Float64Array)[r] as number)) / relevant.length;
  }
  gradient[heads] = (gradient[heads] as number) - weight;
  return partition - likelihood;
}

/** Solves H·x = g by Gaussian elimination with partial pivoting; sizes here are below ten. */
function solve(hessian: Float64Array, gradient: Float64Array): Float64Array {
  const n = gradient.length;
  const a = hessian.slice();
  const x = gradient.slice();
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(a[row * n + column] as number) > Math.abs(a[pivot * n + column] as number)) pivot = row;
    }
    for (let k = 0; k < n; k++) {
      const held = a[column * n + k] as number;
      a[column * n + k] = a[pivot * n + k] as number;
      a[pivot * n + k] = held;
    }
    const held = x[column] as number;
    x[column] = x[pivot] as number;
    x[pivot] = held;
    for (let row = column + 1; row < n; row++) {
      const factor = (a[row * n + column] as number) / (a[column * n + column] as number);
      for (let k = column; k < n; k++)
        a[row * n + k] = (a[row * n + k] as number) - factor * (a[column * n + k] as number);
      x[row] = (x[row] as number) - factor * (x[column] as number);
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    let value = x[row] as number;
    for (let k = row + 1; k < n; k++) value -= (a[row * n + k] as number) * (x[k] as number);
    x[row] = value / (a[row * n + row] as number);
  }
  return x;
}

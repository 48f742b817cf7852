import { gaussian, seededRandom } from './random.ts';

/** A sparse matrix in compressed sparse rows: row r holds columns[k], values[k] for k in [offsets[r], offsets[r+1]). */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

export interface TruncatedSvd {
  /** Right singular vectors, columns × rank, row-major: row c is the direction of column c. */
  readonly basis: Float32Array;
  /** σ₁ ≥ σ₂ ≥ … of length rank. */
  readonly singularValues: Float64Array;
  readonly rank: number;
}

export interface SvdOptions {
  readonly rank: number;
  readonly seed: number;
  /** Extra sketch columns; more is more exact. */
  readonly oversample?: number;
  /** Subspace iterations; more is more exact where singular values decay slowly. */
  readonly iterations?: number;
  /** Called between steps with the share of the work done, 0 … 1. */
  readonly onProgress?: (share: number) => void;
}

/**
 * The first singular values and right singular vectors of a sparse matrix A (m × n), by
 * randomised subspace iteration and a Rayleigh–Ritz step (Halko, Martinsson & Tropp 2011,
 * algorithms 4.4 and 5.3). Works on whichever of AᵀA and AAᵀ is smaller, so the dense cost is
 * O(iterations · min(m, n) · l² + max(m, n) · l²) with l = rank + oversample.
 *
 * Singular values below 1e-6 of the largest are dropped: a matrix of r independent rows
 * gives at most rank r. Signs are fixed (largest entry of each vector positive), so the same
 * matrix and seed give the same numbers.
 */
export function truncatedSvd(matrix: SparseMatrix, options: SvdOptions): TruncatedSvd {
  const { rows, columns } = matrix;
  const width = Math.min(options.rank + (options.oversample ?? 16), rows, columns);
  if (width === 0) return { basis: new Float32Array(0), singularValues: new Float64Array(0), rank: 0 };
  const wide = rows < columns; // then the subspace lives on the row side
  const across = wide ? multiplyTransposed : multiply;
  const back = wide ? multiply : multiplyTransposed;
  const iterations = options.iterations ?? 3;
  let subspace = new Float64Array(Math.min(rows, columns) * width).map(gaussian(seededRandom(options.seed)));
  for (let step = 0; step < iterations; step++) {
    orthonormalize(subspace, width);
    subspace = back(matrix, across(matrix, subspace, width), width);
    options.onProgress?.((step + 1) / (iterations + 1));
  }
  // Cholesky QR once loses half the digits; twice is as good as Householder (Yamamoto et al. 2015).
  orthonormalize(subspace, width);
  orthonormalize(subspace, width);
  const image = across(matrix, subspace, width);
  const { values, vectors } = symmetricEigen(gram(image, width), width);
  let rank = 0;
  while (rank < Math.min(options.rank, width) && values[rank]! > 1e-12 * Math.max(values[0]!, 1e-300)) rank++;
  const singularValues = values.slice(0, rank).map(Math.sqrt);
  // V = Q·U on the column side; on the row side the image is AᵀQ, and V = AᵀQ·U·Σ⁻¹.
  const basis = rotate(wide ? image : subspace, width, vectors, rank);
  if (wide) for (let i = 0; i < basis.length; i++) basis[i] = basis[i]! / singularValues[i % rank]!;
  fixSigns(basis, rank);
  return { basis, singularValues, rank };
}

/** X · U for the first `rank` columns of U; (n × rank). */
function rotate(x: Float64Array, width: number, u: Float64Array, rank: number): Float32Array {
  const out = new Float32Array((x.length / width) * rank);
  const line = new Float64Array(rank);
  for (let row = 0, to = 0; row < x.length; row += width, to += rank) {
    line.fill(0);
    for (let i = 0; i < width; i++) {
      const weight = x[row + i]!;
      for (let j = 0; j < rank; j++) line[j] = line[j]! + weight * u[i * width + j]!;
    }
    out.set(line, to);
  }
  return out;
}

function fixSigns(basis: Float32Array, rank: number): void {
  for (let j = 0; j < rank; j++) {
    let extreme = 0;
    for (let i = j; i < basis.length; i += rank)
      if (Math.abs(basis[i]!) > Math.abs(extreme)) extreme = basis[i]!;
    if (extreme < 0) for (let i = j; i < basis.length; i += rank) basis[i] = -basis[i]!;
  }
}

/** A · X, X being columns × width; (rows × width). */
function multiply(a: SparseMatrix, x: Float64Array, width: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(a.rows * width);
  for (let r = 0; r < a.rows; r++) {
    const to = r * width;
    for (let k = a.offsets[r]!; k < a.offsets[r + 1]!; k++) {
      const value = a.values[k]!;
      const from = a.indices[k]! * width;
      for (let j = 0; j < width; j++) out[to + j] = out[to + j]! + value * x[from + j]!;
    }
  }
  return out;
}

/** Aᵀ · Y, Y being rows × width; (columns × width). */
function multiplyTransposed(a: SparseMatrix, y: Float64Array, width: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(a.columns * width);
  for (let r = 0; r < a.rows; r++) {
    const from = r * width;
    for (let k = a.offsets[r]!; k < a.offsets[r + 1]!; k++) {
      const value = a.values[k]!;
      const to = a.indices[k]! * width;
      for (let j = 0; j < width; j++) out[to + j] = out[to + j]! + value * y[from + j]!;
    }
  }
  return out;
}

/** XᵀX of a row-major matrix with `width` columns; (width × width). */
function gram(x: Float64Array, width: number): Float64Array {
  const g = new Float64Array(width * width);
  for (let row = 0; row < x.length; row += width) {
    for (let i = 0; i < width; i++) {
      const xi = x[row + i]!;
      if (xi === 0) continue;
      const to = i * width;
      for (let j = i; j < width; j++) g[to + j] = g[to + j]! + xi * x[row + j]!;
    }
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) g[i * width + j] = g[j * width + i]!;
  return g;
}

/** Makes the columns of X orthonormal in place (Cholesky QR); a column that depends on earlier ones becomes zero. */
function orthonormalize(x: Float64Array, width: number): void {
  const { lower, used } = cholesky(gram(x, width), width);
  for (let row = 0; row < x.length; row += width) {
    for (let j = 0; j < width; j++) {
      if (used[j] === 0) {
        x[row + j] = 0;
        continue;
      }
      let value = x[row + j]!;
      const at = j * width;
      for (let i = 0; i < j; i++) value -= lower[at + i]! * x[row + i]!;
      x[row + j] = value / lower[at + j]!;
    }
  }
}

/** G = L·Lᵀ; pivots below 1e-14 of the largest diagonal entry mark a dependent column. */
function cholesky(g: Float64Array, width: number): { lower: Float64Array; used: Uint8Array } {
  const lower = new Float64Array(width * width);
  const used = new Uint8Array(width);
  let scale = 0;
  for (let i = 0; i < width; i++) scale = Math.max(scale, g[i * width + i]!);
  for (let j = 0; j < width; j++) {
    let pivot = g[j * width + j]!;
    for (let k = 0; k < j; k++) pivot -= lower[j * width + k]! ** 2;
    if (!(pivot > 1e-14 * scale)) continue;
    used[j] = 1;
    const root = Math.sqrt(pivot);
    lower[j * width + j] = root;
    for (let i = j + 1; i < width; i++) {
      let value = g[i * width + j]!;
      for (let k = 0; k < j; k++) value -= lower[i * width + k]! * lower[j * width + k]!;
      lower[i * width + j] = value / root;
    }
  }
  return { lower, used };
}

/**
 * All eigenvalues (descending) and eigenvectors of a symmetric matrix, by cyclic Jacobi
 * rotations (Golub & Van Loan 2013, §8.5). Column j of `vectors` belongs to values[j].
 */
export function symmetricEigen(
  input: Float64Array,
  size: number,
): { values: Float64Array; vectors: Float64Array } {
  const a = input.slice();
  const v = new Float64Array(size * size);
  for (let i = 0; i < size; i++) v[i * size + i] = 1;
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    let diagonal = 0;
    for (let i = 0; i < size; i++) {
      diagonal += a[i * size + i]! ** 2;
      for (let j = i + 1; j < size; j++) off += a[i * size + j]! ** 2;
    }
    if (off <= 1e-22 * diagonal) break;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotateJacobi(a, v, size, p, q);
  }
  const order = Array.from({ length: size }, (_, i) => i).sort((x, y) => a[y * size + y]! - a[x * size + x]!);
  const values = Float64Array.from(order, (i) => a[i * size + i]!);
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let to = 0; to < size; to++) vectors[i * size + to] = v[i * size + order[to]!]!;
  }
  return { values, vectors };
}

/** One rotation that zeroes a[p][q]; a stays symmetric, v collects the rotations row-wise. */
function rotateJacobi(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q]!;
  if (Math.abs(apq) < 1e-300) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const kp = a[k * n + p]!;
    const kq = a[k * n + q]!;
    a[k * n + p] = c * kp - s * kq;
    a[k * n + q] = s * kp + c * kq;
  }
  for (let k = 0; k < n; k++) {
    const pk = a[p * n + k]!;
    const qk = a[q * n + k]!;
    a[p * n + k] = c * pk - s * qk;
    a[q * n + k] = s * pk + c * qk;
  }
  for (let k = 0; k < n; k++) {
    const kp = v[k * n + p]!;
    const kq = v[k * n + q]!;
    v[k * n + p] = c * kp - s * kq;
    v[k * n + q] = s * kp + c * kq;
  }
}

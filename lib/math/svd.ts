import { DenseSpace, type SparseMatrix, type Tall } from './dense.ts';
import { gaussian, seededRandom } from './random.ts';

export type { SparseMatrix };

interface TruncatedSvd {
  /** V: right singular vectors, columns × rank, row-major. Row c belongs to column c of the matrix. */
  readonly basis: Float32Array;
  /** σ₁ ≥ σ₂ ≥ … of length rank. */
  readonly singularValues: Float64Array;
  readonly rank: number;
}

interface SvdOptions {
  /** Most singular vectors to return. */
  readonly rank: number;
  readonly seed: number;
  /** Extra columns of the sketch, 16 by default; more are more exact. */
  readonly oversample?: number;
  /** Subspace iterations, 3 by default; more are more exact when singular values decay slowly. */
  readonly iterations?: number;
  /** Called between steps with the share of the work done, 0 … 1. */
  readonly onProgress?: (share: number) => void;
}

/**
 * The largest singular values and right singular vectors of a sparse matrix A (m × n), by
 * randomised subspace iteration and a Rayleigh–Ritz step (Halko, Martinsson & Tropp 2011,
 * algorithms 4.4 and 5.3). Works on whichever of AᵀA and AAᵀ is smaller, so the dense cost is
 * O(iterations · min(m, n) · l² + max(m, n) · l²) with l = rank + oversample.
 *
 * Singular values below 10⁻⁶ of the largest are dropped, so a matrix of rank r gives at most r
 * vectors. Signs are fixed (the largest entry of each vector is positive), so the same matrix and
 * seed give the same numbers.
 *
 * @throws {Error} when the kernel has not been built; the dense products exist only there
 */
export function truncatedSvd(matrix: SparseMatrix, options: SvdOptions): TruncatedSvd {
  const { rows, columns } = matrix;
  const least = Math.min(rows, columns);
  const most = Math.max(rows, columns);
  const asked = Math.min(options.rank + (options.oversample ?? 16), least);
  if (asked === 0) return { basis: new Float32Array(0), singularValues: new Float64Array(0), rank: 0 };
  const wide = rows < columns; // then the subspace is one of ℝᵐ, the row side
  const tall = wide ? [least, least, most, most] : [least, least, most];
  const space = new DenseSpace(matrix, tall, asked);
  try {
    return decompose(space, matrix, asked, options);
  } finally {
    space.close();
  }
}

/** @param asked l, the dimension of the subspace */
function decompose(
  space: DenseSpace,
  { rows, columns }: SparseMatrix,
  asked: number,
  { iterations = 3, seed, rank: most, onProgress }: SvdOptions,
): TruncatedSvd {
  const least = Math.min(rows, columns);
  const wide = rows < columns;
  let subspace = space.tall(least, asked);
  let spare = space.tall(least, asked);
  const image = space.tall(Math.max(rows, columns), asked);
  const across = () => (wide ? space.multiplyTransposed(subspace, image) : space.multiply(subspace, image));
  const back = () => (wide ? space.multiply(image, subspace) : space.multiplyTransposed(image, subspace));
  const orthonormalize = () => {
    space.transform(subspace, orthonormalizer(space.gram(subspace), subspace.width), spare, true);
    [subspace, spare] = [spare, subspace];
  };
  fillGaussian(subspace, least, asked, seed);
  for (let step = 0; step < iterations; step++) {
    orthonormalize();
    across();
    back();
    onProgress?.((step + 1) / (iterations + 1));
  }
  // A single Cholesky QR loses half the digits; two are as good as Householder QR (Yamamoto et al. 2015).
  orthonormalize();
  orthonormalize();
  across();
  const { values, vectors } = symmetricEigen(space.gram(image), subspace.width);
  let rank = 0;
  while (rank < Math.min(most, asked) && values[rank]! > 1e-12 * Math.max(values[0]!, 1e-300)) rank++;
  const singularValues = values.slice(0, rank).map(Math.sqrt);
  // U are the eigenvectors. On the column side V = Q·U; on the row side the image is AᵀQ, and V = AᵀQ·U·Σ⁻¹.
  const rotated = wide ? space.tall(columns, asked) : spare;
  space.transform(wide ? image : subspace, vectors, rotated, false);
  const basis = basisIn(rotated, columns, rank, wide ? singularValues : null);
  return { basis, singularValues, rank };
}

/** The first `rank` columns, each divided by its scale and with its largest entry positive. */
function basisIn(
  { values, width }: Tall,
  rows: number,
  rank: number,
  scales: Float64Array | null,
): Float32Array {
  const basis = new Float32Array(rows * rank);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rank; j++) basis[i * rank + j] = values[i * width + j]! / (scales?.[j] ?? 1);
  }
  fixSigns(basis, rank);
  return basis;
}

function fillGaussian({ width, values }: Tall, rows: number, columns: number, seed: number): void {
  const normal = gaussian(seededRandom(seed));
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) values[i * width + j] = normal();
}

/** Flips columns so that the entry of largest magnitude is positive. */
function fixSigns(basis: Float32Array, rank: number): void {
  for (let j = 0; j < rank; j++) {
    let extreme = 0;
    for (let i = j; i < basis.length; i += rank)
      if (Math.abs(basis[i]!) > Math.abs(extreme)) extreme = basis[i]!;
    if (extreme < 0) for (let i = j; i < basis.length; i += rank) basis[i] = -basis[i]!;
  }
}

/**
 * Cholesky QR: R⁻¹ for a matrix X with the Gram matrix G = XᵀX = RᵀR, so that the columns of X · R⁻¹
 * are orthonormal. A column that depends linearly on earlier ones becomes zero.
 */
function orthonormalizer(g: Float64Array, width: number): Float64Array {
  const { lower, used } = cholesky(g, width);
  const inverse = new Float64Array(width * width); // of R = Lᵀ, upper triangular; by back substitution, column by column
  for (let j = 0; j < width; j++) {
    if (used[j] === 0) continue;
    inverse[j * width + j] = 1 / lower[j * width + j]!;
    for (let i = j - 1; i >= 0; i--) {
      if (used[i] === 0) continue;
      let sum = 0;
      for (let k = i + 1; k <= j; k++) sum += lower[k * width + i]! * inverse[k * width + j]!;
      inverse[i * width + j] = -sum / lower[i * width + i]!;
    }
  }
  return inverse;
}

/** G = L·Lᵀ. A pivot of at most 1e-14 of the largest diagonal entry marks a dependent column, which is left zero (used = 0). */
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
 * All eigenvalues (descending) and eigenvectors of a symmetric matrix (size × size), by cyclic Jacobi
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

/** One Jacobi rotation, which zeroes a[p][q]. `a` stays symmetric; `v` accumulates the product of the rotations. */
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

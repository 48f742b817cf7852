import { KernelMemory, PART } from './memory.ts';

/** The int8 keys of one head. Row i is keys[i·stride … i·stride + dimension), padded with zeros up to the stride. */
export interface KeyMatrix {
  readonly dimension: number;
  /** Bytes from row to row: the dimension rounded up to a multiple of 16, the vector size of the kernel. */
  readonly stride: number;
  readonly rows: number;
  /** (rows × stride) */
  readonly keys: Int8Array;
  /** (rows) 1 / ‖row‖; 0 for a zero row. */
  readonly inverseNorms: Float32Array;
  /**
   * Σⱼ query[j] · keys[i, j] for every row, exact integers.
   * @param query (dimension)
   * @returns (rows), a buffer that the next call on any matrix in the same memory overwrites
   */
  dots(query: Int8Array): Int32Array;
}

/** The stride of keys of a dimension: rounded up to a multiple of 16. */
export function strideOf(dimension: number): number {
  return (dimension + 15) & ~15;
}

/** Views of the arrays that make up a key matrix and that its products need; all lie in `memory`. */
export interface KeyViews {
  readonly memory: KernelMemory;
  readonly dimension: number;
  /** (rows × stride) */
  readonly keys: Int8Array;
  /** (rows) */
  readonly inverseNorms: Float32Array;
  /** (stride) Buffer for the query; must start zeroed. */
  readonly query: Int16Array;
  /** Buffer for dot products, of length rows or more. */
  readonly out: Int32Array;
}

/** The key matrix made up of given views. Keys and norms must not change afterwards. */
export function keyMatrixIn({ memory, dimension, keys, inverseNorms, query, out }: KeyViews): KeyMatrix {
  const stride = strideOf(dimension);
  const rows = inverseNorms.length;
  const dots = out.subarray(0, rows);
  return {
    dimension,
    stride,
    rows,
    keys,
    inverseNorms,
    dots(values) {
      query.set(values);
      if (memory.kernel)
        memory.kernel.dotRows(query.byteOffset, keys.byteOffset, rows, stride, out.byteOffset);
      else dotRows(query, keys, rows, stride, out);
      return dots;
    },
  };
}

/** Computes `inverseNorms` from `keys`: 1 / ‖row‖, 0 for a zero row. */
export function measureRows({ memory, dimension, keys, inverseNorms, out }: KeyViews): void {
  const stride = strideOf(dimension);
  const rows = inverseNorms.length;
  if (memory.kernel) memory.kernel.squareRows(keys.byteOffset, rows, stride, out.byteOffset);
  else squareRows(keys, rows, stride, out);
  for (let i = 0; i < rows; i++) inverseNorms[i] = out[i]! > 0 ? 1 / Math.sqrt(out[i]!) : 0;
}

/**
 * Copies keys into matrices that share one new memory.
 *
 * @param matrices  for each matrix, runs of consecutive rows, `stride` bytes per row
 * @param useKernel false: plain TypeScript, for tests
 */
export function keyMatrices(
  dimension: number,
  matrices: readonly (readonly Int8Array[])[],
  useKernel = true,
): KeyMatrix[] {
  const stride = strideOf(dimension);
  const rows = matrices.map((runs) => runs.reduce((sum, { length }) => sum + length, 0) / (stride || 1));
  const all = rows.reduce((sum, count) => sum + count, 0);
  const most = Math.max(0, ...rows);
  const bytes = 2 * stride + 4 * most + all * (stride + 4) + PART * (2 + 2 * rows.length);
  const memory = new KernelMemory(bytes, useKernel);
  const query = memory.take(Int16Array, stride);
  const out = memory.take(Int32Array, most);
  return matrices.map((runs, m) => {
    const count = rows[m]!;
    const keys = memory.take(Int8Array, count * stride);
    const views = { memory, dimension, query, out, keys, inverseNorms: memory.take(Float32Array, count) };
    let at = 0;
    for (const run of runs) {
      keys.set(run, at);
      at += run.length;
    }
    measureRows(views);
    return keyMatrixIn(views);
  });
}

// The loops of kernel/dot.as.ts in plain TypeScript, for where there is no kernel. The same integers; far slower.

/** out[i] = Σⱼ query[j] · keys[i·stride + j], exact. @param query (stride) @param keys (rows × stride) @param out (rows) */
export function dotRows(
  query: Int16Array,
  keys: Int8Array,
  rows: number,
  stride: number,
  out: Int32Array,
): void {
  for (let row = 0, at = 0; row < rows; row++, at += stride) {
    let sum = 0;
    for (let j = 0; j < stride; j++) sum += query[j]! * keys[at + j]!;
    out[row] = sum;
  }
}

/** out[i] = Σⱼ keys[i·stride + j]², exact. @param keys (rows × stride) @param out (rows) */
export function squareRows(keys: Int8Array, rows: number, stride: number, out: Int32Array): void {
  for (let row = 0, at = 0; row < rows; row++, at += stride) {
    let sum = 0;
    for (let j = 0; j < stride; j++) sum += keys[at + j]! * keys[at + j]!;
    out[row] = sum;
  }
}

import { dotRows, squareRows } from './dot.ts';
import { KernelMemory, PART } from './memory.ts';

/** int8 keys of one head. Row i is keys[i·stride … i·stride + dimension), zeros up to the stride. */
export interface KeyMatrix {
  readonly dimension: number;
  /** Bytes from row to row: the dimension, rounded up to a multiple of 16. */
  readonly stride: number;
  readonly rows: number;
  readonly keys: Int8Array;
  /** 1 / ‖row‖; 0 for a row without direction. */
  readonly inverseNorms: Float32Array;
  /**
   * Σⱼ query[j] · keys[i, j] for every row, exact integers.
   * @param query (dimension)
   * @returns (rows), a buffer that the next call of any matrix beside it overwrites
   */
  dots(query: Int8Array): Int32Array;
}

/** Bytes from row to row for a dimension. */
export function strideOf(dimension: number): number {
  return (dimension + 15) & ~15;
}

/** Where a matrix and what its scans need lie; all of it in `memory`. */
export interface KeyViews {
  readonly memory: KernelMemory;
  readonly dimension: number;
  /** (rows × stride) */
  readonly keys: Int8Array;
  /** (rows) */
  readonly inverseNorms: Float32Array;
  /** (stride), zeros: the query of a scan. */
  readonly query: Int16Array;
  /** At least (rows). */
  readonly out: Int32Array;
}

/** The key matrix in a memory. Its rows must not change afterwards. */
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

/** Writes 1 / ‖row‖ of every row, 0 for a row without direction. */
export function measureRows({ memory, dimension, keys, inverseNorms, out }: KeyViews): void {
  const stride = strideOf(dimension);
  const rows = inverseNorms.length;
  if (memory.kernel) memory.kernel.squareRows(keys.byteOffset, rows, stride, out.byteOffset);
  else squareRows(keys, rows, stride, out);
  for (let i = 0; i < rows; i++) inverseNorms[i] = out[i]! > 0 ? 1 / Math.sqrt(out[i]!) : 0;
}

/** Key matrices of one dimension, side by side. @param matrices the rows of each, in runs of `stride` bytes a row */
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

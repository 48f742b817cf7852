import { CONTROL, Crew } from './crew.ts';
import { KernelMemory, PART } from './memory.ts';

/** A sparse matrix in compressed sparse rows: row r has values[k] in column indices[k] for k in [offsets[r], offsets[r+1]). */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

/** A tall dense matrix, row-major. Rows and width are padded with zeros to multiples of 4, the tile size of the kernel. */
export interface Tall {
  readonly rows: number;
  readonly width: number;
  readonly values: Float64Array;
}

/** Multiplications in one product from which on a second thread pays off: about a tenth of a second of them. */
const WORTH_A_THREAD = 5e7;
/** Kernel functions called here. Their indices are the codes in `makeCall` of kernel/dense.as.ts. */
const FUNCTIONS = ['addGram', 'multiplyRows', 'multiplySparse', 'multiplySparseTransposed'] as const;
/** f64 values in a call: the function's code and up to 8 arguments. */
const CALL = 9;

/** Parts that a product by rows is cut into, for two threads to take in turn. */
const PARTS = 16;
/** Parts of the other products. Each part reads the whole matrix, so only as many as two threads need to share evenly. */
const GRAM_PARTS = 4; // 44, 31, 19 and 6 % of the triangle
const TRANSPOSED_PARTS = 2;

/**
 * Products of one sparse matrix A (m × n) with tall dense matrices, computed by the kernel in a memory of
 * its own. Sums are taken in the same order on one thread and on two, so the results are bit-identical.
 */
export class DenseSpace {
  readonly #memory: KernelMemory;
  readonly #crew: Crew;
  /** (PARTS × CALL) The calls of the product being computed. */
  readonly #calls: Float64Array;
  readonly #sparse: SparseMatrix;
  /** (width × width) */
  readonly #square: Float64Array;

  /**
   * @param sparse A; copied
   * @param tall   number of rows of each matrix that `tall` will be asked for
   * @param width  their width
   */
  constructor(sparse: SparseMatrix, tall: readonly number[], width: number) {
    const entries = sparse.indices.length;
    const w = padded(width);
    const numbers = tall.reduce((sum, rows) => sum + padded(rows) * w, w * w);
    const bytes = 8 * numbers + 8 * entries + 4 * (sparse.rows + 1) + 8 * PARTS * CALL + 4 * CONTROL;
    this.#memory = new KernelMemory(bytes + PART * (tall.length + 6));
    this.#calls = this.#memory.take(Float64Array, PARTS * CALL);
    const control = this.#memory.take(Int32Array, CONTROL);
    this.#crew = new Crew(this.#memory, this.#calls.byteOffset, control, true);
    if (Math.min(sparse.rows, sparse.columns) * w * w >= WORTH_A_THREAD) this.#crew.start();
    this.#square = this.#memory.take(Float64Array, w * w);
    this.#sparse = {
      ...sparse,
      offsets: this.#place(sparse.offsets),
      indices: this.#place(sparse.indices),
      values: this.#place(sparse.values),
    };
  }

  /** Stops the second thread. */
  close(): void {
    this.#crew.stop();
  }

  /** Copies an array into the kernel's memory. */
  #place<T extends Int32Array | Float32Array>(array: T): T {
    const View = array.constructor as new (buffer: SharedArrayBuffer, start: number, length: number) => T;
    const view = this.#memory.take(View, array.length);
    view.set(array);
    return view;
  }

  /** A new matrix of zeros. */
  tall(rows: number, width: number): Tall {
    const [r, w] = [padded(rows), padded(width)];
    return { rows: r, width: w, values: this.#memory.take(Float64Array, r * w) };
  }

  /** out = A · X. @param x (n × width) @param out (m × width) @throws {Error} without a kernel, like all products here */
  multiply(x: Tall, out: Tall): void {
    const { rows, offsets, indices, values } = this.#sparse;
    out.values.fill(0);
    const matrix = [indices.byteOffset, values.byteOffset] as const;
    const calls = parts(rows, 1, PARTS, (from, to) => [
      ...[offsets.byteOffset + 4 * from, ...matrix, to - from],
      ...[x.values.byteOffset, x.width, out.values.byteOffset + 8 * from * x.width],
    ]);
    this.#run('multiplySparse', calls);
  }

  /** out = Aᵀ · Y. @param y (m × width) @param out (n × width) */
  multiplyTransposed(y: Tall, out: Tall): void {
    const { rows, offsets, indices, values } = this.#sparse;
    out.values.fill(0);
    const matrix = [offsets.byteOffset, indices.byteOffset, values.byteOffset, rows] as const;
    // Any row of A may add to any row of the result, so the parts are ranges of columns, not of rows.
    const calls = parts(y.width, 4, TRANSPOSED_PARTS, (from, to) => [
      ...[...matrix, y.values.byteOffset + 8 * from, y.width],
      ...[out.values.byteOffset + 8 * from, to - from],
    ]);
    this.#run('multiplySparseTransposed', calls);
  }

  /** The Gram matrix XᵀX. @returns (width × width), a copy */
  gram({ rows, width, values: x }: Tall): Float64Array {
    const g = this.#square.fill(0);
    const matrix = [x.byteOffset, rows, width] as const;
    const calls = parts(width, 4, GRAM_PARTS, (from, to) => [...matrix, from, to, g.byteOffset]);
    this.#run('addGram', calls);
    // The kernel computes the upper triangle only; the matrix is symmetric.
    for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) g[i * width + j] = g[j * width + i]!;
    return g.slice();
  }

  /** out = X · B. @param b (width × width) @param out not X itself @param upper whether B is upper triangular, which halves the work */
  transform({ rows, width, values: x }: Tall, b: Float64Array, out: Tall, upper: boolean): void {
    const held = this.#square;
    held.set(b);
    out.values.fill(0);
    const { byteOffset } = out.values;
    const calls = parts(rows, 4, PARTS, (from, to) => [
      ...[x.byteOffset + 8 * from * width, to - from, width],
      ...[held.byteOffset, Number(upper), byteOffset + 8 * from * width],
    ]);
    this.#run('multiplyRows', calls);
  }

  /**
   * Calls a kernel function once for each list of arguments (at most PARTS), on one thread or two. The calls must not
   * depend on each other.
   */
  #run(name: (typeof FUNCTIONS)[number], calls: readonly (readonly number[])[]): void {
    if (!this.#memory.kernel)
      throw new Error('Expected dist/kernel.wasm (npm run build makes it), and matrices of at most 4 GiB.');
    // Reversed, because the kernel takes blocks from the last to the first.
    calls.toReversed().forEach((args, i) => {
      this.#calls.set([FUNCTIONS.indexOf(name), ...args], i * CALL);
    });
    this.#crew.run(calls.length, false);
  }
}

/** Cuts [0, count) into at most `most` ranges whose sizes are multiples of `unit` (but for the last), and maps each. */
function parts<T>(count: number, unit: number, most: number, make: (from: number, to: number) => T): T[] {
  const size = unit * Math.ceil(count / unit / most);
  return Array.from({ length: Math.ceil(count / size) }, (_, i) =>
    make(i * size, Math.min(count, (i + 1) * size)),
  );
}

/** Rounded up to a multiple of 4. */
function padded(count: number): number {
  return (count + 3) & ~3;
}

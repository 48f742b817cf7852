import { CONTROL, Crew } from './crew.ts';
import { KernelMemory, PART } from './memory.ts';

/** A sparse matrix in compressed sparse rows: row r holds columns[k], values[k] for k in [offsets[r], offsets[r+1]). */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

/** A tall dense matrix, row-major; rows and width are multiples of 4, what is beyond the matrix itself is 0. */
export interface Tall {
  readonly rows: number;
  readonly width: number;
  readonly values: Float64Array;
}

/** Numbers multiplied by numbers in one product from which on a second thread helps: a tenth of a second of them. */
const ENOUGH = 5e7;
/** Functions of the kernel that are called here, in the order of kernel/dense.as.ts. */
const FUNCTIONS = ['addGram', 'multiplyRows', 'multiplySparse', 'multiplySparseTransposed'] as const;
/** Numbers of a call: the function, and its arguments. */
const CALL = 9;

/** Parts of a product by rows, for two threads to take in turn. */
const PARTS = 16;
/** Of the others, each of which reads the whole matrix: no more than two threads can share evenly. */
const GRAM_PARTS = 4; // 44, 31, 19 and 6 % of the triangle
const TRANSPOSED_PARTS = 2;

/**
 * Products of a sparse matrix and tall dense ones, by the kernel in a memory of its own. Sums are
 * taken in the same order on one thread and on two: the numbers are the same to the bit.
 */
export class DenseSpace {
  readonly #memory: KernelMemory;
  readonly #crew: Crew;
  /** (PARTS × CALL) */
  readonly #calls: Float64Array;
  readonly #sparse: SparseMatrix;
  /** (width × width) */
  readonly #square: Float64Array;

  /** @param tall rows of the matrices that `tall` will be asked for, all of one width */
  constructor(sparse: SparseMatrix, tall: readonly number[], width: number) {
    const entries = sparse.indices.length;
    const w = padded(width);
    const numbers = tall.reduce((sum, rows) => sum + padded(rows) * w, w * w);
    const bytes = 8 * numbers + 8 * entries + 4 * (sparse.rows + 1) + 8 * PARTS * CALL + 4 * CONTROL;
    this.#memory = new KernelMemory(bytes + PART * (tall.length + 6));
    this.#calls = this.#memory.take(Float64Array, PARTS * CALL);
    const control = this.#memory.take(Int32Array, CONTROL);
    this.#crew = new Crew(this.#memory, this.#calls.byteOffset, control, true);
    if (Math.min(sparse.rows, sparse.columns) * w * w >= ENOUGH) this.#crew.hire();
    this.#square = this.#memory.take(Float64Array, w * w);
    this.#sparse = {
      ...sparse,
      offsets: this.#place(sparse.offsets),
      indices: this.#place(sparse.indices),
      values: this.#place(sparse.values),
    };
  }

  /** Ends the second thread. */
  close(): void {
    this.#crew.dismiss();
  }

  /** A copy in the memory. */
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

  /** out = A · X */
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

  /** out = Aᵀ · Y */
  multiplyTransposed(y: Tall, out: Tall): void {
    const { rows, offsets, indices, values } = this.#sparse;
    out.values.fill(0);
    const matrix = [offsets.byteOffset, indices.byteOffset, values.byteOffset, rows] as const;
    // Every row of A may write to any row of the result: each part has some of its columns instead.
    const calls = parts(y.width, 4, TRANSPOSED_PARTS, (from, to) => [
      ...[...matrix, y.values.byteOffset + 8 * from, y.width],
      ...[out.values.byteOffset + 8 * from, to - from],
    ]);
    this.#run('multiplySparseTransposed', calls);
  }

  /** XᵀX; (width × width) */
  gram({ rows, width, values: x }: Tall): Float64Array {
    const g = this.#square.fill(0);
    const matrix = [x.byteOffset, rows, width] as const;
    const calls = parts(width, 4, GRAM_PARTS, (from, to) => [...matrix, from, to, g.byteOffset]);
    this.#run('addGram', calls);
    // Only one half was summed up: the other is the same.
    for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) g[i * width + j] = g[j * width + i]!;
    return g.slice();
  }

  /** out = X · B. @param b (width × width) @param upper whether it is 0 below its diagonal */
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
   * Calls a function with each list of arguments, PARTS at most, none of which depends on another: on this thread, and
   * on the second where there is work for two. What a call writes does not depend on who makes it.
   */
  #run(name: (typeof FUNCTIONS)[number], calls: readonly (readonly number[])[]): void {
    if (!this.#memory.kernel) throw new Error('Expected dist/kernel.wasm; npm run build makes it.');
    // The last are taken first.
    calls.toReversed().forEach((args, i) => {
      this.#calls.set([FUNCTIONS.indexOf(name), ...args], i * CALL);
    });
    this.#crew.run(calls.length, false);
  }
}

/** 0 … count − 1 cut in at most `most` parts, each of a multiple of `unit`, with what is made of each. */
function parts<T>(count: number, unit: number, most: number, make: (from: number, to: number) => T): T[] {
  const size = unit * Math.ceil(count / unit / most);
  return Array.from({ length: Math.ceil(count / size) }, (_, i) =>
    make(i * size, Math.min(count, (i + 1) * size)),
  );
}

function padded(count: number): number {
  return (count + 3) & ~3;
}

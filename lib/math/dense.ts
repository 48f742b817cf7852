import { KernelMemory } from './memory.ts';

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

/**
 * Products of a sparse matrix and tall dense ones, in one memory that the kernel reads. Sums are
 * taken in the same order with and without the kernel: the numbers are the same to the bit.
 */
export class DenseSpace {
  readonly #memory: KernelMemory;
  readonly #sparse: SparseMatrix;
  /** (width × width) */
  readonly #square: Float64Array;
  #used = 0;

  /** @param tall rows of the matrices that `tall` will be asked for, all of one width */
  constructor(sparse: SparseMatrix, tall: readonly number[], width: number, useKernel = true) {
    const entries = sparse.indices.length;
    const w = padded(width);
    const numbers = tall.reduce((sum, rows) => sum + padded(rows) * w, w * w);
    const room = 16 * (tall.length + 4); // each begins at a multiple of 16
    this.#memory = new KernelMemory(8 * numbers + 8 * entries + 4 * (sparse.rows + 1) + room, useKernel);
    this.#square = this.#place(new Float64Array(w * w));
    this.#sparse = {
      ...sparse,
      offsets: this.#place(sparse.offsets),
      indices: this.#place(sparse.indices),
      values: this.#place(sparse.values),
    };
  }

  /** Where the kernel finds the sparse matrix. */
  get #at() {
    const { offsets, indices, values, rows } = this.#sparse;
    return [offsets.byteOffset, indices.byteOffset, values.byteOffset, rows] as const;
  }

  /** A copy in the memory. */
  #place<T extends Int32Array | Float32Array | Float64Array>(array: T): T {
    const View = array.constructor as new (buffer: SharedArrayBuffer, start: number, length: number) => T;
    const view = new View(this.#memory.buffer, this.#used, array.length);
    view.set(array);
    this.#used += (array.byteLength + 15) & ~15;
    return view;
  }

  /** A new matrix of zeros. */
  tall(rows: number, width: number): Tall {
    const [r, w] = [padded(rows), padded(width)];
    return { rows: r, width: w, values: this.#place(new Float64Array(r * w)) };
  }

  /** out = A · X */
  multiply(x: Tall, out: Tall): void {
    const { rows, offsets, indices, values } = this.#sparse;
    out.values.fill(0);
    if (this.#memory.kernel) {
      const dense = [x.values.byteOffset, x.width, out.values.byteOffset] as const;
      this.#memory.kernel.multiplySparse(...this.#at, ...dense);
      return;
    }
    for (let r = 0; r < rows; r++) {
      for (let k = offsets[r]!; k < offsets[r + 1]!; k++)
        addScaled(x.values, indices[k]! * x.width, values[k]!, out.values, r * x.width, x.width);
    }
  }

  /** out = Aᵀ · Y */
  multiplyTransposed(y: Tall, out: Tall): void {
    const { rows, offsets, indices, values } = this.#sparse;
    out.values.fill(0);
    if (this.#memory.kernel) {
      const dense = [y.values.byteOffset, y.width, out.values.byteOffset] as const;
      this.#memory.kernel.multiplySparseTransposed(...this.#at, ...dense);
      return;
    }
    for (let r = 0; r < rows; r++) {
      for (let k = offsets[r]!; k < offsets[r + 1]!; k++)
        addScaled(y.values, r * y.width, values[k]!, out.values, indices[k]! * y.width, y.width);
    }
  }

  /** XᵀX; (width × width) */
  gram({ rows, width, values: x }: Tall): Float64Array {
    const g = this.#square.fill(0);
    if (this.#memory.kernel) this.#memory.kernel.addGram(x.byteOffset, rows, width, g.byteOffset);
    else {
      for (let row = 0; row < x.length; row += width) {
        for (let i = 0; i < width; i++) addScaled(x, row + i, x[row + i]!, g, i * width + i, width - i);
      }
    }
    // Only one half was summed up: the other is the same.
    for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) g[i * width + j] = g[j * width + i]!;
    return g.slice();
  }

  /** out = X · B. @param b (width × width) */
  transform({ rows, width, values: x }: Tall, b: Float64Array, out: Tall): void {
    const held = this.#square;
    held.set(b);
    out.values.fill(0);
    if (this.#memory.kernel) {
      const { byteOffset } = out.values;
      this.#memory.kernel.multiplyRows(x.byteOffset, rows, width, held.byteOffset, width, byteOffset);
      return;
    }
    for (let row = 0; row < x.length; row += width) {
      for (let k = 0; k < width; k++) addScaled(held, k * width, x[row + k]!, out.values, row, width);
    }
  }
}

/** out[to …] += factor · x[from …], `count` numbers. */
function addScaled(
  x: Float64Array,
  from: number,
  factor: number,
  out: Float64Array,
  to: number,
  count: number,
): void {
  for (let j = 0; j < count; j++) out[to + j] = out[to + j]! + factor * x[from + j]!;
}

function padded(count: number): number {
  return (count + 3) & ~3;
}

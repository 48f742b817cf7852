import { existsSync, readFileSync } from 'node:fs';
import { packageFile } from '../root.ts';
import { dotRows, squareRows } from './dot.ts';

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

interface Kernel {
  dotRows(query: number, keys: number, rows: number, stride: number, out: number): void;
  squareRows(keys: number, rows: number, stride: number, out: number): void;
}

const PAGE = 65536;
const MOST_PAGES = 65536; // 4 GiB: what 32-bit addresses reach

/** Bytes from row to row for a dimension. */
export function strideOf(dimension: number): number {
  return (dimension + 15) & ~15;
}

/**
 * Room for several key matrices of one dimension, side by side in one WebAssembly memory, so
 * that the SIMD kernel reads them where they lie. Write the rows, then call `seal`, which
 * measures them. Where WebAssembly is missing or the keys exceed its 4 GiB, the same integers
 * come from plain TypeScript.
 */
export class KeySpace {
  readonly #stride: number;
  readonly #dimension: number;
  readonly #rows: readonly number[];
  readonly #query: Int8Array;
  readonly #keys: readonly Int8Array[];
  readonly #out: Int32Array;
  readonly #kernel: Kernel | null;

  /** @param rows how many rows each matrix has */
  constructor(dimension: number, rows: readonly number[], useKernel = true) {
    const stride = strideOf(dimension);
    const most = Math.max(0, ...rows);
    const bytes = stride + rows.reduce((sum, count) => sum + count * stride, 0) + 4 * most + 16;
    const pages = Math.ceil(bytes / PAGE);
    const module = useKernel && dimension > 0 && pages <= MOST_PAGES ? kernelModule() : null;
    const memory = module ? new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }) : null;
    const buffer = memory?.buffer ?? new ArrayBuffer(pages * PAGE);
    let at = stride;
    this.#dimension = dimension;
    this.#stride = stride;
    this.#rows = rows;
    this.#query = new Int8Array(buffer, 0, stride);
    this.#keys = rows.map((count) => {
      const view = new Int8Array(buffer, at, count * stride);
      at += count * stride;
      return view;
    });
    this.#out = new Int32Array(buffer, at, most);
    this.#kernel =
      module && memory
        ? (new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernel)
        : null;
  }

  /** Where the rows of matrix `index` are written, stride bytes each. */
  keys(index: number): Int8Array {
    return this.#keys[index] as Int8Array;
  }

  /** The matrix, with its rows measured. Rows must not change afterwards. */
  seal(index: number): KeyMatrix {
    const keys = this.keys(index);
    const rows = this.#rows[index] ?? 0;
    const squares = this.#run(
      (kernel) => kernel.squareRows(keys.byteOffset, rows, this.#stride, this.#out.byteOffset),
      () => squareRows(keys, rows, this.#stride, this.#out),
    );
    const inverseNorms = new Float32Array(rows);
    for (let i = 0; i < rows; i++) inverseNorms[i] = squares[i]! > 0 ? 1 / Math.sqrt(squares[i]!) : 0;
    return {
      dimension: this.#dimension,
      stride: this.#stride,
      rows,
      keys,
      inverseNorms,
      dots: (query) => {
        this.#query.set(query);
        return this.#run(
          (kernel) =>
            kernel.dotRows(this.#query.byteOffset, keys.byteOffset, rows, this.#stride, this.#out.byteOffset),
          () => dotRows(this.#query, keys, rows, this.#stride, this.#out),
        ).subarray(0, rows);
      },
    };
  }

  #run(fast: (kernel: Kernel) => void, plain: () => void): Int32Array {
    if (this.#kernel) fast(this.#kernel);
    else plain();
    return this.#out;
  }
}

/** A key matrix of given rows, each `dimension` numbers, one after another. */
export function keyMatrix(rows: Int8Array, dimension: number): KeyMatrix {
  const count = dimension === 0 ? 0 : rows.length / dimension;
  const space = new KeySpace(dimension, [count]);
  for (let i = 0; i < count; i++)
    space.keys(0).set(rows.subarray(i * dimension, (i + 1) * dimension), i * strideOf(dimension));
  return space.seal(0);
}

let compiled: WebAssembly.Module | null | undefined;

/** The kernel, compiled at first use; null where it was not built. */
function kernelModule(): WebAssembly.Module | null {
  if (compiled === undefined) {
    const path = packageFile('dist/kernel.wasm');
    compiled = existsSync(path) ? new WebAssembly.Module(readFileSync(path)) : null;
  }
  return compiled ?? null;
}

import type { SparseMatrix, Tall } from '../../lib/math/dense.ts';

/** `DenseSpace` in plain loops, with the same order of additions as the kernel. */
export class PlainSpace {
  readonly #sparse: SparseMatrix;

  constructor(sparse: SparseMatrix) {
    this.#sparse = sparse;
  }

  tall(rows: number, width: number): Tall {
    const [r, w] = [padded(rows), padded(width)];
    return { rows: r, width: w, values: new Float64Array(r * w) };
  }

  multiply(x: Tall, out: Tall): void {
    out.values.fill(0);
    this.#each((r, c, value) => addScaled(x.values, c * x.width, value, out.values, r * x.width, x.width));
  }

  multiplyTransposed(y: Tall, out: Tall): void {
    out.values.fill(0);
    this.#each((r, c, value) => addScaled(y.values, r * y.width, value, out.values, c * y.width, y.width));
  }

  #each(add: (row: number, column: number, value: number) => void): void {
    const { rows, offsets, indices, values } = this.#sparse;
    for (let r = 0; r < rows; r++)
      for (let k = offsets[r]!; k < offsets[r + 1]!; k++) add(r, indices[k]!, values[k]!);
  }

  gram({ width, values: x }: Tall): Float64Array {
    const g = new Float64Array(width * width);
    for (let row = 0; row < x.length; row += width) {
      for (let i = 0; i < width; i++) addScaled(x, row + i, x[row + i]!, g, i * width + i, width - i);
    }
    for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) g[i * width + j] = g[j * width + i]!;
    return g;
  }

  transform({ width, values: x }: Tall, b: Float64Array, out: Tall, upper: boolean): void {
    out.values.fill(0);
    for (let row = 0; row < x.length; row += width) {
      for (let k = 0; k < width; k++) {
        const from = upper ? k : 0;
        addScaled(b, k * width + from, x[row + k]!, out.values, row + from, width - from);
      }
    }
  }
}

/** out[to + j] += factor · x[from + j], for 0 ≤ j < count. */
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

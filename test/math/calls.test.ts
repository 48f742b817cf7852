import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Calls } from '../../lib/math/calls.ts';
import { DenseSpace, type SparseMatrix, type Tall } from '../../lib/math/dense.ts';
import { KernelMemory } from '../../lib/math/memory.ts';
import { gaussian, seededRandom } from '../../lib/math/random.ts';
import { PlainSpace } from '../support/plain-space.ts';

/** Eight entries a row, in columns that come again. */
function sparse(rows: number, columns: number): SparseMatrix {
  const random = seededRandom(5);
  const indices = Int32Array.from({ length: 8 * rows }, () => Math.floor(columns * random()));
  return {
    ...{ rows, columns, indices },
    offsets: Int32Array.from({ length: rows + 1 }, (_, i) => 8 * i),
    values: Float32Array.from(indices, () => random() - 0.5),
  };
}

/** Hashes of every product of a space with matrices of a width, one after another. */
function products(space: DenseSpace | PlainSpace, { rows, columns }: SparseMatrix, width: number): string[] {
  const normal = gaussian(seededRandom(6));
  const [x, y, z] = [columns, rows, columns].map((count) => space.tall(count, width)) as [Tall, Tall, Tall];
  const { width: wide } = x;
  for (let i = 0; i < columns; i++) for (let j = 0; j < width; j++) x.values[i * wide + j] = normal();
  space.multiply(x, y);
  space.multiplyTransposed(y, z);
  const gram = space.gram(z);
  const upper = gram.map((value, i) => (i % wide < Math.floor(i / wide) ? 0 : value));
  const made = [y.values.slice(), z.values.slice(), gram];
  for (const isUpper of [true, false]) {
    space.transform(z, upper, x, isUpper);
    made.push(x.values.slice());
  }
  return made.map((numbers) => hash('sha256', new Uint8Array(numbers.buffer)));
}

// From 4,000 × 3,000 on there is enough for a second thread.
test.each([
  [4000, 3000, 132],
  [300, 200, 132],
  [13, 9, 7],
  [1, 5, 1],
  [6, 1, 4],
])(
  'products of %i × %i and a width of %i are those of plain loops, to the bit',
  async (rows, columns, width) => {
    const matrix = sparse(rows, columns);
    const space = new DenseSpace(matrix, [columns, rows, columns], width);
    if (rows === 4000) await new Promise((resolve) => setTimeout(resolve, 300)); // until the second thread is there
    const found = products(space, matrix, width);
    space.close();
    expect(found[3]).toBe(found[4]);
    expect(found).toEqual(products(new PlainSpace(matrix), matrix, width));
  },
);

test('every call is made once, whoever makes it, run after run', async () => {
  const rows = 10_000; // long enough that both threads come to take calls
  const memory = new KernelMemory(8 * 4 * rows + 128 * 16);
  new Float64Array(memory.buffer, 0, 4 * rows).fill(1);
  const sums = new Float64Array(memory.buffer, 8 * 4 * rows, 16 * 16);
  const calls = new Calls(memory);
  calls.hire();
  await new Promise((resolve) => setTimeout(resolve, 300));
  // G += XᵀX where X is all ones, for 16 places of G.
  const each = Array.from({ length: 16 }, (_, i) => [0, rows, 4, 0, 4, sums.byteOffset + 128 * i]);
  for (let run = 0; run < 500; run++) calls.run('addGram', each);
  calls.close();
  expect(new Set(sums)).toEqual(new Set([500 * rows]));
});

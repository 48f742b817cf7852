import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { DenseSpace, type SparseMatrix, type Tall } from '../../lib/math/dense.ts';
import { gaussian, seededRandom } from '../../lib/math/random.ts';
import { PlainSpace } from '../support/plain-space.ts';

/** Eight entries per row, in recurring columns. */
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

// From 4,000 × 3,000 on a second thread takes part.
test.each([
  [4000, 3000, 132],
  [300, 200, 132],
  [13, 9, 7],
  [1, 5, 1],
  [6, 1, 4],
])(
  'products of %i × %i and a width of %i equal those of plain loops, to the bit',
  async (rows, columns, width) => {
    const matrix = sparse(rows, columns);
    const space = new DenseSpace(matrix, [columns, rows, columns], width);
    if (rows === 4000) await new Promise((resolve) => setTimeout(resolve, 300)); // until the second thread has started
    const found = products(space, matrix, width);
    space.close();
    expect(found[3]).toBe(found[4]);
    expect(found).toEqual(products(new PlainSpace(matrix), matrix, width));
  },
);

test('every part of a product is computed exactly once, whichever thread computes it, in every run', async () => {
  const space = new DenseSpace(sparse(4000, 3000), [4000], 132);
  const x = space.tall(4000, 132);
  x.values.fill(1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  // XᵀX where X is all ones.
  for (let run = 0; run < 100; run++) expect(new Set(space.gram(x))).toEqual(new Set([4000]));
  space.close();
});

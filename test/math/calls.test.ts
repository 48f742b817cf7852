import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Calls } from '../../lib/math/calls.ts';
import { DenseSpace, type SparseMatrix, type Tall } from '../../lib/math/dense.ts';
import { KernelMemory } from '../../lib/math/memory.ts';
import { gaussian, seededRandom } from '../../lib/math/random.ts';

/** 4,000 × 3,000 with eight entries a row: enough for a second thread. */
function large(): SparseMatrix {
  const random = seededRandom(5);
  const rows = 4000;
  const indices = Int32Array.from({ length: 8 * rows }, () => Math.floor(3000 * random()));
  return {
    ...{ rows, columns: 3000, indices },
    offsets: Int32Array.from({ length: rows + 1 }, (_, i) => 8 * i),
    values: Float32Array.from(indices, () => random() - 0.5),
  };
}

/** Hashes of every product of a space, one after another. */
function products(space: DenseSpace): string[] {
  const normal = gaussian(seededRandom(6));
  const [x, y, z] = [space.tall(3000, 132), space.tall(4000, 132), space.tall(3000, 132)] as [
    Tall,
    Tall,
    Tall,
  ];
  x.values.forEach((_, i) => {
    x.values[i] = normal();
  });
  space.multiply(x, y);
  space.multiplyTransposed(y, z);
  const gram = space.gram(z);
  const upper = gram.map((value, i) => (i % 132 < Math.floor(i / 132) ? 0 : value));
  const made = [y.values.slice(), z.values.slice(), gram];
  for (const isUpper of [true, false]) {
    space.transform(z, upper, x, isUpper);
    made.push(x.values.slice());
  }
  return made.map((numbers) => hash('sha256', new Uint8Array(numbers.buffer)));
}

test('large products are the same to the bit on two threads, on one and without the kernel', async () => {
  const tall = [3000, 4000, 3000];
  const two = new DenseSpace(large(), tall, 132);
  await new Promise((resolve) => setTimeout(resolve, 300)); // until the second thread is there
  const found = products(two);
  two.close();
  expect(found[3]).toBe(found[4]);
  expect(products(new DenseSpace(large(), tall, 132, false))).toEqual(found);
});

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

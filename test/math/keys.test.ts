import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyMatrices } from '../../lib/math/keys.ts';
import { packageFile } from '../../lib/root.ts';
import { keyMatrix, paddedRows } from '../support/keys.ts';

/** A space of two matrices with random rows, and the query that goes with them. */
const spaces = fc
  .record({
    dimension: fc.integer({ min: 1, max: 140 }),
    rows: fc.tuple(fc.nat(20), fc.nat(20)),
    seed: fc.nat(),
  })
  .map(({ dimension, rows, seed }) => {
    let state = seed;
    const next = () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return ((state >>> 8) % 255) - 127;
    };
    const fill = (length: number) => Int8Array.from({ length }, next);
    return { dimension, rows, query: fill(dimension), keys: rows.map((count) => fill(count * dimension)) };
  });

function build(dimension: number, keys: readonly Int8Array[], useKernel: boolean) {
  return keyMatrices(
    dimension,
    keys.map((rows) => paddedRows(rows, dimension)),
    useKernel,
  );
}

describe('the kernel and its plain twin', () => {
  test('the build made a kernel, or the comparison below would compare the twin with itself', () => {
    expect(existsSync(packageFile('dist/kernel.wasm'))).toBe(true);
  });

  test('both give the integers of the definition, for any dimension and number of rows', () => {
    fc.assert(
      fc.property(spaces, ({ dimension, query, keys }) => {
        const fast = build(dimension, keys, true);
        const plain = build(dimension, keys, false);
        keys.forEach((rows, m) => {
          const expected = Array.from({ length: rows.length / dimension }, (_, i) =>
            query.reduce((sum, q, j) => sum + q * (rows[i * dimension + j] ?? 0), 0),
          );
          expect(Array.from(fast[m]!.dots(query))).toEqual(expected);
          expect(Array.from(plain[m]!.dots(query))).toEqual(expected);
          expect(fast[m]!.inverseNorms).toEqual(plain[m]!.inverseNorms);
        });
      }),
    );
  });

  test('the largest products do not overflow: 127 · 127 in 4096 dimensions', () => {
    const rows = new Int8Array(4096).fill(-127);
    const matrix = keyMatrix(rows, 4096);
    expect(Array.from(matrix.dots(new Int8Array(4096).fill(127)))).toEqual([-127 * 127 * 4096]);
    expect(matrix.inverseNorms[0]).toBeCloseTo(1 / (127 * 64), 9);
  });

  test('a second matrix of the same space does not change the first', () => {
    const [first, second] = build(2, [Int8Array.of(1, 0, 0, 1), Int8Array.of(3, 4)], true);
    expect(Array.from(second!.dots(Int8Array.of(1, 1)))).toEqual([7]);
    expect(Array.from(first!.dots(Int8Array.of(5, 6)))).toEqual([5, 6]);
  });

  test('a space without dimension or rows gives no results', () => {
    expect(keyMatrix(new Int8Array(0), 0).dots(new Int8Array(0))).toHaveLength(0);
    expect(keyMatrix(new Int8Array(0), 5).dots(new Int8Array(5))).toHaveLength(0);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cosineScores, largestCosines } from '../../lib/attention/scores.ts';
import type { KeyMatrix } from '../../lib/math/keys.ts';
import { quantize } from '../../lib/math/vector.ts';
import { keyMatrix } from '../support/keys.ts';
import { naiveCosine } from '../support/reference.ts';

function matrix(rows: readonly (readonly number[])[], dimension: number): KeyMatrix {
  return keyMatrix(Int8Array.from(rows.flat()), dimension);
}

function queryOf(values: readonly number[]) {
  const out = new Int8Array(values.length);
  return { inverseNorm: quantize(values, out), values: out };
}

const row = fc.array(fc.integer({ min: -127, max: 127 }), { minLength: 4, maxLength: 4 });
const rows = fc.array(row, { maxLength: 12 });

test('every key gets its cosine with the query', () => {
  fc.assert(
    fc.property(row, rows, (values, keys) => {
      const query = queryOf(values);
      const scores = cosineScores(query, matrix(keys, 4));
      expect(scores).toHaveLength(keys.length);
      keys.forEach((key, i) => {
        expect(scores[i]).toBeCloseTo(naiveCosine(query.values, key), 5);
      });
    }),
  );
});

test('a document gets the largest cosine of its passages, and 0 without passages', () => {
  const sizes = fc.array(fc.nat({ max: 3 }), { maxLength: 6 });
  fc.assert(
    fc.property(row, sizes, fc.infiniteStream(row), (values, counts, stream) => {
      const keys = counts.flatMap((count) => [...stream.take(count)]);
      const offsets = Int32Array.from([0, ...counts]);
      for (let i = 1; i < offsets.length; i++) offsets[i]! += offsets[i - 1]!;
      const query = queryOf(values);
      const scores = largestCosines(query, matrix(keys, 4), offsets);
      expect(scores).toHaveLength(counts.length);
      counts.forEach((count, i) => {
        const own = keys.slice(offsets[i], offsets[i]! + count).map((key) => naiveCosine(query.values, key));
        expect(scores[i]).toBeCloseTo(count === 0 ? 0 : Math.max(...own), 5);
      });
    }),
    { numRuns: 300 },
  );
});

test('a document whose only passage points away from the query gets its negative cosine, not 0', () => {
  const scores = largestCosines(queryOf([1, 0]), matrix([[-127, 0]], 2), Int32Array.of(0, 1));
  expect(scores[0]).toBeCloseTo(-1, 5);
});

test('a query without direction scores 0 everywhere', () => {
  const keys = matrix(
    [
      [127, 0],
      [0, 127],
    ],
    2,
  );
  expect(Array.from(cosineScores(queryOf([0, 0]), keys))).toEqual([0, 0]);
  expect(Array.from(largestCosines(queryOf([0, 0]), keys, Int32Array.of(0, 1, 2)))).toEqual([0, 0]);
});

test('keys without dimension score 0 for every document', () => {
  expect(Array.from(largestCosines(queryOf([]), matrix([], 0), Int32Array.of(0, 2, 3)))).toEqual([0, 0]);
});

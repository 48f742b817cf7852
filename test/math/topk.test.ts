import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../lib/math/random.ts';
import { largest, peaksOf, topK } from '../../lib/math/topk.ts';
import { naiveTopK } from '../support/reference.ts';

test('the k largest come in descending order, equal values by ascending index', () => {
  // Few distinct values, so that most runs have ties across the border of the heap.
  const values = fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 60 });
  fc.assert(
    fc.property(values, fc.nat({ max: 70 }), (list, k) => {
      expect(Array.from(topK(Float64Array.from(list), k))).toEqual(naiveTopK(list, k));
    }),
    { numRuns: 1000 },
  );
});

test('distinct values come in descending order, infinities included', () => {
  const values = fc.uniqueArray(fc.double({ noNaN: true }), { maxLength: 60, comparator: 'IsStrictlyEqual' });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 10 }), (list, k) => {
      expect(Array.from(topK(Float64Array.from(list), k))).toEqual(naiveTopK(list, k));
    }),
  );
});

test('asking for none, or among no values, gives none', () => {
  expect(topK(Float64Array.of(1, 2), 0)).toHaveLength(0);
  expect(topK(new Float64Array(0), 5)).toHaveLength(0);
});

test('a hundred thousand equal values give the first ten', () => {
  expect(Array.from(topK(new Float64Array(100_000).fill(0.5), 10))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('the k largest are the same if found with the help of peaks', () => {
  const seed = fc.record({
    seed: fc.nat(),
    length: fc.integer({ min: 1, max: 6000 }),
    k: fc.oneof(fc.nat({ max: 12 }), fc.nat({ max: 1500 })),
    kinds: fc.constantFrom(2, 50, 1e9),
  });
  fc.assert(
    fc.property(seed, ({ seed, length, k, kinds }) => {
      const random = seededRandom(seed);
      const list = Array.from({ length }, () => {
        const value = Math.floor(random() ** 3 * kinds);
        return value === 0 ? Number.NEGATIVE_INFINITY : value;
      });
      const values = Float64Array.from(list);
      const expected = naiveTopK(list, k);
      expect(Array.from(topK(values, k, peaksOf(values)))).toEqual(expected);
      const inOrder = expected.toSorted((a, b) => a - b);
      expect(Array.from(largest(values, k))).toEqual(inOrder);
      const least = kinds * random() ** 3;
      const notLess = inOrder.filter((i) => (list[i] as number) >= least);
      expect(Array.from(largest(values, k, peaksOf(values), least))).toEqual(notLess);
    }),
    { numRuns: 300 },
  );
});

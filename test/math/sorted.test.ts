import fc from 'fast-check';
import { expect, test } from 'vitest';
import { positionOf } from '../../lib/math/sorted.ts';

test('the position of a number among ascending ones is found, or −1 if it is not there', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: -50, max: 50 })),
      fc.integer({ min: -60, max: 60 }),
      (numbers, wanted) => {
        const ascending = Int32Array.from(numbers).sort();
        expect(positionOf(ascending, wanted)).toBe(ascending.indexOf(wanted));
      },
    ),
  );
});

test('a search between two positions finds only what is between them', () => {
  const ascending = Int32Array.of(1, 3, 5, 2, 3, 9);
  expect(positionOf(ascending, 3, 3, 6)).toBe(4);
  expect(positionOf(ascending, 5, 3, 6)).toBe(-1);
  expect(positionOf(ascending, 1, 0, 0)).toBe(-1);
});

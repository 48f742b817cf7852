import fc from 'fast-check';
import { expect, test } from 'vitest';
import { positionOf } from '../../lib/math/sorted.ts';

test('a number is found where it stands among ascending ones, and nowhere else', () => {
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

test('between two places only what is there is found', () => {
  const ascending = Int32Array.of(1, 3, 5, 2, 3, 9);
  expect(positionOf(ascending, 3, 3, 6)).toBe(4);
  expect(positionOf(ascending, 5, 3, 6)).toBe(-1);
  expect(positionOf(ascending, 1, 0, 0)).toBe(-1);
});

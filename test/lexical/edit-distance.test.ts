import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance } from '../../lib/lexical/edit-distance.ts';

/** By the definition, slowly: tries every edit at the first letters. */
function slow(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [x, y] = [a.slice(1), b.slice(1)];
  const exchanged = a.length > 1 && a[0] === b[1] && a[1] === b[0] ? 1 + slow(a.slice(2), b.slice(2)) : 99;
  return Math.min(slow(x, y) + (a[0] === b[0] ? 0 : 1), 1 + slow(x, b), 1 + slow(a, y), exchanged);
}

test('the distance equals its definition, up to the limit asked for', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
  fc.assert(
    fc.property(word, word, fc.integer({ min: 0, max: 3 }), (a, b, most) => {
      expect(editDistance(a, b, most)).toBe(Math.min(most + 1, slow(a, b)));
    }),
    { seed: 1, numRuns: 400 },
  );
});

test('swapping two neighbouring letters is one edit, and so is doubling one', () => {
  expect(editDistance('retreiv', 'retriev', 2)).toBe(1);
  expect(editDistance('prunne', 'prune', 2)).toBe(1);
});

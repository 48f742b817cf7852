import { expect, test } from 'vitest';
import { comparePaired } from '../../lib/evaluate/significance.ts';

/** All 2ⁿ sign patterns: the exact p that sampling approaches. */
function exactP(differences: number[]): number {
  const observed = Math.abs(differences.reduce((a, b) => a + b, 0));
  let extreme = 0;
  for (let pattern = 0; pattern < 2 ** differences.length; pattern++) {
    const sum = differences.reduce((total, d, i) => total + (pattern & (1 << i) ? d : -d), 0);
    if (Math.abs(sum) >= observed - 1e-9) extreme++;
  }
  return extreme / 2 ** differences.length;
}

test('four wins of the same size: only all-plus and all-minus are as extreme, p = 2/16', () => {
  const { p, wins, losses, ties, difference } = comparePaired([0.5, 0.6, 0.7, 0.8], [0.4, 0.5, 0.6, 0.7]);
  expect({ wins, losses, ties }).toEqual({ wins: 4, losses: 0, ties: 0 });
  expect(difference).toBeCloseTo(0.1, 12);
  expect(Math.abs(p - 2 / 16)).toBeLessThan(0.01);
});

test('sampled p is close to the exact one', () => {
  const first = [0.9, 0.2, 0.55, 0.7, 0.31, 0.8, 0.44, 0.62];
  const second = [0.5, 0.3, 0.4, 0.71, 0.2, 0.5, 0.43, 0.3];
  const exact = exactP(first.map((a, i) => a - second[i]!));
  expect(exact).toBeGreaterThan(0.02); // neither 0 nor 1, so that the comparison can fail
  expect(exact).toBeLessThan(0.5);
  expect(Math.abs(comparePaired(first, second).p - exact)).toBeLessThan(0.01);
});

test('systems that always tie have p = 1', () => {
  expect(comparePaired([0.5, 0.7], [0.5, 0.7])).toMatchObject({
    wins: 0,
    losses: 0,
    ties: 2,
    difference: 0,
    p: 1,
  });
});

test('p is the same whichever system comes first, and each time', () => {
  const first = [0.9, 0.2, 0.55, 0.7];
  const second = [0.5, 0.3, 0.4, 0.5];
  expect(comparePaired(first, second).p).toBe(comparePaired(second, first).p);
  expect(comparePaired(first, second)).toEqual(comparePaired(first, second));
});

test('p is never 0: chance cannot be ruled out by sampling', () => {
  const first = Array.from({ length: 60 }, () => 1);
  const second = Array.from({ length: 60 }, () => 0);
  expect(comparePaired(first, second).p).toBe(1 / 10_001);
});

test('unequal numbers of scores are refused', () => {
  expect(() => comparePaired([1, 2], [1])).toThrow(/got 2 and 1/);
});

import { expect, test } from 'vitest';
import { ReadAhead } from '../../lib/math/read-ahead.ts';

/** Looks that take so many milliseconds, one way and the other. */
function looksOf(bytes: number, apart: () => number, ahead: () => number) {
  let time = 0;
  const readAhead = new ReadAhead(bytes, () => time);
  const ways: boolean[] = [];
  const run = () =>
    readAhead.run((isAhead) => {
      ways.push(isAhead);
      time += isAhead ? ahead() : apart();
    });
  return { readAhead, ways, run };
}

test.each([
  [15, 11, true],
  [3, 4, false],
])(
  'of looks that take %d ms, and %d when keys are read ahead, the shorter are kept: %j',
  (apart, ahead, isBetter) => {
    const { readAhead, ways, run } = looksOf(
      128_000_000,
      () => apart,
      () => ahead,
    );
    expect(readAhead.isBetter).toBe(false);
    for (let i = 0; i < 15; i++) run();
    expect(ways.slice(0, 12).filter(Boolean)).toHaveLength(6);
    expect(ways.slice(12)).toEqual([isBetter, isBetter, isBetter]);
    expect(readAhead.isBetter).toBe(isBetter);
  },
);

test('a look that was held up decides nothing', () => {
  let looks = 0;
  const { readAhead, run } = looksOf(
    128_000_000,
    () => 15,
    () => (looks++ < 5 ? 500 : 11),
  );
  for (let i = 0; i < 12; i++) run();
  expect(readAhead.isBetter).toBe(true);
});

test('of a library whose keys are near nothing is tried', () => {
  const { ways, run } = looksOf(
    15_000_000,
    () => 15,
    () => 11,
  );
  for (let i = 0; i < 20; i++) run();
  expect(ways).not.toContain(true);
});

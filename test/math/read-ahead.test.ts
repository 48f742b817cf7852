import { expect, test } from 'vitest';
import { ReadAhead } from '../../lib/math/read-ahead.ts';

/** Looks that take these many milliseconds without reading ahead, and with it. */
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
  'if looks take %d ms, and %d ms with keys read ahead, the faster way is kept: %j',
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

test('looks that were delayed do not decide', () => {
  let looks = 0;
  const { readAhead, run } = looksOf(
    128_000_000,
    () => 15,
    () => (looks++ < 5 ? 500 : 11),
  );
  for (let i = 0; i < 12; i++) run();
  expect(readAhead.isBetter).toBe(true);
});

test('reading ahead is not tried in a small library', () => {
  const { ways, run } = looksOf(
    15_000_000,
    () => 15,
    () => 11,
  );
  for (let i = 0; i < 20; i++) run();
  expect(ways).not.toContain(true);
});

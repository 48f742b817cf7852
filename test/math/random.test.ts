import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gaussian, sampleIndices, seededRandom } from '../../lib/math/random.ts';

test('the same seed gives the same stream, another seed another', () => {
  const take = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
  expect(take(7)).toEqual(take(7));
  expect(take(7)).not.toEqual(take(8));
});

test('the stream of seed 2026 never changes, or every stored index would be fitted again', () => {
  const random = seededRandom(2026);
  expect([random(), random(), random()].map((value) => value.toFixed(8))).toMatchInlineSnapshot(`
    [
      "0.45540770",
      "0.30849615",
      "0.66115745",
    ]
  `);
});

test('numbers are uniform: in [0, 1), mean 1/2, a tenth in each tenth', () => {
  const random = seededRandom(1);
  const tenths = new Array<number>(10).fill(0);
  let sum = 0;
  for (let i = 0; i < 100_000; i++) {
    const value = random();
    if (!(value >= 0 && value < 1)) expect.unreachable(`${value} is outside [0, 1)`);
    sum += value;
    tenths[Math.floor(value * 10)]!++;
  }
  expect(sum / 100_000).toBeCloseTo(0.5, 2);
  for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});

test('gaussian numbers have mean 0 and variance 1 and are always finite', () => {
  const normal = gaussian(seededRandom(3));
  const values = Array.from({ length: 50_000 }, normal);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(mean).toBeCloseTo(0, 1);
  expect(variance).toBeCloseTo(1, 1);
  expect(Number.isFinite(gaussian(() => 0)())).toBe(true);
});

test('a sample is distinct, ascending, in range and of the size asked for', () => {
  fc.assert(
    fc.property(fc.nat({ max: 300 }), fc.nat({ max: 320 }), fc.integer(), (population, count, seed) => {
      const sample = Array.from(sampleIndices(population, count, seededRandom(seed)));
      expect(sample).toHaveLength(Math.min(population, count));
      expect(sample).toEqual([...new Set(sample)].sort((a, b) => a - b));
      expect(sample.every((index) => index >= 0 && index < population)).toBe(true);
    }),
  );
});

test('a sample of everything is everything', () => {
  expect(Array.from(sampleIndices(4, 9, seededRandom(1)))).toEqual([0, 1, 2, 3]);
});

test('every index is equally likely to be sampled', () => {
  const seen = new Array<number>(20).fill(0);
  const random = seededRandom(11);
  for (let run = 0; run < 4000; run++) for (const index of sampleIndices(20, 5, random)) seen[index]!++;
  for (const count of seen) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

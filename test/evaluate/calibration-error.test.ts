import { expect, test } from 'vitest';
import { expectedCalibrationError, resultPredictions } from '../../lib/evaluate/calibration-error.ts';
import { seededRandom } from '../../lib/math/random.ts';

const prediction = (predicted: number, outcome: number) => ({ predicted, outcome });

test('a hand-worked case with two bins of two', () => {
  // .1, .3 → mean .2, outcomes 0, 1 → mean .5: gap .3;  .8, 1.0 → .9 against .5: gap .4;  ECE = (.3 + .4) / 2
  const predictions = [prediction(0.8, 1), prediction(0.1, 0), prediction(0.3, 1), prediction(1, 0)];
  expect(expectedCalibrationError(predictions, 2)).toBeCloseTo(0.35, 12);
});

test('bins hold equal numbers of predictions: a crowd at 0.9 does not hide the rest in one bin', () => {
  // Five bins of two. Equal-width bins would average .90 … .98 into one and cancel the gaps to almost nothing.
  const crowd = [0.9, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99];
  const outcomes = [1, 1, 1, 1, 1, 1, 1, 1, 0, 0];
  const gaps = [0.095, 0.075, 0.055, 0.035, 0.985]; // |mean of two − outcome|
  const expected = gaps.reduce((sum, gap) => sum + gap / 5, 0);
  const predictions = crowd.map((p, i) => prediction(p, outcomes[i]!));
  expect(expectedCalibrationError(predictions, 5)).toBeCloseTo(expected, 12);
});

test('outcomes drawn with the predicted probability give an error near 0, constant confidence does not', () => {
  const random = seededRandom(3);
  const honest = Array.from({ length: 20_000 }, () => {
    const p = random();
    return prediction(p, random() < p ? 1 : 0);
  });
  expect(expectedCalibrationError(honest)).toBeLessThan(0.02);
  expect(expectedCalibrationError(honest.map(({ outcome }) => prediction(0.9, outcome)))).toBeGreaterThan(
    0.3,
  );
});

test('with fewer predictions than bins each has its own, and without predictions the error is null', () => {
  expect(expectedCalibrationError([prediction(0.25, 1), prediction(0.5, 0)], 10)).toBeCloseTo(0.625, 12);
  expect(expectedCalibrationError([])).toBeNull();
});

test('the weight of every result is compared with its share of the relevant documents', () => {
  const two = new Map([
    ['a', 1],
    ['b', 1],
    ['c', 0],
  ]);
  const listed = [
    { id: 'a', weight: 0.6 },
    { id: 'c', weight: 0.2 },
  ];
  expect(resultPredictions(listed, two)).toEqual([
    { predicted: 0.6, outcome: 0.5 },
    { predicted: 0.2, outcome: 0 },
  ]);
  expect(resultPredictions(listed, new Map([['a', 3]]))[0]?.outcome).toBe(1);
  expect(resultPredictions([], two)).toEqual([]);
});

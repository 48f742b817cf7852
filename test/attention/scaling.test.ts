import { describe, expect, test } from 'vitest';
import { balanced, lengthGainOf, scaledTo, sharpnessOf, trustOf } from '../../lib/attention/scaling.ts';

const calibration = {
  bias: -4,
  heads: { title: 2, words: 3 },
  explained: { bias: 20, sharpness: -2 },
  textbook: { bias: -1, heads: { title: 9 }, explained: { bias: 10, sharpness: -4 } },
  first: { bias: 0, heads: {} },
  provenance: null,
};

const asked = (explained: number, length = 5, textLength = 80) => ({
  ...{ explained, length, textLength, doubt: 0 },
  documents: 90,
});

describe('the sharpness', () => {
  test('is ln(N + 10) · e^(γx)', () => {
    expect(sharpnessOf(-2, 0.3, 990)).toBeCloseTo(Math.log(1000) * Math.exp(-0.6), 12);
  });

  test('is above 0, even in an empty library or if everything is explained', () => {
    expect(sharpnessOf(-2, 1, 0)).toBeGreaterThan(0);
  });
});

test('a query scales all coefficients alike, and lifts the bias by its explained share', () => {
  const { bias, heads, sharpness } = scaledTo(calibration, asked(0.1));
  expect(sharpness).toBe(sharpnessOf(-2, 0.1, 90));
  expect(bias).toBeCloseTo(-2, 12);
  expect(heads).toEqual({ title: 2 * sharpness, words: 3 * sharpness });
});

test('an explained share beyond 0.4 does not count', () => {
  expect(scaledTo(calibration, asked(0.9))).toEqual(scaledTo(calibration, asked(0.4)));
});

test('in a query of more than 16 words the words count more, and nothing else changes', () => {
  expect(lengthGainOf(0)).toBe(1);
  expect(lengthGainOf(16)).toBe(1);
  expect(lengthGainOf(64)).toBeCloseTo(4 ** 0.75, 12);
  const short = scaledTo(calibration, asked(0.1));
  const long = scaledTo(calibration, asked(0.1, 32));
  expect(long.lengthGain).toBeCloseTo(2 ** 0.75, 12);
  expect(long).toEqual({
    ...{ ...short, lengthGain: long.lengthGain },
    // The product's last bit is that of the power, which V8 has computed differently since Node 24.
    heads: { title: short.heads.title, words: expect.closeTo(short.heads.words! * long.lengthGain, 12) },
  });
});

describe('if the texts found are short', () => {
  test('trust in the embedding is √(L / 50), and 1 from 50 terms on', () => {
    expect(trustOf(50)).toBe(1);
    expect(trustOf(400)).toBe(1);
    expect(trustOf(12.5)).toBe(0.5);
    expect(trustOf(0)).toBe(1); // nothing was found
  });

  test('the words head gains what content and feedback lose', () => {
    const heads = { title: 2, content: 4, words: 3, feedback: 1 };
    expect(balanced(heads, 1, 0.5)).toEqual({ title: 2, content: 2, words: 5.5, feedback: 0.5 });
    expect(balanced(heads, 2, 0.5)).toEqual({ title: 2, content: 2, words: 11, feedback: 0.5 });
    expect(balanced({ title: 2 }, 2, 0.5)).toEqual({ title: 2 });
  });

  test('the coefficients are balanced first, then scaled', () => {
    const all = { ...calibration, heads: { title: 2, content: 4, words: 3, feedback: 1 } };
    const { heads, trust, sharpness } = scaledTo(all, asked(0.1, 5, 12.5));
    expect(trust).toBe(0.5);
    const expected = { title: 2, content: 2, words: 5.5, feedback: 0.5 };
    for (const [name, a] of Object.entries(expected)) expect(heads[name]).toBeCloseTo(sharpness * a, 12);
  });
});

test('the lift depends on which heads are on, not on their multipliers', () => {
  const biasWith = (multipliers: Record<string, number>) =>
    scaledTo(calibration, asked(0.1), multipliers).bias;
  expect(biasWith({ title: 0 })).toBeCloseTo(-4 + 2 * (3 / 5), 12);
  expect(biasWith({ words: 0, title: 0 })).toBe(-4);
  expect(biasWith({ words: 7, title: 1 })).toBeCloseTo(-2, 12);
});

test('the title head alone has coefficients of its own, whatever its multiplier', () => {
  for (const title of [1, 3]) {
    const { bias, lift, heads, sharpness, slope } = scaledTo(calibration, asked(0.1), {
      title,
      words: 0,
    });
    expect(slope).toBe(-4);
    expect(sharpness).toBe(sharpnessOf(-4, 0.1, 90));
    expect(heads).toEqual({ title: 9 * sharpness, words: 0 });
    expect(lift).toBeCloseTo(1, 12);
    expect(bias).toBeCloseTo(0, 12);
  }
  // Not when another head is on, nor when the title is off too.
  for (const others of [{ words: 0.01 }, { title: 0, words: 0 }])
    expect(scaledTo(calibration, asked(0.1), others).slope).toBe(-2);
});

test('a weight changes little in a library a hundred times as large, though the best of N chance scores is higher', () => {
  // One document scores 0.5, the others as the best of N draws of an exponential variable of mean 0.02 do.
  const weight = (documents: number) => {
    const { bias, heads } = scaledTo(calibration, { ...asked(0.2), documents });
    let sum = 1;
    const answer = Math.exp(bias - Math.log(documents) + heads.words! * 0.5);
    for (let i = 1; i < documents; i++)
      sum += Math.exp(bias - Math.log(documents) - heads.words! * 0.02 * Math.log(i / documents));
    return answer / (sum + answer);
  };
  expect(weight(20_000)).toBeGreaterThan(0.8 * weight(200));
});

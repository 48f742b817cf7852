import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attend, attended, type Head, strongest } from '../../lib/attention/attend.ts';
import { SearchError } from '../../lib/errors.ts';
import { naiveSoftmax, naiveTopK } from '../support/reference.ts';

const heads = (
  scores: Readonly<Record<string, readonly number[]>>,
  coefficients: Readonly<Record<string, number>>,
): Head[] =>
  Object.entries(scores).map(([name, list]) => ({
    name,
    coefficient: coefficients[name] ?? 1,
    scores: Float32Array.from(list),
  }));

const input = fc.integer({ min: 1, max: 20 }).chain((n) => {
  const scores = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: n, maxLength: n });
  return fc.record({
    scores: fc.record({ title: scores, content: scores, words: scores }),
    coefficients: fc.record({
      title: fc.double({ min: 0, max: 5, noNaN: true }),
      content: fc.double({ min: 0, max: 10, noNaN: true }),
      words: fc.double({ min: 0, max: 20, noNaN: true }),
    }),
    b: fc.double({ min: -5, max: 2, noNaN: true }),
    temperature: fc.double({ min: 0.5, max: 20, noNaN: true }),
  });
});

describe('attention', () => {
  test('two documents and two heads worked by hand', () => {
    // ℓ = b − ln 2 + 2 · title + 4 · words, b = ln 2: ℓ₀ = 2·0.5 + 4·0.25 = 2, ℓ₁ = 2·(−0.5) + 4·0 = −1
    // Z = 1 + e² + e⁻¹ = 8.756935; w₀ = 0.843795, w₁ = 0.042010, nothing = 0.114195
    const record = attend(
      heads({ title: [0.5, -0.5], words: [0.25, 0] }, { title: 2, words: 4 }),
      Math.log(2),
      2,
      1,
    );
    expect(record.bias).toBeCloseTo(0, 12);
    expect(Array.from(record.logits)).toEqual([expect.closeTo(2, 12), expect.closeTo(-1, 12)]);
    expect(attended(record, 0).weight).toBeCloseTo(0.843795, 6);
    expect(attended(record, 1).weight).toBeCloseTo(0.04201, 6);
    expect(record.softmax.nothing).toBeCloseTo(0.114195, 6);
  });

  test('weights follow the equation, for any scores, coefficients, bias and temperature', () => {
    fc.assert(
      fc.property(input, ({ scores, coefficients, b, temperature }) => {
        const n = scores.title.length;
        const record = attend(heads(scores, coefficients), b, n, temperature);
        const logits = scores.title.map(
          (_, i) =>
            b -
            Math.log(n) +
            coefficients.title * scores.title[i]! +
            coefficients.content * scores.content[i]! +
            coefficients.words * scores.words[i]!,
        );
        const [nothing, ...weights] = naiveSoftmax(logits, temperature);
        expect(record.softmax.nothing).toBeCloseTo(nothing!, 9);
        logits.forEach((logit, i) => {
          const step = attended(record, i);
          expect(step.logit).toBeCloseTo(logit, 9);
          expect(step.weight).toBeCloseTo(weights[i]!, 9);
          expect(step.scores).toEqual({
            title: scores.title[i],
            content: scores.content[i],
            words: scores.words[i],
          });
        });
      }),
    );
  });

  test('a head with coefficient 0 changes nothing, not even if its scores are NaN', () => {
    const on = heads({ title: [0.3, 0.1] }, {});
    const off = { name: 'words', coefficient: 0, scores: Float32Array.of(Number.NaN, Number.NaN) };
    expect(attend([...on, off], -1, 2, 1).logits).toEqual(attend(on, -1, 2, 1).logits);
  });

  test('the strongest are the largest weights in descending order, equal ones in the order of the documents', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -2, max: 2 }), { maxLength: 30 }),
        fc.nat({ max: 12 }),
        (scores, k) => {
          const record = attend(heads({ title: scores }, {}), 0, scores.length, 0.1);
          const list = strongest(record, k);
          expect(list.map(({ index }) => index)).toEqual(naiveTopK(scores, k));
          for (const step of list) expect(step).toEqual(attended(record, step.index));
        },
      ),
    );
  });

  test('without documents the null key gets all the weight', () => {
    const record = attend(heads({ title: [] }, {}), -1.9, 0, 1);
    expect(record.softmax.nothing).toBe(1);
    expect(record.bias).toBe(-1.9);
    expect(strongest(record, 10)).toEqual([]);
  });

  test.each([0, -1, Number.NaN])('temperature %s is refused', (temperature) => {
    expect(() => attend(heads({ title: [1] }, {}), 0, 1, temperature)).toThrow(SearchError);
  });
});

describe('the prior −ln N', () => {
  const b = -1.9;
  /** N documents of which the first `answers` score 0.9 and the others 0. */
  const library = (answers: number, documents: number, bias = b) =>
    attend(
      heads({ words: Array.from({ length: documents }, (_, i) => (i < answers ? 0.9 : 0)) }, { words: 15 }),
      bias,
      documents,
      1,
    );

  test('documents without evidence leave the null key its weight, however many there are', () => {
    // Z = 1 + Σ e^b / N = 1 + e^b for every N
    for (const documents of [1, 10, 1000, 100_000]) {
      expect(library(0, documents).softmax.nothing).toBeCloseTo(1 / (1 + Math.exp(b)), 9);
    }
  });

  test('without it, documents without evidence take the weight away from the null key', () => {
    const without = (documents: number) => library(0, documents, b + Math.log(documents)).softmax.nothing;
    expect(without(10)).toBeGreaterThan(0.35);
    expect(without(1000)).toBeLessThan(0.01);
  });

  test('a library of the same mixture, ten times as large, gives the null key the same weight', () => {
    const small = library(2, 50).softmax.nothing;
    for (const factor of [10, 1000]) {
      expect(library(2 * factor, 50 * factor).softmax.nothing).toBeCloseTo(small, 9);
    }
  });
});

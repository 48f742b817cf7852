import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SearchError } from '../../lib/errors.ts';
import { summarize, weightOf } from '../../lib/math/softmax.ts';
import { naiveEntropy, naiveSoftmax } from '../support/reference.ts';

const moderate = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { maxLength: 30 });
const extreme = fc.array(fc.double({ min: -500, max: 500, noNaN: true }), { maxLength: 30 });
const temperature = fc.double({ min: 0.5, max: 20, noNaN: true });

/** The weights of all logits and of the null key. */
function softmax(logits: Float64Array, t: number) {
  const summary = summarize(logits, t);
  return { summary, weights: logits.map((logit) => weightOf(logit, t, summary)) };
}

/** Null key first, as in the reference. */
function weightsOf(logits: readonly number[], t: number): number[] {
  const { weights, summary } = softmax(Float64Array.from(logits), t);
  return [summary.nothing, ...weights];
}

describe('softmax with a null key', () => {
  test('two logits at temperature 1 give the weights worked by hand', () => {
    // e^0 = 1, e^ln2 = 2, e^ln5 = 5: 1/8, 2/8, 5/8
    const [nothing, two, five] = weightsOf([Math.log(2), Math.log(5)], 1);
    expect(nothing).toBeCloseTo(0.125, 12);
    expect(two).toBeCloseTo(0.25, 12);
    expect(five).toBeCloseTo(0.625, 12);
  });

  test('without any document the null key takes everything', () => {
    const { weights, summary } = softmax(new Float64Array(0), 1);
    expect(weights).toHaveLength(0);
    expect(summary.nothing).toBe(1);
    expect(summary.effective).toBe(1);
  });

  test('weights and effective number equal the formula written out at moderate values', () => {
    fc.assert(
      fc.property(moderate, temperature, (logits, t) => {
        const expected = naiveSoftmax(logits, t);
        weightsOf(logits, t).forEach((weight, i) => {
          expect(weight).toBeCloseTo(expected[i]!, 10);
        });
        const { effective } = summarize(Float64Array.from(logits), t);
        expect(Math.log(effective)).toBeCloseTo(naiveEntropy(expected), 8);
      }),
    );
  });

  test('logits of ±500 at temperature 0.001 give weights that sum to 1 and an effective number in range', () => {
    fc.assert(
      fc.property(extreme, (logits) => {
        const weights = weightsOf(logits, 0.001);
        expect(weights.every((weight) => weight >= 0 && weight <= 1)).toBe(true);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
        const { effective } = summarize(Float64Array.from(logits), 0.001);
        expect(effective).toBeGreaterThanOrEqual(1);
        expect(effective).toBeLessThanOrEqual((logits.length + 1) * (1 + 1e-12));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['rising', [-500, 0, 500]],
    ['falling', [500, 0, -500]],
    ['tied at the top', [500, -500, 500]],
  ])('%s logits at temperature 0.001 leave no NaN and split the weight among the largest', (_, logits) => {
    const { weights, summary } = softmax(Float64Array.from(logits), 0.001);
    const top = logits.filter((logit) => logit === 500).length;
    expect(summary.nothing).toBe(0);
    expect(Array.from(weights)).toEqual(logits.map((logit) => (logit === 500 ? 1 / top : 0)));
    expect(summary.effective).toBeCloseTo(top, 9);
  });

  test('equal logits at the null key share the attention over all n + 1 keys', () => {
    const { summary, weights } = softmax(new Float64Array(9), 0.001);
    expect(summary.effective).toBeCloseTo(10, 9);
    expect(summary.nothing).toBeCloseTo(0.1, 12);
    expect(weights[4]).toBeCloseTo(0.1, 12);
  });

  test('adding a constant to every logit, the null key included, changes no ratio between weights', () => {
    // The null key is fixed at logit 0, so it is moved by standing in as one more document.
    fc.assert(
      fc.property(moderate, fc.double({ min: -200, max: 200, noNaN: true }), temperature, (logits, c, t) => {
        const asDocument = (shift: number) => {
          const { weights } = softmax(
            Float64Array.from([0, ...logits], (logit) => logit + shift),
            t,
          );
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          return total > 1e-200 ? Array.from(weights, (weight) => weight / total) : null;
        };
        const expected = naiveSoftmax(logits, t);
        asDocument(c)?.forEach((weight, i) => {
          expect(weight).toBeCloseTo(expected[i]!, 8);
        });
      }),
    );
  });

  test('reversing the logits reverses the weights', () => {
    fc.assert(
      fc.property(extreme, temperature, (logits, t) => {
        const forward = softmax(Float64Array.from(logits), t);
        const backward = softmax(Float64Array.from(logits.toReversed()), t);
        Array.from(backward.weights.toReversed()).forEach((weight, i) => {
          expect(weight).toBeCloseTo(forward.weights[i]!, 12);
        });
        expect(backward.summary.effective).toBeCloseTo(forward.summary.effective, 8);
      }),
    );
  });

  test('a larger logit never gets a smaller weight, at any temperature', () => {
    fc.assert(
      fc.property(extreme, fc.double({ min: 0.001, max: 1000, noNaN: true }), (logits, t) => {
        const { weights } = softmax(Float64Array.from(logits.toSorted((a, b) => a - b)), t);
        for (let i = 1; i < weights.length; i++) expect(weights[i]).toBeGreaterThanOrEqual(weights[i - 1]!);
      }),
    );
  });

  test('lowering the temperature lowers the effective number of keys', () => {
    const logits = Float64Array.of(1, 0.5, 0.2, -1);
    const effective = [20, 5, 1, 0.2, 0.01].map((t) => summarize(logits, t).effective);
    expect(effective).toEqual(effective.toSorted((a, b) => b - a));
    expect(effective[0]).toBeGreaterThan(4.9);
    expect(effective.at(-1)).toBeCloseTo(1, 9);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('temperature %s is refused', (t) => {
    expect(() => summarize(Float64Array.of(1), t)).toThrow(SearchError);
    expect(() => summarize(Float64Array.of(1), t)).toThrow(/Expected temperature to be a number above 0/);
  });
});

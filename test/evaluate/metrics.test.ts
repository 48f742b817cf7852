import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  auroc,
  hitAt,
  mean,
  ndcgAt,
  type Relevance,
  recallAt,
  reciprocalRankAt,
} from '../../lib/evaluate/metrics.ts';

const relevance = (gains: Record<string, number>): Relevance => new Map(Object.entries(gains));

describe('nDCG', () => {
  test('a hand-worked graded ranking has linear gain', () => {
    // listed b (0), a (2), c (1): DCG = 0/log₂2 + 2/log₂3 + 1/log₂4 = 1.26186 + 0.5 = 1.76186
    // best a (2), c (1):         DCG = 2/log₂2 + 1/log₂3           = 2 + 0.63093  = 2.63093
    expect(ndcgAt(['b', 'a', 'c'], relevance({ a: 2, c: 1 }), 10)).toBeCloseTo(1.76186 / 2.63093, 5);
  });

  test('a relevant document below the cut-off counts for nothing, one that is missing lowers the score', () => {
    expect(ndcgAt(['x', 'a'], relevance({ a: 1 }), 1)).toBe(0);
    expect(ndcgAt(['a'], relevance({ a: 1, b: 1 }), 10)).toBeCloseTo(1 / (1 + 1 / Math.log2(3)), 12);
  });

  test('the ideal is cut off too: one relevant document of twenty on top is perfect at 1', () => {
    const many = relevance(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`d${i}`, 1])));
    expect(ndcgAt(['d7'], many, 1)).toBe(1);
  });

  test('judged and not relevant (0, or negative as in some TREC files) gains nothing', () => {
    expect(ndcgAt(['a', 'b'], relevance({ a: -1, b: 1 }), 10)).toBeCloseTo(1 / Math.log2(3), 12);
    expect(ndcgAt(['a'], relevance({ a: 0 }), 10)).toBe(0);
  });

  test('it stays in [0, 1] and is 1 for the best order', () => {
    const gains = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({ min: 0, max: 1 }));
    const order = fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e', 'f']);
    fc.assert(
      fc.property(gains, order, fc.integer({ min: 1, max: 6 }), (judged, ranking, k) => {
        const value = ndcgAt(ranking, relevance(judged), k);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1 + 1e-12);
        const best = Object.keys(judged).sort((x, y) => judged[y]! - judged[x]!);
        const any = Object.values(judged).some((gain) => gain > 0);
        expect(ndcgAt(best, relevance(judged), k)).toBeCloseTo(any ? 1 : 0, 12);
      }),
    );
  });

  test('an id listed twice is refused: it would be counted twice', () => {
    expect(() => ndcgAt(['a', 'a'], relevance({ a: 1 }), 10)).toThrow(/"a" twice/);
  });

  test('a cut-off that is not a positive whole number is refused', () => {
    for (const k of [0, -1, 1.5, Number.NaN]) expect(() => ndcgAt([], relevance({}), k)).toThrow(/k to be/);
  });
});

test('recall is the share of all relevant documents among the first k', () => {
  const judged = relevance({ a: 1, b: 2, c: 1, d: 0 });
  expect(recallAt(['a', 'x', 'b', 'd'], judged, 3)).toBeCloseTo(2 / 3, 12);
  expect(recallAt(['a', 'x', 'b'], judged, 2)).toBeCloseTo(1 / 3, 12);
  expect(recallAt(['a'], relevance({}), 10)).toBe(0);
});

test('the reciprocal rank is that of the first relevant document, 0 beyond the cut-off', () => {
  expect(reciprocalRankAt(['x', 'y', 'a', 'b'], relevance({ a: 1, b: 1 }), 10)).toBeCloseTo(1 / 3, 12);
  expect(reciprocalRankAt(['x', 'y', 'a'], relevance({ a: 1 }), 2)).toBe(0);
});

test('a hit is any relevant document among the first k', () => {
  expect(hitAt(['x', 'y', 'a'], relevance({ a: 1 }), 3)).toBe(1);
  expect(hitAt(['x', 'y', 'z', 'a'], relevance({ a: 1 }), 3)).toBe(0);
});

describe('AUROC', () => {
  test('a hand-worked case with a tie across the sides', () => {
    // pairs (2,1) won, (2,2) tied, (3,1) won, (3,2) won: (3 + ½) / 4
    expect(auroc([2, 3], [1, 2])).toBe(0.875);
  });

  test('it is 1 for perfect order, 0 for reversed, and ½ when all scores are equal', () => {
    expect(auroc([3, 4], [1, 2])).toBe(1);
    expect(auroc([1, 2], [3, 4])).toBe(0);
    expect(auroc([7, 7, 7], [7, 7])).toBe(0.5);
  });

  test('without positives or without negatives it is null', () => {
    expect(auroc([], [1])).toBeNull();
    expect(auroc([1], [])).toBeNull();
  });

  test('it equals the share of pairs won, ties by half, whatever the scores', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        let won = 0;
        for (const p of positives) for (const n of negatives) won += p > n ? 1 : p === n ? 0.5 : 0;
        expect(auroc(positives, negatives)).toBeCloseTo(won / (positives.length * negatives.length), 12);
      }),
    );
  });
});

test('the mean of nothing is null, not NaN', () => {
  expect(mean([])).toBeNull();
  expect(mean([1, 2, 6])).toBe(3);
});

test('AUROC refuses NaN, which has no rank', () => {
  expect(() => auroc([1, Number.NaN], [0])).toThrow('Expected scores to be numbers, got NaN.');
});

import { describe, expect, test } from 'vitest';
import type { JudgedQuery } from '../../lib/evaluate/beir.ts';
import {
  type CalibrationSet,
  crossValidate,
  fitHead,
  fitLikelihood,
  rankingFitter,
} from '../../lib/evaluate/calibrate.ts';
import { fitAttention, type JudgedScores } from '../../lib/evaluate/fit.ts';
import { ndcgAt } from '../../lib/evaluate/metrics.ts';
import { bestRatios, RATIOS, ratioGrid, ratioQuality } from '../../lib/evaluate/ratios.ts';
import { seededRandom } from '../../lib/math/random.ts';

/** Queries whose first head is informative, by as much as `trust`, and whose second is mostly noise. */
function makeSet(name: string, seed: number, trust: number, collection = name): CalibrationSet {
  const random = seededRandom(seed);
  const ids = Array.from({ length: 120 }, (_, i) => `d${i}`);
  const noise = () => Float64Array.from(ids, () => random());
  const onTopic = Array.from({ length: 25 }, (_, q) => {
    const relevance = new Map([
      [`d${q}`, 1],
      [`d${q + 40}`, 2],
    ]);
    const [knows, guesses] = [noise(), noise()];
    for (const id of relevance.keys()) {
      const i = ids.indexOf(id);
      knows[i] = knows[i]! + trust;
      guesses[i] = guesses[i]! + 0.3;
    }
    const query: JudgedQuery = { id: `q${q}`, text: 'q', relevance, kind: null, language: null, answers: [] };
    return { query, scores: [knows, guesses], explained: 0.1 + 0.4 * random(), doubt: 0 };
  });
  const offTopic = Array.from({ length: 10 }, () => ({
    scores: [noise(), noise()],
    explained: 0.3 * random(),
    doubt: 0,
  }));
  return { name, collection, ids, onTopic, offTopic };
}

interface Parameters {
  readonly a: readonly number[];
  readonly b: number;
  readonly beta: number;
  readonly slope: number;
}

/** The loss that a fit minimises, written out; without scaling where `slope` is NaN. */
function lossOf(queries: readonly JudgedScores[], { a, b, beta, slope }: Parameters): number {
  let sum = 0;
  let total = 0;
  for (const { scores, explained, relevant, weight } of queries) {
    const documents = scores[0]!.length;
    const breadth = Math.min(0.4, explained);
    const sharpness = Number.isNaN(slope) ? 1 : Math.log(documents + 10) * Math.exp(slope * breadth);
    const logits = Array.from({ length: documents }, (_, i) =>
      scores.reduce(
        (logit, of, h) => logit + sharpness * a[h]! * of[i]!,
        b + beta * breadth - Math.log(documents),
      ),
    );
    const partition = Math.log(1 + logits.reduce((exps, logit) => exps + Math.exp(logit), 0));
    const own = relevant.map((i) => partition - logits[i]!);
    sum += weight * (relevant.length === 0 ? partition : own.reduce((x, y) => x + y, 0) / relevant.length);
    total += weight;
  }
  return sum / total;
}

describe('maximum likelihood', () => {
  const set = makeSet('one', 1, 0.6);
  const queries: JudgedScores[] = [
    ...set.onTopic.map(({ query, ...scored }) => ({
      ...scored,
      relevant: [...query.relevance.keys()].map((id) => set.ids.indexOf(id)),
      weight: 2,
    })),
    ...set.offTopic.map((scored) => ({ ...scored, relevant: [], weight: 1 })),
  ];

  test.each([false, true])('no step away from the fit has a smaller loss (scaled: %s)', (scaled) => {
    const { coefficients, bias, explained, loss } = fitAttention(queries, 2, { scaled });
    const [one = 0, two = 0] = coefficients;
    if (!scaled) expect(explained).toEqual({ bias: 0, sharpness: 0 });
    const slope = scaled ? explained.sharpness : Number.NaN;
    const at = ([da = 0, db = 0, dc = 0, dd = 0, de = 0]: readonly number[]) =>
      lossOf(queries, {
        a: [one + da, two + db],
        b: bias + dc,
        beta: explained.bias + dd,
        slope: slope + de,
      });
    expect(loss).toBeCloseTo(at([]), 9);
    for (let p = 0; p < (scaled ? 5 : 3); p++) {
      for (const step of [0.05, -0.05]) {
        expect(at(Array.from({ length: 5 }, (_, q) => (q === p ? step : 0)))).toBeGreaterThan(loss);
      }
    }
  });

  test('a head whose coefficient would be negative is held at its lower bound', () => {
    const inverted = queries.map(({ scores, ...rest }) => ({
      ...rest,
      scores: [scores[0]!, scores[0]!.map((score) => -score)],
    }));
    expect(fitAttention(inverted, 2, { least: [0, 0.25] }).coefficients[1]).toBe(0.25);
  });
});

describe('ratios', () => {
  test('the grid has every combination once, the anchor always 1', () => {
    const grid = ratioGrid(3, 1);
    expect(grid).toHaveLength(RATIOS.length ** 2);
    expect(new Set(grid.map((ratios) => ratios.join())).size).toBe(grid.length);
    expect(grid.every(([, anchor]) => anchor === 1)).toBe(true);
  });

  test('the quality of a combination is the nDCG@10 of all documents sorted by it', () => {
    const set = makeSet('one', 2, 0.6);
    const grid = ratioGrid(2, 0);
    const { alone, blended } = ratioQuality(set, grid, 0);
    const oracle = (ratios: ArrayLike<number>) => {
      const gains = set.onTopic.map(({ query, scores }) => {
        const sum = (i: number) => scores.reduce((total, of, h) => total + ratios[h]! * of[i]!, 0);
        const order = Array.from(set.ids.keys()).sort((a, b) => sum(b) - sum(a));
        return ndcgAt(
          order.map((i) => set.ids[i]!),
          query.relevance,
          10,
        );
      });
      return gains.reduce((a, b) => a + b, 0) / gains.length;
    };
    expect(alone).toBeCloseTo(oracle([1, 0]), 9);
    grid.forEach((ratios, g) => {
      expect(blended[g]).toBeCloseTo(oracle(ratios), 9);
    });
  });

  test('what one set loses counts more than what another gains', () => {
    const grid = ratioGrid(2, 0);
    const rising = { alone: 0.5, blended: Float64Array.from(grid, (_, g) => 0.5 + 0.01 * g) };
    const falling = {
      alone: 0.5,
      blended: Float64Array.from(grid, (_, g) => 0.5 - 0.005 * Math.max(0, g - 4)),
    };
    expect(bestRatios(grid, [rising])[1]).toBe(RATIOS.at(-1));
    expect(bestRatios(grid, [rising, rising, falling])[1]).toBe(RATIOS.at(-1));
    expect(bestRatios(grid, [rising, falling])[1]).toBeLessThanOrEqual(RATIOS[5]!);
  });

  test('a lucky combination among bad ones is not chosen', () => {
    const grid = ratioGrid(2, 0);
    const blended = Float64Array.from(grid, (_, g) => (g === 1 ? 0.62 : g < 4 ? 0.4 : 0.6));
    expect(bestRatios(grid, [{ alone: 0.5, blended }])[1]).toBeGreaterThan(RATIOS[3]!);
  });

  test('of equally good combinations the mean is chosen', () => {
    const grid = ratioGrid(2, 0);
    const mean = RATIOS.reduce((sum, ratio) => sum + ratio, 0) / RATIOS.length;
    const level = Float64Array.from(grid, (_, g) => (g === 0 ? 0.6001 : 0.6));
    expect(bestRatios(grid, [{ alone: 0.5, blended: level }])[1]).toBeCloseTo(mean, 12);
  });
});

describe('a fit for ranking', () => {
  const sets = [makeSet('one', 3, 0.6), makeSet('two', 4, 0.5), makeSet('three', 5, 0.7)];

  test('keeps the best ratios and gives them one scale', () => {
    const { coefficients } = rankingFitter(sets, 2, 0)(sets);
    const grid = ratioGrid(2, 0);
    const ratios = bestRatios(
      grid,
      sets.map((set) => ratioQuality(set, grid, 0)),
    );
    expect(coefficients[0]).toBeGreaterThan(1);
    expect(coefficients[1]! / coefficients[0]!).toBeCloseTo(ratios[1]!, 12);
  });

  test('of one head ignores the others, and has its own scale and bias', () => {
    const { coefficients, bias, explained } = fitHead(sets, 1);
    expect(coefficients[0]).toBe(0);
    const alone = sets.map((set) => ({
      ...set,
      onTopic: set.onTopic.map((query) => ({ ...query, scores: query.scores.slice(1) })),
      offTopic: set.offTopic.map((query) => ({ ...query, scores: query.scores.slice(1) })),
    }));
    const same = fitHead(alone, 0);
    expect([coefficients[1], bias, explained]).toEqual([same.coefficients[0], same.bias, same.explained]);
    expect(fitHead(sets, 0).coefficients[0]).toBeGreaterThan(coefficients[1]!); // the informative one
  });

  test('is deterministic to the last bit', () => {
    const once = rankingFitter(sets, 2, 0)(sets);
    expect(rankingFitter(sets, 2, 0)(sets)).toEqual(once);
  });

  test('leaving a collection out leaves all its sets out', () => {
    const seen: string[][] = [];
    const all = [...sets, makeSet('one, untitled', 6, 0.6, 'one')];
    const held = crossValidate(all, (chosen) => {
      seen.push(chosen.map(({ name }) => name));
      return fitLikelihood(chosen, [0, 0]);
    });
    expect(held.map(({ name }) => name)).toEqual(['one', 'two', 'three', 'one, untitled']);
    expect(seen).toEqual([
      ['two', 'three'],
      ['one', 'three', 'one, untitled'],
      ['one', 'two', 'one, untitled'],
      ['two', 'three'],
    ]);
  });
});

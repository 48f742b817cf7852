import { expect, test } from 'vitest';
import { type Feedback, feedbackOf, feedbackParts, sourcesOf } from '../../lib/attention/feedback.ts';
import { largestCosines } from '../../lib/attention/scores.ts';
import { seededRandom } from '../../lib/math/random.ts';
import { quantize } from '../../lib/math/vector.ts';
import { keyMatrix } from '../support/keys.ts';

const DIMENSION = 24;
const DOCUMENTS = 40;
const random = seededRandom(7);
/** Documents 0 … 39 with one or two passages each. */
const offsets = Int32Array.from({ length: DOCUMENTS + 1 }, (_, i) => i + Math.floor(i / 3));
const rows = Array.from({ length: offsets.at(-1) ?? 0 }, () =>
  Array.from({ length: DIMENSION }, () => random() - 0.5),
);
const keys = new Int8Array(rows.length * DIMENSION);
rows.forEach((row, i) => {
  quantize(row, keys, i * DIMENSION);
});
const passages = { passageKeys: keyMatrix(keys, DIMENSION), passageOffsets: offsets };
const values = new Int8Array(DIMENSION);
const query = {
  inverseNorm: quantize(
    Array.from({ length: DIMENSION }, () => random() - 0.5),
    values,
  ),
  values,
};
const logits = Float64Array.from({ length: DOCUMENTS }, () => 4 * random() - 3);
const feedbackScores = ({ vector }: Feedback) => largestCosines(vector, passages.passageKeys, offsets);
const unit = (row: number) => {
  const key = keys.subarray(row * DIMENSION, (row + 1) * DIMENSION);
  return Array.from(key, (value) => value / Math.hypot(...key));
};
const dot = (a: readonly number[], b: ArrayLike<number>) =>
  a.reduce((sum, value, j) => sum + value * b[j]!, 0);

test('the feedback is Σ p · v over the ten largest logits, p their softmax at 0.4, v the passage nearest to the query', () => {
  const feedback = feedbackOf(sourcesOf(logits, -4), query, passages);
  const order = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]!).slice(0, 10);
  const exps = order.map((i) => Math.exp(logits[i]! / 0.4));
  const total = exps.reduce((sum, e) => sum + e, 0);
  const output = new Array<number>(DIMENSION).fill(0);
  order.forEach((i, rank) => {
    const own = Array.from({ length: offsets[i + 1]! - offsets[i]! }, (_, k) => unit(offsets[i]! + k));
    const nearest = own.sort((a, b) => dot(b, values) - dot(a, values))[0]!;
    nearest.forEach((value, j) => {
      output[j] = output[j]! + (exps[rank]! / total) * value;
    });
  });
  expect(feedback.sources.map(({ index }) => index)).toEqual(order);
  feedback.sources.forEach(({ share }, rank) => {
    expect(share).toBeCloseTo(exps[rank]! / total, 12);
  });
  const scores = feedbackScores(feedback);
  scores.forEach((score, i) => {
    const best = Math.max(
      ...Array.from({ length: offsets[i + 1]! - offsets[i]! }, (_, k) => dot(output, unit(offsets[i]! + k))),
    );
    expect(score).toBeCloseTo(best, 2); // the output is rounded to int8
  });
});

test('a score has one part for each source, and the parts sum to it', () => {
  const feedback = feedbackOf(sourcesOf(logits, -4), query, passages);
  const scores = feedbackScores(feedback);
  for (const document of [0, 1, 3, 4]) {
    const parts = feedbackParts(feedback, query, passages, offsets[document]!);
    expect(parts).toHaveLength(feedback.sources.length);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(scores[document]!, 2);
  }
});

test('sources that disagree give a short output, and lower feedback scores', () => {
  const even = new Float64Array(DOCUMENTS).fill(1);
  const one = Float64Array.from(even, (_, i) => (i === 5 ? 30 : 1));
  const most = (of: Float64Array) =>
    Math.max(...feedbackScores(feedbackOf(sourcesOf(of, 0), query, passages)));
  expect(most(one)).toBeCloseTo(1, 2);
  expect(most(even)).toBeLessThan(0.75);
});

test('documents that are at the bias or masked are no sources; without sources there is no feedback', () => {
  const few = new Float64Array(DOCUMENTS).fill(-3);
  few[7] = -1;
  few[9] = Number.NEGATIVE_INFINITY;
  expect(sourcesOf(few, -3)).toEqual([{ index: 7, share: 1 }]);
  const none = feedbackOf(sourcesOf(new Float64Array(DOCUMENTS).fill(-3), -3), query, passages);
  expect(none.sources).toEqual([]);
  expect([...feedbackScores(none)]).toEqual(new Array(DOCUMENTS).fill(0));
});

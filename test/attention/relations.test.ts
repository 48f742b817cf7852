import { expect, test } from 'vitest';
import { neighbourhoods, type Relations } from '../../lib/attention/relations.ts';

/** Pairs (0 1), (2 3), … that attend to each other, and a little to the pair that `also` names. */
function pairs(also: readonly number[]): Relations {
  const documents = 2 * also.length;
  const targets = Array.from({ length: documents }, (_, i) => [i ^ 1, 2 * also[i >> 1]!]).flat();
  return {
    offsets: Int32Array.from({ length: documents + 1 }, (_, i) => 2 * i),
    targets: Int32Array.from(targets),
    weights: Float64Array.from(targets, (_, m) => (m % 2 === 0 ? 0.5 : 0.01)),
    logits: new Float64Array(2 * documents),
    scores: {},
    nothing: new Float64Array(documents).fill(0.3),
    remainder: new Float64Array(documents).fill(0.19),
  };
}

function run<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Each pair attends to the next one, the last to the first. */
const CIRCLE = [1, 2, 3, 4, 5, 0];

test('documents that attend to each other form a neighbourhood', () => {
  const found = run(neighbourhoods(pairs(CIRCLE), 10));
  expect(found.map(({ members }) => members.toSorted())).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
    [6, 7],
    [8, 9],
    [10, 11],
  ]);
  // The mean of what both of a pair give: 0.5 to each other, 0.01 to the next pair.
  expect(found[0]!.weights[0]).toBeCloseTo(0.5, 12);
  expect(found[0]!.weights[1]).toBeCloseTo(0.01, 12);
  expect(found[0]).toMatchObject({ nothing: 0.3, remainder: 0.19 });
});

test('if there are too many neighbourhoods, the smallest join those they share most attention with', () => {
  // Pairs 1 and 2 attend to pair 0 and it to pair 1; pairs 4 and 5 to pair 3 and it to pair 4.
  const found = run(neighbourhoods(pairs([1, 0, 0, 4, 3, 3]), 2));
  expect(found.map(({ members }) => members.toSorted((a, b) => a - b))).toEqual([
    [0, 1, 2, 3, 4, 5],
    [6, 7, 8, 9, 10, 11],
  ]);
});

test('a neighbourhood that shares nothing with others still joins one', () => {
  const found = run(neighbourhoods(pairs([0, 1, 2, 3]), 3));
  expect(found).toHaveLength(3);
  expect(found.flatMap(({ members }) => members).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('the first document of a neighbourhood is the one that receives most weight within it', () => {
  const [{ members } = { members: [] }] = run(neighbourhoods(pairs([0]), 10));
  expect(members).toEqual([0, 1]);
  const star = pairs([0]);
  star.weights.set([0.1, 0, 0.5, 0]);
  star.targets.set([1, 1, 0, 0]);
  expect(run(neighbourhoods(star, 10))[0]!.members[0]).toBe(0);
  star.weights.set([0.5, 0, 0.1, 0]);
  expect(run(neighbourhoods(star, 10))[0]!.members[0]).toBe(1);
});

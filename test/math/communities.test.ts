import fc from 'fast-check';
import { expect, test } from 'vitest';
import { communities, type Graph, undirected } from '../../lib/math/communities.ts';

type Edge = readonly [from: number, to: number, weight: number];

function graphOf(nodes: number, edges: readonly Edge[]): Graph {
  const rows = Array.from({ length: nodes }, (_, i) => edges.filter(([from]) => from === i));
  const offsets = new Int32Array(nodes + 1);
  rows.forEach((row, i) => {
    offsets[i + 1] = offsets[i]! + row.length;
  });
  return {
    offsets,
    targets: Int32Array.from(rows.flat(), ([, to]) => to),
    weights: Float64Array.from(rows.flat(), ([, , weight]) => weight),
  };
}

function run<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

const found = (nodes: number, edges: readonly Edge[]) => [
  ...run(communities(undirected(graphOf(nodes, edges)))),
];

/** Q straight from the formula, over a dense matrix. */
function naiveModularity(nodes: number, edges: readonly Edge[], of: readonly number[]): number {
  const a = Array.from({ length: nodes }, () => new Array<number>(nodes).fill(0));
  for (const [i, j, weight] of edges) {
    a[i]![j] = a[i]![j]! + weight;
    a[j]![i] = a[j]![i]! + weight;
  }
  const degree = a.map((row) => row.reduce((x, y) => x + y, 0));
  const all = degree.reduce((x, y) => x + y, 0);
  let q = 0;
  for (let i = 0; i < nodes; i++)
    for (let j = 0; j < nodes; j++)
      if (of[i] === of[j]) q += a[i]![j]! / all - (degree[i]! * degree[j]!) / all ** 2;
  return q;
}

/** Cliques of four nodes, each joined to the next by one weak edge. */
function ring(cliques: number): Edge[] {
  return Array.from({ length: cliques }, (_, c): Edge[] => {
    const [a, b, d, e] = [4 * c, 4 * c + 1, 4 * c + 2, 4 * c + 3];
    return [
      [a, b, 1],
      [a, d, 1],
      [a, e, 1],
      [b, d, 1],
      [b, e, 1],
      [d, e, 1],
      [e, (4 * c + 4) % (4 * cliques), 0.1],
    ];
  }).flat();
}

const EDGES = fc
  .array(fc.tuple(fc.nat(11), fc.nat(11), fc.double({ min: 0.01, max: 1, noNaN: true })), { maxLength: 40 })
  .map((edges) => edges.filter(([from, to]) => from !== to));

test('cliques in a ring are its communities, numbered in the order of their first nodes', () => {
  expect(found(20, ring(5))).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4]);
});

test('the modularity of two cliques and a weak edge is what the formula gives', () => {
  // Two cliques of 6 edges and 2 weak edges of 0.1: Q = 2 (6 / 6.1 / 2 − 1 / 4) ≈ 0.4836.
  const edges = ring(2);
  expect(naiveModularity(8, edges, found(8, edges))).toBeCloseTo(12 / 12.2 - 0.5, 9);
});

test('a node without edges stays by itself', () => {
  expect(found(3, [])).toEqual([0, 1, 2]);
  expect(found(0, [])).toEqual([]);
  expect(found(4, [[0, 2, 1]])).toEqual([0, 1, 0, 2]);
});

test('an edge counts the same in either direction', () => {
  const edges = ring(4);
  expect(
    found(
      16,
      edges.map(([from, to, weight]) => [to, from, weight]),
    ),
  ).toEqual(found(16, edges));
});

test('communities are never worse than every node by itself, nor than all in one', () => {
  fc.assert(
    fc.property(EDGES, (edges) => {
      fc.pre(edges.length > 0);
      const of = found(12, edges);
      const q = naiveModularity(12, edges, of);
      const alone = Array.from({ length: 12 }, (_, i) => i);
      expect(q).toBeGreaterThanOrEqual(naiveModularity(12, edges, alone) - 1e-9);
      expect(q).toBeGreaterThanOrEqual(-1e-9);
      expect([...new Set(of)]).toEqual(Array.from({ length: new Set(of).size }, (_, i) => i));
    }),
  );
});

test('scaling all weights gives communities of the same modularity', () => {
  fc.assert(
    fc.property(EDGES, fc.constantFrom(1e-9, 4, 1024), (edges, factor) => {
      const scaled = edges.map(([from, to, weight]): Edge => [from, to, weight * factor]);
      const [q, scaledQ] = [edges, scaled].map((some) => naiveModularity(12, edges, found(12, some)));
      if (edges.length > 0) expect(scaledQ).toBeCloseTo(q!, 6);
    }),
  );
});

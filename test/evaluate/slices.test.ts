import { expect, test } from 'vitest';
import type { Collection } from '../../lib/evaluate/beir.ts';
import { slices } from '../../lib/evaluate/slices.ts';

const collection: Collection = {
  name: 'made',
  documents: Array.from({ length: 300 }, (_, i) => ({
    ...{ uri: `d${i}`, title: `Document ${i}`, content: 'text', format: 'text' as const },
  })),
  queries: Array.from({ length: 60 }, (_, i) => ({
    ...{ id: `q${i}`, text: `query ${i}`, kind: null, language: null, answers: [] },
    relevance: new Map([
      [`d${i}`, 1],
      [`d${299 - i}`, 1],
    ]),
  })),
  unanswerable: [],
  warnings: [],
};

test('a slice has the given number of documents, and the queries whose relevant documents are all in it', () => {
  const made = slices(collection, 100, 3);
  expect(made.map(({ name }) => name)).toEqual(['made 1', 'made 2', 'made 3']);
  for (const { documents, queries } of made) {
    const uris = new Set(documents.map(({ uri }) => uri));
    expect(uris.size).toBe(100);
    expect(queries.length).toBeGreaterThanOrEqual(25);
    for (const { relevance } of queries) for (const id of relevance.keys()) expect(uris.has(id)).toBe(true);
    const inside = collection.queries.filter(({ relevance }) =>
      [...relevance.keys()].every((id) => uris.has(id)),
    );
    expect(queries).toEqual(inside);
  }
});

test('slices differ from each other, and are the same for the same seed', () => {
  const [first, second] = slices(collection, 100, 2, 7);
  expect(first?.documents).not.toEqual(second?.documents);
  expect(slices(collection, 100, 2, 7)).toEqual([first, second]);
  expect(slices(collection, 100, 1, 8)[0]?.documents).not.toEqual(first?.documents);
});

test('a collection no larger than a slice is its own slice', () => {
  expect(slices(collection, 300, 3)).toEqual([collection]);
});

test('a query with a relevant document that the corpus lacks is in no slice, and uses up no place in it', () => {
  const lacking = collection.queries.map((query, i) =>
    i % 2 === 0 ? query : { ...query, relevance: new Map([...query.relevance, ['gone', 1]]) },
  );
  for (const { documents, queries } of slices({ ...collection, queries: lacking }, 100, 3)) {
    expect(documents).toHaveLength(100);
    expect(queries.length).toBeGreaterThan(0);
    for (const { relevance } of queries) expect(relevance.has('gone')).toBe(false);
  }
});

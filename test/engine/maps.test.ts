import { afterEach, beforeEach, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { attentionMap, MAP_LIMITS } from '../../lib/maps.ts';
import { NOTES, textDocument } from '../support/corpus.ts';

let engine: Engine;
beforeEach(async () => {
  engine = Engine.open();
  await engine.index(NOTES);
});
afterEach(() => engine.close());

const QUERIES = Array.from({ length: MAP_LIMITS.queries }, (_, i) => NOTES[i % NOTES.length]?.title ?? '');

test('the event loop goes round between two queries of a map', async () => {
  let rounds = 0;
  let isOver = false;
  const goRound = () => {
    rounds++;
    if (!isOver) setImmediate(goRound);
  };
  setImmediate(goRound);
  await attentionMap(engine, QUERIES);
  isOver = true;
  expect(rounds).toBeGreaterThanOrEqual(QUERIES.length - 1);
});

test.each([
  [1, 2],
  [60, 4],
])('an index that changes %i times meanwhile is seen in one state', async (changes, attempts) => {
  let asked = 0;
  const attend = engine.attend.bind(engine);
  engine.attend = (text, options) => {
    // As another connection would, between the first query and the second, the second and the third …
    if (asked > 0 && asked <= changes) {
      engine.store.transaction(() => {
        engine.store.sql('UPDATE documents SET date = ? WHERE id = 1').run(String(asked));
      });
    }
    asked++;
    return attend(text, options);
  };
  const { documents, queries } = await attentionMap(engine, QUERIES);
  expect(asked).toBe(attempts * QUERIES.length);
  for (const { weights, nothing, remainder } of queries) {
    expect(weights.length).toBe(documents.length);
    expect(weights.reduce((sum, weight) => sum + weight, nothing + remainder)).toBeCloseTo(1, 6);
  }
});

test('is what each query attends to by itself', async () => {
  await engine.index([textDocument('Another', 'One more note.')]);
  const { documents, queries } = await attentionMap(engine, ['softmax', 'kimchi']);
  for (const { text, weights } of queries) {
    const { results } = engine.search(text, { limit: 100 });
    const found = new Map(results.map(({ id, weight }) => [id, weight]));
    expect(weights).toEqual(documents.map(({ id }) => found.get(id)));
  }
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { attentionMap, MAP_LIMITS, wordMap } from '../../lib/explain/maps.ts';
import { dot } from '../../lib/math/vector.ts';
import { NOTES, textDocument } from '../support/corpus.ts';
import { countRounds } from '../support/rounds.ts';

let engine: Engine;
beforeEach(async () => {
  engine = Engine.open();
  await engine.index(NOTES);
});
afterEach(() => engine.close());

const QUERIES = Array.from({ length: MAP_LIMITS.queries }, (_, i) => NOTES[i % NOTES.length]?.title ?? '');

test('the event loop runs between two queries of a map', async () => {
  const loop = countRounds();
  await attentionMap(engine, QUERIES);
  loop.stop();
  expect(loop.count()).toBeGreaterThanOrEqual(QUERIES.length - 1);
});

test('maps are made one after another, as each holds all its records until it is done', async () => {
  const asked: string[] = [];
  const { attend } = engine;
  vi.spyOn(engine, 'attend').mockImplementation((text, options) => {
    asked.push(text);
    return attend.call(engine, text, options);
  });
  const maps = await Promise.allSettled([
    attentionMap(engine, ['softmax'], { limit: 0 }),
    attentionMap(engine, ['a1', 'a2', 'a3']),
    attentionMap(engine, ['b1', 'b2']),
  ]);
  expect(maps.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(asked.join(' ')).toBe('softmax a1 a2 a3 b1 b2');
});

test.each([1, 60])('an index that changes %i times meanwhile is seen in one state', async (changes) => {
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
  expect(asked).toBe(2 * QUERIES.length);
  for (const { weights, nothing, remainder } of queries) {
    expect(weights.length).toBe(documents.length);
    expect(weights.reduce((sum, weight) => sum + weight, nothing + remainder)).toBeCloseTo(1, 6);
  }
});

test('a map has the weights that each query has by itself', async () => {
  await engine.index([textDocument('Another', 'One more note.')]);
  const { documents, queries } = await attentionMap(engine, ['softmax', 'kimchi']);
  for (const { text, weights } of queries) {
    const { results } = engine.search(text, { limit: 100 });
    const found = new Map(results.map(({ id, weight }) => [id, weight]));
    expect(weights).toEqual(documents.map(({ id }) => found.get(id)));
  }
});

test('a word with a repeated term is embedded with its counts: 하나하나를 is 하나 twice and 나하 once', async () => {
  await engine.index([
    textDocument('하나하나', '하나하나 센다. 하나 더.'),
    textDocument('하나', '하나 나하 둘.'),
  ]);
  const { terms, embedder } = engine.arrays();
  const embed = (list: readonly string[], counts: readonly number[]) =>
    embedder!.embed({ ids: list.map((term) => terms.get(term) ?? -1), counts }).vector.slice();
  const expected = dot(embed(['하나', '나하'], [2, 1]), embed(['하나'], [1]));
  const { id } = engine.search('하나').results.find(({ title }) => title === '하나')!;
  const { rows, columns, cosines } = wordMap(engine, '하나하나를', id);
  expect(rows).toEqual(['하나하나를']);
  expect(cosines[0]![columns.indexOf('하나')]).toBeCloseTo(expected, 6);
});

test('a word that no document has takes the direction of the word it was read as', async () => {
  const other = Engine.open();
  await other.index([
    textDocument('Night', 'sleep at night'),
    textDocument('Day', 'work by day'),
    textDocument('Tea', 'green tea'),
  ]);
  const { id } = other.search('sleep').results[0]!;
  const { rows, columns, cosines } = wordMap(other, 'slumber', id);
  expect(rows).toEqual(['slumber']);
  expect(cosines[0]![columns.indexOf('sleep')]).toBeCloseTo(1, 5);
  other.close();
});

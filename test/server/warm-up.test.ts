import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { warmUp } from '../../server/warm-up.ts';
import { serve } from '../support/server.ts';

let engine: Engine;
beforeEach(async () => {
  engine = Engine.open();
  const titles = ['Softmax', 'Sourdough', '어텐션이란', '', `a${'\u{1f35e}'.repeat(80)}`, 'a & b = c?'];
  await engine.index(
    titles.map((title, i) => ({ uri: `${i}`, title, content: `${title} rises slowly.`, format: 'text' })),
  );
});
afterEach(() => engine.close());

test('titles of every kind are searched for, again and again, until the time is up', async () => {
  const started = performance.now();
  let turns = 0;
  const isOver = () => ++turns > 40;
  expect(await warmUp(engine, { isOver, most: 60_000 })).toBe(40);
  const answered = await warmUp(engine, { most: 100 });
  expect(answered).toBeGreaterThan(0);
  expect(performance.now() - started).toBeLessThan(20_000);
});

test('the searches for the start page are spread over turns of the event loop', async () => {
  const titles = [
    'Pruning old roses',
    'Sowing tomatoes indoors',
    'Making leaf compost',
    '퀵 정렬',
    '페이지 교체',
  ];
  const own = Engine.open();
  await own.index(
    titles.map((title) => ({ uri: title, title, content: `${title}: how it is done.`, format: 'text' })),
  );
  const search = own.search.bind(own);
  let asked = 0;
  let most = 0;
  vi.spyOn(own, 'search').mockImplementation((...given) => {
    const until = performance.now() + 16;
    while (performance.now() < until);
    most = Math.max(most, ++asked);
    return search(...given);
  });
  let isOver = false;
  const turn = () => {
    asked = 0;
    if (!isOver) setImmediate(turn);
  };
  turn();
  let questions = 0;
  await warmUp(own, { isOver: () => ++questions > 12, most: 60_000 });
  isOver = true;
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(2);
  own.close();
});

test('in an empty library nothing is searched for', async () => {
  const empty = Engine.open();
  expect(await warmUp(empty, { most: 60_000 })).toBe(0);
  empty.close();
});

test('warm-up ends when the index is closed', async () => {
  setTimeout(() => engine.close(), 50);
  await warmUp(engine, { most: 60_000 });
  expect(engine.isReady).toBe(false);
});

test('a request during warm-up is answered before it ends, and is the only one in the metrics and the log', async () => {
  const lines: string[] = [];
  const server = await serve(engine, () => {}, { onRequest: (line) => lines.push(line) });
  let isOver = false;
  const warm = warmUp(engine, { isOver: () => isOver, most: 60_000 });
  const { status } = await server.ask('/api/search?q=softmax');
  isOver = true;
  expect(status).toBe(200);
  expect(await warm).toBeGreaterThan(0);
  const { text } = await server.ask('/metrics');
  const counted = text.match(/^qkv_request_duration_seconds_count.*$/gm);
  expect(counted).toEqual(['qkv_request_duration_seconds_count{route="/api/search",status="200"} 1']);
  expect(lines.map((line) => JSON.parse(line).path)).toEqual(['/api/search', '/metrics']);
  await server.close();
});

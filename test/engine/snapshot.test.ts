import { afterEach, beforeEach, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { responding } from '../../lib/search.ts';
import { onOneSnapshot } from '../../lib/snapshot.ts';
import { NOTES, textDocument } from '../support/corpus.ts';
import { countRounds } from '../support/rounds.ts';

let engine: Engine;
beforeEach(async () => {
  engine = Engine.open();
  await engine.index(NOTES);
});
afterEach(() => engine.close());

/** Longer than others should have to wait. */
function work(): void {
  for (const end = performance.now() + 20; performance.now() < end; );
}

/** How often the event loop goes round until something is done. */
async function roundsOf(done: Promise<unknown>): Promise<number> {
  const loop = countRounds();
  await done;
  loop.stop();
  return loop.count();
}

test('the event loop runs while an answer is written', async () => {
  const rounds = await roundsOf(
    onOneSnapshot(engine, function* () {
      for (let i = 0; i < 5; i++) {
        work();
        yield;
      }
    }),
  );
  expect(rounds).toBeGreaterThanOrEqual(5);
});

test('simultaneous answers share no round of the event loop, and are written one after another', async () => {
  const order: string[] = [];
  const one = (name: string) =>
    onOneSnapshot(engine, function* () {
      for (let i = 0; i < 2; i++) {
        order.push(name);
        work();
        yield;
      }
    });
  expect(await roundsOf(Promise.all(['a', 'b', 'c'].map(one)))).toBeGreaterThanOrEqual(6);
  expect(order.join('')).toBe('aabbcc');
});

test('an answer is of one state: if the index changes in a pause, it is written again from the start', async () => {
  const { length } = NOTES;
  let begun = 0;
  const counts = onOneSnapshot(engine, function* () {
    const isFirst = begun++ === 0;
    const before = engine.arrays().ids.length;
    for (let i = 0; isFirst && i < 100; i++) {
      work();
      yield;
    }
    return [before, engine.arrays().ids.length];
  });
  await engine.index([textDocument('new', 'New', 'What nobody had before.')]);
  expect(await counts).toEqual([length + 1, length + 1]);
  expect(begun).toBe(2);
});

test('a failure rejects its own answer and none after it', async () => {
  const failing = onOneSnapshot(engine, function* () {
    yield;
    throw new Error('Expected.');
  });
  await expect(failing).rejects.toThrow('Expected.');
  expect(
    await onOneSnapshot(engine, function* () {
      yield;
      return 1;
    }),
  ).toBe(1);
});

test('an engine that is closed in a pause rejects the answer with NOT_READY', async () => {
  const answer = onOneSnapshot(engine, function* () {
    setImmediate(() => engine.close());
    work();
    yield;
  });
  await expect(answer).rejects.toMatchObject({ code: 'NOT_READY' });
});

test('a response is the same with or without pauses and searches in between', async () => {
  const query = 'softmax and attention';
  const without = engine.search(query, { limit: 100 });
  const run = engine.attend(query, { limit: 100 });
  const steps = responding(engine, run);
  let pauses = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) {
    pauses++;
    engine.search('something else');
  }
  const { tookMs: _taken, ...response } = step.value;
  const { tookMs: _took, ...expected } = without;
  expect(response).toEqual(expected);
  expect(pauses).toBeGreaterThanOrEqual(response.results.length);
});

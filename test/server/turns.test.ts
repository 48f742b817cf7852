import type { Request, Response } from 'express';
import { expect, test } from 'vitest';
import { turns } from '../../server/turns.ts';

/** Requests that all come in the same moment, each of which takes `work` milliseconds. */
async function ask(count: number, work: number, hasHungUp: (i: number) => boolean = () => false) {
  const turn = turns();
  const done: { readonly name: number; readonly round: number }[] = [];
  let round = 0;
  let isOver = false;
  const goRound = () => {
    round++;
    if (!isOver) setImmediate(goRound);
  };
  setImmediate(goRound);
  const left = Array.from({ length: count }, (_, name) => name).filter((name) => !hasHungUp(name)).length;
  await new Promise<void>((resolve) => {
    for (let name = 0; name < count; name++) {
      const request = { socket: { destroyed: hasHungUp(name) } } as unknown as Request;
      turn(request, {} as Response, () => {
        for (const end = performance.now() + work; performance.now() < end; );
        done.push({ name, round });
        if (done.length === left) resolve();
      });
    }
    expect(done).toEqual([]); // not before the event loop has gone round
  });
  isOver = true;
  return done;
}

test('requests at once are all answered, each once, in the order they came', async () => {
  const done = await ask(500, 0);
  expect(done.map(({ name }) => name)).toEqual(Array.from({ length: 500 }, (_, i) => i));
});

test('the event loop goes round between two that each take longer than a turn', async () => {
  const rounds = (await ask(20, 6)).map(({ round }) => round);
  expect(new Set(rounds).size).toBe(20);
});

test('those that take little share a turn', async () => {
  const rounds = (await ask(50, 0)).map(({ round }) => round);
  expect(new Set(rounds).size).toBeLessThan(50);
});

test('who has hung up meanwhile costs no work', async () => {
  const done = await ask(10, 0, (name) => name % 2 === 0);
  expect(done.map(({ name }) => name)).toEqual([1, 3, 5, 7, 9]);
});

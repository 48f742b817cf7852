import type { Request, Response } from 'express';
import { expect, test } from 'vitest';
import { turns } from '../../server/turns.ts';
import { countRounds } from '../support/rounds.ts';

/** Makes requests that all arrive at once, each of which takes `work` milliseconds. */
async function ask(count: number, work: number, hasHungUp: (i: number) => boolean = () => false) {
  const turn = turns();
  const done: { readonly name: number; readonly round: number }[] = [];
  const loop = countRounds();
  const left = Array.from({ length: count }, (_, name) => name).filter((name) => !hasHungUp(name)).length;
  await new Promise<void>((resolve) => {
    for (let name = 0; name < count; name++) {
      const request = { socket: { destroyed: hasHungUp(name) } } as unknown as Request;
      turn(request, {} as Response, () => {
        for (const end = performance.now() + work; performance.now() < end; );
        done.push({ name, round: loop.count() });
        if (done.length === left) resolve();
      });
    }
    expect(done).toEqual([]); // none runs before the next turn of the event loop
  });
  loop.stop();
  return done;
}

test('simultaneous requests are all answered, once each, in the order of arrival', async () => {
  const done = await ask(500, 0);
  expect(done.map(({ name }) => name)).toEqual(Array.from({ length: 500 }, (_, i) => i));
});

test('the event loop turns between two requests that each take longer than a turn', async () => {
  const rounds = (await ask(20, 6)).map(({ round }) => round);
  expect(new Set(rounds).size).toBe(20);
});

test('short requests share a turn', async () => {
  const rounds = (await ask(50, 0)).map(({ round }) => round);
  expect(new Set(rounds).size).toBeLessThan(50);
});

test('a request whose client has disconnected costs no work', async () => {
  const done = await ask(10, 0, (name) => name % 2 === 0);
  expect(done.map(({ name }) => name)).toEqual([1, 3, 5, 7, 9]);
});

test('a request that has waited too long is told to retry, and the next one is answered', async () => {
  const turn = turns({ turn: 5, patience: 20 });
  const heard: unknown[] = [];
  const headers: unknown[] = [];
  const response = { set: (...header: unknown[]) => headers.push(header) } as unknown as Response;
  const request = { socket: { destroyed: false } } as unknown as Request;
  const wait = (work: number) =>
    new Promise<void>((resolve) => {
      turn(request, response, (error: unknown) => {
        for (const end = performance.now() + work; performance.now() < end; );
        heard.push((error as { code?: string } | undefined)?.code ?? 'answered');
        resolve();
      });
    });
  await Promise.all([wait(40), wait(0)]);
  await wait(0);
  expect(heard).toEqual(['answered', 'TOO_BUSY', 'answered']);
  expect(headers).toEqual([['Retry-After', '1']]);
});

test('what a request does after an await is part of its turn', async () => {
  const turn = turns();
  const rounds = new Set<number>();
  let left = 20;
  const loop = countRounds();
  await new Promise<void>((resolve) => {
    const request = { socket: { destroyed: false } } as unknown as Request;
    const answer = async () => {
      for (let i = 0; i < 3; i++) await null;
      for (const end = performance.now() + 6; performance.now() < end; );
      rounds.add(loop.count());
      if (--left === 0) resolve();
    };
    for (let name = 0; name < 20; name++) turn(request, {} as Response, () => void answer());
  });
  loop.stop();
  expect(rounds.size).toBe(20);
});

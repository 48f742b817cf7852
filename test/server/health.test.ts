import { afterEach, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import type { Trouble } from '../../server/following.ts';
import { serve, type TestServer } from '../support/server.ts';

let server: TestServer;
afterEach(() => server.close());

test('a server that can search is live and healthy', async () => {
  const engine = Engine.open();
  await engine.index([{ uri: 'a', title: 'Softmax', content: 'Weights.', format: 'text' }]);
  server = await serve(engine);
  const healthy = await server.ask('/healthz');
  expect(healthy.status).toBe(200);
  expect(healthy.json()).toEqual({ status: 'ok', documents: 1 });
  expect((await server.ask('/healthz/live')).json()).toEqual({ status: 'ok' });
  engine.close();
});

test('a server that cannot search is live, and answers all that needs the index with 503 and Retry-After', async () => {
  const engine = Engine.open();
  server = await serve(engine);
  engine.close();
  for (const path of ['/healthz', '/api/search?q=a', '/api/status', '/documents', '/tour', '/']) {
    const answer = await server.ask(path, { headers: { accept: 'application/json' } });
    expect([path, answer.status]).toEqual([path, 503]);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.json()).toMatchObject({ code: 'NOT_READY' });
  }
  const page = await server.ask('/', { headers: { accept: 'text/html' } });
  expect(page.status).toBe(503);
  expect(page.text).toContain('The index is being read');
  expect((await server.ask('/healthz/live')).status).toBe(200);
  const metrics = await server.ask('/metrics');
  expect(metrics.status).toBe(200);
  expect(metrics.text).toContain('qkv_request_duration_seconds');
});

test.each([
  ['disk-full', 'The disk is full', '디스크가 가득 차서'],
  ['cannot-write', 'Changes cannot be indexed now', '지금은 바뀐 노트를'],
  ['ended', 'Changes are no longer indexed', '바뀐 노트를 더는'],
] as const)(
  'a server that cannot index changes (%s) says so on every page, in /healthz and in /metrics',
  async (now, english, korean) => {
    const engine = Engine.open();
    let trouble: Trouble | null = null;
    server = await serve(engine, undefined, { following: () => trouble });
    for (const documents of [0, 1]) {
      if (documents > 0)
        await engine.index([{ uri: 'a', title: 'Softmax', content: 'Weights.', format: 'text' }]);
      for (const path of ['/', '/?q=softmax', '/documents', '/nowhere']) {
        const ask = async (language: string) => {
          const { text } = await server.ask(path, {
            headers: { accept: 'text/html', 'accept-language': language },
          });
          return text.slice(text.indexOf('<footer'));
        };
        trouble = null;
        expect(await ask('en')).not.toContain(english);
        trouble = now;
        expect(await ask('en')).toContain(english);
        expect(await ask('ko')).toContain(korean);
      }
    }
    expect((await server.ask('/healthz')).json()).toEqual({ status: 'ok', documents: 1, following: now });
    expect((await server.ask('/metrics')).text).toContain('qkv_following_trouble 1');
    trouble = null;
    expect((await server.ask('/metrics')).text).toContain('qkv_following_trouble 0');
    engine.close();
  },
);

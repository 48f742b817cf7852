import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { answerCache } from '../../server/answer-cache.ts';
import { checkToken } from '../../server/token.ts';
import { NOTES, textDocument } from '../support/corpus.ts';
import { serve, type TestServer } from '../support/server.ts';

let engine: Engine;
let server: TestServer;
beforeAll(async () => {
  engine = Engine.open();
  await engine.index(NOTES);
  server = await serve(engine);
});
afterAll(async () => {
  await server.close();
  engine.close();
});

const PATHS = ['/api/search?q=attention', '/?q=attention', '/api/documents'];

describe('the same request', () => {
  test.each(PATHS)('%s is answered with 304 to a client that has the answer', async (path) => {
    const first = await server.ask(path);
    const { etag = '' } = first.headers;
    expect(first.status).toBe(200);
    expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
    const again = await server.ask(path, { headers: { 'if-none-match': etag } });
    expect({ status: again.status, text: again.text }).toEqual({ status: 304, text: '' });
    const other = await server.ask(path.replace('attention', 'softmax').replace('documents', 'facets'), {
      headers: { 'if-none-match': etag },
    });
    expect(other.status).toBe(200);
  });

  test.each(PATHS)('%s gets identical bytes until the index changes, then new ones', async (path) => {
    const before = await server.ask(path);
    expect((await server.ask(path)).text).toBe(before.text);
    await engine.index([textDocument('Attention again', 'attention, said once more', `new-${path}`)]);
    const after = await server.ask(path, { headers: { 'if-none-match': before.headers.etag ?? '' } });
    expect(after.status).toBe(200);
    expect(after.text).not.toBe(before.text);
    await engine.remove([`new-${path}`]);
  });

  test('in another language has an answer of its own', async () => {
    const ask = (language: string) =>
      server.ask('/?q=attention', { headers: { accept: 'text/html', 'accept-language': language } });
    const [english, korean] = [await ask('en'), await ask('ko')];
    expect(english.headers.etag).not.toBe(korean.headers.etag);
    expect(korean.text).toContain('lang="ko"');
    expect((await ask('en')).text).toContain('lang="en"');
  });

  test('that is invalid gets the same error again', async () => {
    const first = await server.ask('/api/search?q=');
    const again = await server.ask('/api/search?q=', {
      headers: { 'if-none-match': first.headers.etag ?? '' },
    });
    expect([first.status, again.status]).toEqual([400, 400]);
    expect(again.text).toBe(first.text);
  });
});

test('even an answer of a few bytes counts towards the limit of the cache', async () => {
  let answers = 0;
  const app = express();
  app.get(
    '/',
    answerCache(engine, () => null, 5000),
    (_request, response) => void response.send(`${++answers}`),
  );
  const listening = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  const { port } = listening.address() as AddressInfo;
  const ask = async (q: number) => (await fetch(`http://127.0.0.1:${port}/?q=${q}`)).text();
  expect(await ask(0)).toBe('1');
  expect(await ask(0)).toBe('1');
  for (let q = 1; q < 10; q++) await ask(q);
  expect(await ask(0)).toBe('11'); // it was evicted by the others
  listening.closeAllConnections();
  listening.close();
});

test.each(['/api/search?q=', '/api/nowhere'])('%s is an error with If-None-Match: *, too', async (path) => {
  const plain = await server.ask(path);
  const any = await server.ask(path, { headers: { 'if-none-match': '*' } });
  expect(plain.status).toBeGreaterThanOrEqual(400);
  expect(any.status).toBe(plain.status);
});

test('answers are compressed for clients that accept it', async () => {
  const plain = await server.ask('/api/search?q=attention');
  expect(plain.headers['content-encoding']).toBeUndefined();
  // A cache on the way must not serve this to clients that accept compression.
  expect(plain.headers.vary).toMatch(/\bAccept-Encoding\b/);
  const response = await fetch(`${server.url}/api/search?q=attention`, {
    headers: { 'accept-encoding': 'gzip' },
  });
  expect(response.headers.get('content-encoding')).toBe('gzip');
  expect(await response.json()).toEqual({ ...(plain.json() as object), tookMs: expect.anything() });
});

test('a URL that is too long is refused', async () => {
  const answer = await server.ask(`/api/search?q=${'a'.repeat(40_000)}`);
  expect(answer.status).toBe(414);
  expect(answer.json()).toMatchObject({ code: 'ADDRESS_TOO_LONG' });
});

test('metrics contain routes and numbers, and nothing of what was asked', async () => {
  await server.ask('/api/search?q=secretword');
  await server.ask('/secretpath');
  const { status, headers, text } = await server.ask('/metrics');
  expect(status).toBe(200);
  expect(headers['content-type']).toMatch(/^text\/plain/);
  expect(text).toMatch(/qkv_request_duration_seconds_count\{route="\/api\/search",status="200"\} \d+/);
  expect(text).toMatch(/qkv_request_duration_seconds_count\{route="none",status="404"\} \d+/);
  expect(text).toContain(`qkv_index_documents ${engine.status().documents}`);
  const sumOf = (page: string, name: string) => Number(page.match(new RegExp(`^${name} (\\S+)$`, 'm'))?.[1]);
  const attention = 'qkv_search_step_seconds_total{step="attention"}'.replace(/[{}]/g, '\\$&');
  expect(sumOf(text, attention)).toBeGreaterThan(0);
  await server.ask('/api/search?q=another');
  const later = (await server.ask('/metrics')).text;
  expect(sumOf(later, 'qkv_searches_total')).toBe(sumOf(text, 'qkv_searches_total') + 1);
  expect(sumOf(later, attention)).toBeGreaterThan(sumOf(text, attention));
  expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  expect(text).not.toContain('secret');
});

test('a request counts under its route, whatever became of it', async () => {
  const counted = await serve(engine);
  const { headers } = await counted.ask('/api/search?q=attention');
  await counted.ask('/api/search?q=attention'); // from memory
  await counted.ask('/API/search/?q=attention');
  await counted.ask('/api/search?q=attention', { headers: { 'if-none-match': headers.etag ?? '' } });
  await counted.ask('/api/search?q=');
  await counted.ask('/api/search?q=attention', { method: 'POST' });
  await counted.ask(`/api/search?q=${'a'.repeat(40_000)}`);
  await counted.ask('/api/search?q=attention', { headers: { host: 'elsewhere.example' } });
  for (const path of ['/api', '/api/documents/1', '/documents/1', '/api/documents/x', '/documents/x'])
    await counted.ask(path);
  await counted.ask('/documents/1/words.svg');
  for (const path of ['/api/nowhere', '/nowhere', '/api/documents/1/nowhere', '/documents/%zz/x'])
    await counted.ask(path);
  const { text } = await counted.ask('/metrics');
  await counted.close();
  const counts = [...text.matchAll(/_seconds_count\{route="(.*)",status="(\d+)"\} (\d+)/g)];
  expect(counts.map(([, route, status, count]) => `${count} × ${status} ${route}`).sort()).toEqual(
    [
      '3 × 200 /api/search',
      ...['304', '400', '403', '405', '414'].map((status) => `1 × ${status} /api/search`),
      ...['1 × 200 /api', '1 × 200 /api/documents/:id', '1 × 200 /documents/:id'],
      ...['1 × 404 /api/documents/:id', '1 × 404 /documents/:id', '1 × 400 /documents/:id/words.svg'],
      ...['3 × 404 none', '1 × 400 none'],
    ].sort(),
  );
});

describe('the access log', () => {
  const lines: string[] = [];
  const logging = async (logQueries: boolean, path: string) => {
    lines.length = 0;
    const logged = await serve(engine, undefined, { onRequest: (line) => lines.push(line), logQueries });
    await logged.ask(path);
    await logged.close();
    return JSON.parse(lines[0] ?? '{}') as Record<string, unknown>;
  };

  test('has a line of JSON for each request, without the query', async () => {
    const line = await logging(false, '/api/search?q=secretword');
    expect(line).toMatchObject({ method: 'GET', path: '/api/search', status: 200, finished: true });
    expect(line.ms).toBeGreaterThanOrEqual(0);
    expect(lines.join()).not.toContain('secret');
  });

  test('has the query when told to, but never a token', async () => {
    const line = await logging(true, '/api/search?q=word&token=abcdefghijklmnop');
    expect(line.path).toBe('/api/search?q=word&token=…');
    const encoded = await logging(true, '/?%74oken=abcdefghijklmnop&q=100%25');
    expect(encoded.path).toBe('/?token=…&q=100%25');
  });
});

describe('a server open to other machines', () => {
  const TOKEN = 'correct-horse-battery';
  let guarded: TestServer;
  beforeAll(async () => {
    guarded = await serve(engine, undefined, { token: TOKEN });
  });
  afterAll(() => guarded.close());

  test.each([
    ['0.0.0.0', undefined, false],
    ['192.168.1.2', 'short', false],
    ['::', TOKEN, true],
    ['127.0.0.1', undefined, true],
    ['localhost', undefined, true],
    ['127.0.0.1', 'short', false],
    ['127.evil.example', undefined, false],
  ])('a server at %s with the token %s starts: %s', (host, token, starts) => {
    if (starts) expect(() => checkToken(host, token)).not.toThrow();
    else expect(() => checkToken(host, token)).toThrow(/QKV_TOKEN of at least 16 characters/);
  });

  test.each(['/', '/api/search?q=a', '/metrics', '/healthz', '/nowhere'])(
    '%s is refused without the token, and with a wrong one',
    async (path) => {
      for (const headers of [
        {},
        { authorization: 'Bearer wrong' },
        { cookie: 'qkv_token=wrong' },
        { cookie: 'qkv_token=%' },
      ]) {
        const answer = await guarded.ask(path, { headers: { accept: 'application/json', ...headers } });
        expect(answer.status).toBe(401);
        expect(answer.headers['www-authenticate']).toContain('Bearer');
        expect(answer.text).not.toContain(TOKEN);
      }
    },
  );

  test('programs send the token as a header, under any host name', async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, host: 'notes.home.example' };
    expect((await fetchGuarded(headers)).status).toBe(200);
  });

  test('people open the URL with the token once, and a cookie that no script can read lets them in', async () => {
    const fresh = await serve(engine, undefined, { token: TOKEN });
    const entered = await fresh.ask(`/?token=${TOKEN}`);
    expect(entered.status).toBe(303);
    expect(entered.headers.location).toBe('/');
    const cookie = entered.headers['set-cookie']?.[0] ?? '';
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect((await fresh.ask('/', { headers: { cookie: cookie.split(';')[0] ?? '' } })).status).toBe(200);
    await fresh.close();
  });

  test('opening a URL with the token never redirects to another site', async () => {
    const fresh = await serve(engine, undefined, { token: TOKEN });
    const entered = await fresh.ask(`//elsewhere.example/page?token=${TOKEN}`);
    expect(entered.headers.location).toBe('/elsewhere.example/page');
    await fresh.close();
  });

  test('opening a URL with the token keeps the other parameters', async () => {
    const fresh = await serve(engine, undefined, { token: TOKEN });
    const entered = await fresh.ask(`/?q=a+b&token=${TOKEN}&lang=ko&without=a&without=b`);
    expect(entered.headers.location).toBe('/?q=a+b&lang=ko&without=a&without=b');
    await fresh.close();
  });

  test('a client with the token may get more than twenty errors', async () => {
    const fresh = await serve(engine, undefined, { token: TOKEN });
    const headers = { authorization: `Bearer ${TOKEN}` };
    for (let i = 0; i < 25; i++) expect((await fresh.ask('/api/nowhere', { headers })).status).toBe(404);
    await fresh.close();
  });

  test('a client that guesses is told to wait after twenty tries, and clients with the token are still let in', async () => {
    const fresh = await serve(engine, undefined, { token: TOKEN });
    const wrong = { authorization: 'Bearer correct-horse-batterx' };
    const statuses: number[] = [];
    for (let i = 0; i < 22; i++)
      statuses.push((await fresh.ask('/api/search?q=a', { headers: wrong })).status);
    expect(statuses).toEqual([...Array(20).fill(401), 429, 429]);
    const refused = await fresh.ask('/healthz');
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBe('60');
    expect(refused.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    for (const headers of [{ authorization: `Bearer ${TOKEN}` }, { cookie: `qkv_token=${TOKEN}` }])
      expect((await fresh.ask('/api/search?q=a', { headers })).status).toBe(200);
    expect((await fresh.ask(`/?token=${TOKEN}`)).status).toBe(303);
    await fresh.close();
  });

  test('a client with the token is told to wait after six hundred requests', async () => {
    const fresh = await serve(engine, undefined, { token: TOKEN });
    const headers = { authorization: `Bearer ${TOKEN}` };
    for (let i = 0; i < 600; i++) await fresh.ask('/healthz/live', { headers });
    expect((await fresh.ask('/healthz/live', { headers })).status).toBe(429);
    await fresh.close();
  });

  test.each([
    ['without the token', { token: TOKEN }, {}, 401],
    ['under a name that is not ours', {}, { host: 'evil.example' }, 403],
    ['from another page', {}, { origin: 'https://evil.example' }, 403],
  ])('an error page for a request %s reveals nothing of the library', async (_, options, given, status) => {
    const fresh = await serve(engine, undefined, options);
    const headers = { accept: 'text/html', 'accept-language': 'en', ...given };
    const { status: got, text } = await fresh.ask('/', { headers });
    expect(got).toBe(status);
    expect(text).toContain('<h1');
    expect(text).not.toMatch(/\d+ (documents|passages)|indexed/i);
    const other = await server.ask('/nowhere', { headers: { accept: 'text/html', 'accept-language': 'en' } });
    expect(other.text).toMatch(/\d+ documents/);
    await fresh.close();
  });

  const fetchGuarded = async (headers: Record<string, string>) => {
    const fresh = await serve(engine, undefined, { token: TOKEN });
    const answer = await fresh.ask('/api/search?q=a', { headers });
    await fresh.close();
    return answer;
  };
});

test('64 connections with ten questions each are all answered', async () => {
  const statuses = await Promise.all(
    Array.from({ length: 64 }, async (_, connection) => {
      const seen = new Set<number>();
      for (let i = 0; i < 10; i++)
        seen.add((await server.ask(`/api/search?q=attention+${connection}+${i}`)).status);
      return [...seen];
    }),
  );
  expect(new Set(statuses.flat())).toEqual(new Set([200]));
});

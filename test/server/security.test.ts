import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { textDocument } from '../support/corpus.ts';
import { serve, type TestServer } from '../support/server.ts';

const SCRIPT = '<script>alert(1)</script>';
const HOSTILE = [
  textDocument(
    `${SCRIPT} hostile title`,
    `Hostile text ${SCRIPT} <img src=x onerror=alert(1)> and more.`,
    'script',
  ),
  textDocument('[hostile](javascript:alert(1))', 'Hostile link [x](javascript:alert(1)) here.', 'link'),
  textDocument(
    'hostile \u202egnp.exe',
    'Hostile \u202eoverride\u202c and \u200bzero\u200dwidth\ufeff.',
    'rtl',
  ),
  textDocument(
    'hostile &lt;b&gt; &amp; "quotes" \'single\'',
    'Hostile entities &lt;script&gt; stay as they are.',
    'entities',
  ),
  textDocument('hostile line', `hostile ${'x'.repeat(1_000_000)}`, 'line'),
  textDocument(
    'hostile </textarea></title><style>*{display:none}</style>',
    'Hostile closing </script> tags.',
    'closing',
  ),
];

let engine: Engine;
let server: TestServer;
beforeAll(async () => {
  engine = Engine.open();
  await engine.index(HOSTILE);
  server = await serve(engine);
});
afterAll(async () => {
  await server.close();
  engine.close();
});

test.each(['/', '/api/search?q=a', '/documents', '/nowhere', '/healthz', '/api/nowhere'])(
  '%s has the headers that isolate it from other sites',
  async (path) => {
    const { headers } = await server.ask(path);
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['x-powered-by']).toBeUndefined();
  },
);

test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io', '10.0.0.1:3000'])(
  'a request for host "%s" is refused, against DNS rebinding',
  async (host) => {
    const answer = await server.ask('/api/search?q=a', { headers: { host } });
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({ code: 'FORBIDDEN_HOST' });
  },
);

test.each(['localhost', 'LOCALHOST:3000', '127.0.0.1', '[::1]:3000'])(
  'a request for host %s is accepted',
  async (host) => {
    expect((await server.ask('/healthz', { headers: { host } })).status).toBe(200);
  },
);

test.each([
  [{ origin: 'https://evil.example' }, 403],
  [{ origin: 'null' }, 403],
  [{ origin: 'http://127.0.0.1:1' }, 403],
  [{ origin: 'http://127.0.0.1.evil.example' }, 403],
  [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
  [{ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, 403],
  [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 200],
  [{ 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }, 200],
  [{ 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }, 200],
  [{}, 200],
])('a request that a browser sends with %j is answered with %i', async (headers, status) => {
  const answer = await server.ask('/api/search?q=a', { headers });
  expect(answer.status).toBe(status);
  if (status === 403) expect(answer.json()).toMatchObject({ code: 'FORBIDDEN_ORIGIN' });
});

test.each([
  [{ origin: 'http://localhost:5173' }, 'a page at "http://localhost:5173"'],
  [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 'a page of another origin'],
])('a refused page, %j, is told who may ask instead', async (headers, page) => {
  const { detail } = (await server.ask('/api/search?q=a', { headers })).json() as { detail: string };
  expect(detail).toContain(`not of ${page}. Let the server of that page ask.`);
});

test('a request from our own origin is accepted', async () => {
  const origin = server.url;
  expect((await server.ask('/api/search?q=a', { headers: { origin } })).status).toBe(200);
});

test.each(['x-http-method-override', 'x-http-method', 'x-method-override'])(
  'the method cannot be overridden by %s',
  async (header) => {
    const asked = { method: 'POST', headers: { [header]: 'GET' } };
    const answer = await server.ask('/api/search?q=a&_method=GET', asked);
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('GET, HEAD');
  },
);

test.each([
  '/?q=a%0d%0aSet-Cookie:%20evil=1',
  '/?q=a&lang=ko%0d%0aSet-Cookie:%20evil=1',
  '/%0d%0aSet-Cookie:%20evil=1',
  '/documents?find=%0d%0aSet-Cookie:%20evil=1',
  '/api/search?q=%E5%98%8A%E5%98%8DSet-Cookie:%20evil=1',
])('no line break in %s starts a response header', async (path) => {
  for (const accept of ['text/html', 'application/json']) {
    const { headers } = await server.ask(path, { headers: { accept } });
    expect(JSON.stringify(headers)).not.toContain('evil');
    expect(headers['set-cookie']).toBeUndefined();
  }
});

test.each([
  '../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '..%5c..%5cetc%5cpasswd',
  '%2e%2e/%2e%2e/etc/passwd',
  'etc%00passwd',
])('path traversal by %s is refused', async (path) => {
  for (const start of ['/assets/', '/documents/1/image?path=', '/documents/', '/api/documents/', '/']) {
    const answer = await server.ask(start + path);
    expect([start, answer.status]).toEqual([start, expect.toBeOneOf([400, 404])]);
    expect(answer.text).not.toContain('root:');
  }
});

/** Texts on which an ambiguous regular expression would backtrack without end. */
const TIRING = [
  'a'.repeat(2000),
  `${' '.repeat(1999)}a`,
  `${"a'".repeat(1000)}`,
  '가'.repeat(2000),
  'ㅂ'.repeat(2000),
  '1.'.repeat(1000),
  '#'.repeat(2000),
  '[['.repeat(1000),
  'a-'.repeat(1000),
  '!?'.repeat(1000),
  '"'.repeat(2000),
  `${'x'.repeat(1999)}!`,
  '\u0301'.repeat(2000),
];

test.each(TIRING.map((text) => [JSON.stringify(text.slice(0, 6)), text] as const))(
  'a query of two thousand characters like %s is answered',
  async (_, text) => {
    for (const path of ['/api/search?q=', '/?q=', '/api/suggestions?q=', '/documents?find=', '/api/map?q=']) {
      const answer = await server.ask(path + encodeURIComponent(text), { headers: { accept: '*/*' } });
      expect([path, answer.status]).toEqual([path, 200]);
    }
  },
);

test('notes of fifty thousand such characters are indexed, found and shown', async () => {
  const tired = Engine.open();
  await tired.index(
    TIRING.map((text, i) => ({
      ...{ uri: `t${i}`, title: `tiring ${text.slice(0, 500)}`, format: 'markdown' as const },
      content: `tiring ${text.repeat(25)}\n\n${'> '.repeat(200)}${'* '.repeat(200)}${'['.repeat(500)}`,
    })),
  );
  const tiredServer = await serve(tired);
  for (const path of ['/?q=tiring&limit=20', ...TIRING.map((_, i) => `/documents/${i + 1}?q=tiring`)]) {
    expect((await tiredServer.ask(path, { headers: { accept: 'text/html' } })).status).toBe(200);
  }
  await tiredServer.close();
  tired.close();
});

describe('hostile notes', () => {
  const html = async (path: string) => {
    const answer = await server.ask(path, { headers: { accept: 'text/html' } });
    expect(answer.status, `${path}: ${answer.text.slice(-600)}`).toBe(200);
    return answer.text;
  };
  const pages = () => [
    '/?q=hostile',
    `/?q=${encodeURIComponent(`"><img src=x>${SCRIPT}`)}`,
    '/documents',
    `/documents?find=${encodeURIComponent(SCRIPT)}`,
    ...HOSTILE.map((_, i) => `/documents/${i + 1}?q=hostile`),
    `/map?q=${encodeURIComponent(`hostile\n${SCRIPT}`)}`,
    '/documents/1/words?q=hostile',
  ];

  test('never become markup, on any page', async () => {
    for (const path of pages()) {
      const text = await html(path);
      expect(text, path).not.toContain('<script>alert');
      expect(text, path).not.toMatch(/<img src=x/);
      expect(text, path).not.toMatch(/href="javascript:/i);
      expect(text, path).not.toContain('<style>*');
    }
  });

  test('can still be read as text', async () => {
    expect(await html('/documents/1')).toContain('&lt;script&gt;alert(1)&lt;/script&gt; hostile title');
    expect(await html('/documents/4')).toContain('&amp;lt;b&amp;gt; &amp;amp;');
  });

  test('with a line of a megabyte are cut in the list of results', async () => {
    const { length } = await html('/?q=hostile');
    expect(length).toBeLessThan(300_000);
  });

  test('are escaped in exported pictures, too', async () => {
    const answer = await server.ask(`/map.svg?q=${encodeURIComponent(`hostile\n${SCRIPT}`)}`);
    expect(answer.headers['content-type']).toMatch(/^image\/svg\+xml/);
    expect(answer.text).not.toContain('<script');
  });
});

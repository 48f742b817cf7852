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
  '%s has the headers that keep a page to itself',
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
  'a request for host "%s" is refused: DNS may have been bent towards us',
  async (host) => {
    const answer = await server.ask('/api/search?q=a', { headers: { host } });
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({ code: 'FORBIDDEN_HOST' });
  },
);

test.each(['localhost', 'LOCALHOST:3000', '127.0.0.1', '[::1]:3000'])('host %s is ours', async (host) => {
  expect((await server.ask('/healthz', { headers: { host } })).status).toBe(200);
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

  test('nothing of them becomes markup, on any page', async () => {
    for (const path of pages()) {
      const text = await html(path);
      expect(text, path).not.toContain('<script>alert');
      expect(text, path).not.toMatch(/<img src=x/);
      expect(text, path).not.toMatch(/href="javascript:/i);
      expect(text, path).not.toContain('<style>*');
    }
  });

  test('what they say is still there to read', async () => {
    expect(await html('/documents/1')).toContain('&lt;script&gt;alert(1)&lt;/script&gt; hostile title');
    expect(await html('/documents/4')).toContain('&amp;lt;b&amp;gt; &amp;amp;');
  });

  test('a line of a megabyte is cut in the list of results', async () => {
    const { length } = await html('/?q=hostile');
    expect(length).toBeLessThan(300_000);
  });

  test('an exported picture escapes, too', async () => {
    const answer = await server.ask(`/map.svg?q=${encodeURIComponent(`hostile\n${SCRIPT}`)}`);
    expect(answer.headers['content-type']).toMatch(/^image\/svg\+xml/);
    expect(answer.text).not.toContain('<script');
  });
});

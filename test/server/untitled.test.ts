import { afterAll, beforeAll, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import type { SearchResponse } from '../../lib/response.ts';
import { serve, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  const engine = Engine.open();
  await engine.index([
    {
      uri: 'notes/untitled.md',
      title: '',
      content: 'Plums ripen. The garden has plums.',
      format: 'markdown',
    },
    {
      ...{
        uri: 'b.md',
        title: 'Garden',
        content: 'The garden has plums. See [[untitled]].',
        format: 'markdown',
      },
      links: ['untitled'],
    },
  ]);
  server = await serve(engine);
});
afterAll(() => server.close());

test.each([
  ['/documents/2', 3], // as a link, as a backlink and as a related document
  ['/documents/1/self-attention', 1],
  ['/tour?q=plums', 1],
])('a document without a title is named by its file: %s', async (path, times) => {
  const { text } = await server.ask(path, { headers: { accept: 'text/html' } });
  expect(text.split('untitled.md').length).toBeGreaterThan(times - 1);
  expect(text).not.toMatch(/<a [^>]*>\s*(?:<bdi>\s*<\/bdi>)?\s*<\/a>/);
  expect(text).not.toMatch(/<title> –/);
});

test('the maths of a document without a title says what the title score is computed from', async () => {
  const found = (await server.ask('/api/search?q=garden+plums')).json() as SearchResponse;
  const one = found.results.find(({ title }) => title === '');
  const { text } = await server.ask('/?q=garden+plums&lang=en', { headers: { accept: 'text/html' } });
  const [, ratio = ''] = /ρ = ([\d.]+\d): this document has no title,/.exec(text) ?? [];
  expect(Number(ratio)).toBeGreaterThan(0);
  const [, content = ''] = new RegExp(`${ratio}\u00a0×\u00a0([\\d.]+)`).exec(text) ?? [];
  expect(Number(content)).toBeCloseTo(one?.scores.content ?? 0, 4);
  expect(Math.min(1, Number(ratio) * Number(content))).toBeCloseTo(one?.scores.title ?? 0, 3);
});

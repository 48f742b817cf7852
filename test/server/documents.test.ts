import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { renderMarkdown } from '../../server/views/markdown.ts';
import { serve, type TestServer } from '../support/server.ts';

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const FILES: Record<string, string | Buffer> = {
  'vault/.obsidian/app.json': '{}',
  'vault/.obsidian/secret.png': PIXEL,
  'vault/Main.md':
    '---\ntags: [one, two]\ndate: 2024-05-01\n---\n\n# Main\n\nSee [[Other note|the other]] and [[Nowhere]].\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n> [!tip] A callout\n> with text\n\n![[dot.png]] ![up](../outside.png) $x^2$ and `code`.\n\n**"굵게"**는 그대로.\n\n<script>alert(1)</script> [bad](javascript:alert(1)) [good](https://example.org/)',
  'vault/sub/Other note.md': '# Other note\n\nBack to [main](../Main.md). It speaks of apples.',
  'vault/dot.png': PIXEL,
  'vault/text.txt': 'Plain text of a secret.png',
  'outside.png': PIXEL,
};

let folder = '';
let engine: Engine;
let server: TestServer;
const ids: Record<string, number> = {};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qkv-documents-'));
  for (const [name, contents] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), contents);
  }
  symlinkSync(join(folder, 'outside.png'), join(folder, 'vault', 'link.png'));
  engine = Engine.open();
  await engine.sync([join(folder, 'vault')]);
  for (const { id, uri } of engine.store.sql('SELECT id, uri FROM documents').all() as {
    id: number;
    uri: string;
  }[])
    ids[uri] = id;
  server = await serve(engine);
});
afterAll(async () => {
  await server.close();
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const page = async (path: string) => {
  const answer = await server.ask(path, { headers: { accept: 'text/html' } });
  expect(answer.status).toBe(200);
  return answer.text;
};

describe('a note', () => {
  test('is rendered, with links to indexed notes, and knows where it came from', async () => {
    const html = await page(`/documents/${ids['Main.md']}`);
    expect(html).toContain(`<a href="/documents/${ids['sub/Other note.md']}">the other</a>`);
    expect(html).toContain('Nowhere');
    expect(html).not.toContain('>Nowhere</a>');
    expect(html).toContain('<td class="align-right">2</td>');
    expect(html).toContain('class="callout"');
    expect(html).toContain('<code class="math">x^2</code>');
    expect(html).toContain('<strong>&quot;굵게&quot;</strong>는');
    expect(html).toContain('obsidian://open?path=');
    expect(html).toContain('one, two');
    expect(html).toContain('2024-05-01');
    expect(html.match(/<h1/g)).toHaveLength(1);
  });

  test('names what it links to, what links to it, and what it is related to', async () => {
    const html = await page(`/documents/${ids['sub/Other note.md']}`);
    expect(html).toMatch(/Links to[\s\S]*>Main<[\s\S]*Linked from[\s\S]*>Main</);
    expect(html).toContain('Related documents');
  });

  test('with a passage is shown as the text that was indexed, the passage marked', async () => {
    const id = ids['sub/Other note.md'] ?? 0;
    const { content } = engine.document(id);
    const start = content.indexOf('It speaks');
    const html = await page(`/documents/${id}?start=${start}&end=${content.length}`);
    expect(html).toMatch(/<mark id="passage"[^>]*>It speaks of apples\.<\/mark>/);
  });

  test('whose file is gone says so', async () => {
    const gone = join(folder, 'vault', 'gone.md');
    writeFileSync(gone, '# Gone\n\nSoon.');
    await engine.sync([join(folder, 'vault')]);
    rmSync(gone);
    const { id } = engine.store.sql("SELECT id FROM documents WHERE uri = 'gone.md'").get() as { id: number };
    expect(await page(`/documents/${id}`)).toContain('not there any more');
    expect(await page(`/documents/${ids['Main.md']}`)).not.toContain('not there any more');
  });

  test('has a page of its self-attention in both languages', async () => {
    const html = await page(`/documents/${ids['Main.md']}/self-attention?lang=ko&scaling=none`);
    expect(html).toContain('셀프 어텐션');
    expect(html).toContain('data-heat');
    expect(await page(`/documents/${ids['Main.md']}/self-attention?sentence=0`)).toContain('Self-attention');
  });
});

describe('pictures', () => {
  const ask = (path: string, id = ids['Main.md']) =>
    server.ask(`/documents/${id}/image?path=${encodeURIComponent(path)}`);

  test('next to the note, or from the top of the folder, are served', async () => {
    for (const [path, id] of [
      ['dot.png', ids['Main.md']],
      ['../dot.png', ids['sub/Other note.md']],
      ['dot.png', ids['sub/Other note.md']],
    ] as const) {
      const answer = await ask(path, id);
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('image/png');
    }
    expect(await page(`/documents/${ids['Main.md']}`)).toContain(
      `/documents/${ids['Main.md']}/image?path=dot.png`,
    );
  });

  test.each([
    '../outside.png',
    '..%2foutside.png',
    '/etc/passwd',
    'link.png',
    '.obsidian/secret.png',
    'text.txt',
    'dot.png\0.png',
    'none.png',
    '',
  ])('%j is not', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });
});

describe('hostile Markdown', () => {
  const nowhere = { link: () => null, image: () => null };
  test.each([
    ['a script', '<script>alert(1)</script>'],
    ['an event handler', '<img src=x onerror=alert(1)>'],
    ['a javascript link', '[x](javascript:alert(1))'],
    ['an encoded javascript link', '[x](&#106;avascript:alert(1))'],
    ['a data picture', '![x](data:image/svg+xml;base64,PHN2Zz4=)'],
    ['a data page', '[x](data:text/html,<script>alert(1)</script>)'],
    ['an autolink', '<javascript:alert(1)>'],
    ['a title that closes its quote', '[x](https://example.org "a\\" onmouseover=\\"alert(1)")'],
    ['a wikilink with markup', '[["><script>alert(1)</script>|<b>x</b>]]'],
    ['mathematics with markup', '$<img src=x onerror=alert(1)>$'],
    ['an embedded picture with markup', '![["><script>.png]]'],
    ['a callout with markup', '> [!note] <script>alert(1)</script>'],
    ['a style', '| a |\n|:-:|\n| <p style="x"> |'],
  ])('%s has no effect', (_name, source) => {
    const html = renderMarkdown(source, nowhere);
    expect(html).not.toMatch(/(?:href|src)="(?:javascript|data):/i);
    // Attributes by their names alone: what is inside quotes is text.
    expect(html.replace(/"[^"]*"/g, '""')).not.toMatch(/<(?:script|img|iframe|b>)|<[^>]*\s(?:on\w+|style)=/i);
  });

  test('ten thousand nested lists, quotes and brackets end soon', () => {
    for (const source of [
      '- '.repeat(10_000),
      '> '.repeat(10_000),
      '['.repeat(20_000),
      '*'.repeat(20_000),
      `${'$'.repeat(5000)}x`,
      '[['.repeat(10_000),
    ]) {
      expect(renderMarkdown(source, nowhere).length).toBeLessThan(500_000);
    }
  });
});

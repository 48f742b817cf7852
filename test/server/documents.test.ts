import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { readMarkdown } from '../../lib/ingest/readers/markdown.ts';
import { translator } from '../../server/i18n.ts';
import { pictureFinder } from '../../server/pictures.ts';
import { type Destinations, renderMarkdown } from '../../server/views/markdown.ts';
import { withoutLanguages } from '../support/page.ts';
import { serve, type TestServer } from '../support/server.ts';

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const FILES: Record<string, string | Buffer> = {
  'vault/.obsidian/app.json': '{}',
  'vault/.obsidian/secret.png': PIXEL,
  'vault/Main.md':
    '---\ntags: [one, two]\ndate: 2024-05-01\nauthor: "[[Ann <b>]]"\nguests: [Bo, Cy]\nsource: https://example.org/a?b&c\n---\n\n# Main\n\nSee [[Other note|the other]] and [[Nowhere]].\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n> [!tip] A callout\n> with text\n\n![[dot.png]] ![up](../outside.png) $x^2$ and `code`.\n\n**"굵게"**는 그대로.\n\n<script>alert(1)</script> [bad](javascript:alert(1)) [good](https://example.org/)',
  'vault/sub/Other note.md': '# Other note\n\nBack to [main](../Main.md). It speaks of apples.',
  'vault/Second.md': '## Second level\n\nA title of the second level.',
  'vault/dot.png': PIXEL,
  'vault/Gallery.md':
    '# Gallery\n\n![[Far.png]] ![[twice.png]] ![[b/twice.png|300]] ![[hidden.png]] ![[gone.png]] ![[other.png]] ![x](shots/Far%20away.png)',
  'vault/attachments/deep/far.png': PIXEL,
  'vault/attachments/shots/Far away.png': PIXEL,
  'vault/attachments/b/twice.png': PIXEL,
  'vault/attachments/twice.png': PIXEL,
  'vault/zzzzzzzzzzz/twice.png': PIXEL,
  'vault/.trash/hidden.png': PIXEL,
  'vault/node_modules/other.png': PIXEL,
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

const rendered = (source: string, destinations: Destinations, sentence = '') =>
  renderMarkdown(source, destinations, translator('en'), sentence);

describe('a long text', () => {
  const line = (i: number) => `Line ${i} of a long text, that nobody reads to its end.\n\n`;
  const content = Array.from({ length: 10_000 }, (_, i) => line(i)).join('');
  let own: Engine;
  let small: TestServer;
  const shownOf = async (path: string) => {
    const { text } = await small.ask(path);
    const [, body = ''] =
      /<div class="body"[^>]*>([\s\S]*?)<\/div>(?:\s*<p class="pages">|<section)/.exec(text) ?? [];
    const links = Array.from(text.matchAll(/<a href="([^"]*)" rel="(prev|next)"/g), ([, href = '', rel]) => [
      rel,
      href.replaceAll('&amp;', '&'),
    ]);
    return {
      body,
      place: /(\d+ \/ \d+)<\/span>/.exec(text)?.[1],
      links: Object.fromEntries(links) as Record<string, string>,
    };
  };
  beforeAll(async () => {
    own = Engine.open();
    const texts = [content, 'word '.repeat(50_000), '👍'.repeat(100_001), 'Short.'];
    await own.index(
      texts.map((text, i) => ({ uri: `${i}`, title: `Text ${i}`, content: text, format: 'text' })),
    );
    small = await serve(own);
  });
  afterAll(async () => {
    await small.close();
    own.close();
  });

  test('is split into parts at block boundaries, and the parts together are the whole', async () => {
    const bodies: string[] = [];
    let path: string | undefined = '/documents/1';
    while (path !== undefined) {
      const { body, place, links }: Awaited<ReturnType<typeof shownOf>> = await shownOf(path);
      expect(body.length).toBeLessThanOrEqual(200_000);
      expect(body).toMatch(/^Line \d+ of/);
      expect(place).toBe(`${bodies.length + 1} / 3`);
      expect('prev' in links).toBe(bodies.length > 0);
      bodies.push(body);
      path = links.next;
    }
    expect(bodies.join('')).toBe(content);
    expect((await shownOf('/documents/1?part=999')).body).toBe(bodies[2]);
  });

  test('opens at the part that contains the requested passage', async () => {
    const start = content.indexOf(line(9000));
    const { body, place, links } = await shownOf(`/documents/1?q=nobody&start=${start}&end=${start + 40}`);
    expect(place).toBe('3 / 3');
    expect(body).toContain('id="passage"');
    expect(body.slice(body.indexOf('id="passage"')).slice(0, 200)).toContain('Line 9000');
    expect(links.prev).toBe('/documents/1?q=nobody&part=2');
  });

  test('is cut between words where it has no blocks, between characters where it has no words; a short text is not cut', async () => {
    expect((await shownOf('/documents/2?part=2')).body).toMatch(/^word /);
    expect((await shownOf('/documents/3')).body).toBe('👍'.repeat(100_000));
    expect(await shownOf('/documents/4')).toMatchObject({ place: undefined, links: {} });
    expect((await small.ask('/documents/4?part=-1')).status).toBe(400);
  });
});

test.each([
  ['> [!warning]\n> text', ' callout-warning', '<p class="callout-title">Warning</p>\n<p>text</p>'],
  ['> [!info]- *Only* this', '', '<p class="callout-title"><em>Only</em> this</p>'],
  ['> [!note] A\n> - b', '', '<p class="callout-title">A</p>\n<ul>\n<li>b</li>\n</ul>'],
  ['> [!BUG] A', ' callout-danger', '<p class="callout-title">A</p>'],
])(
  'the title of the callout %j is a line of its own, in the colour of its kind',
  (source, colour, inside) => {
    const html = rendered(source, { link: () => null, image: () => null });
    expect(html).toBe(`<blockquote class="callout${colour}">\n${inside}\n</blockquote>\n`);
  },
);

test.each([
  ['important', 'Important', '중요'],
  ['faq', 'FAQ', '자주 묻는 질문'],
  ['BUG', 'Bug', '버그'],
  ['recipe', 'Recipe', 'Recipe'],
])('a callout [!%s] without a title has its kind in the language of the page', (kind, english, korean) => {
  for (const [language, title] of [
    ['en', english],
    ['ko', korean],
  ] as const) {
    const nowhere = { link: () => null, image: () => null };
    expect(renderMarkdown(`> [!${kind}]\n> text`, nowhere, translator(language))).toContain(
      `<p class="callout-title">${title}</p>`,
    );
  }
});

describe('a note', () => {
  test('lists its properties, each name once, with URLs as links', async () => {
    const html = await page(`/documents/${ids['Main.md']}?lang=en`);
    const [list = ''] = /<dl class="facts-list" aria-label="Properties">[\s\S]*?<\/dl>/.exec(html) ?? [];
    expect(
      withoutLanguages(list)
        .replace(/<\/?bdi>/g, '')
        .replace(/\s*\n\s*/g, ''),
    ).toBe(
      '<dl class="facts-list" aria-label="Properties"><dt>author</dt><dd>Ann &lt;b&gt;</dd><dt>guests</dt><dd>Bo, Cy</dd>' +
        '<dt>source</dt><dd><a href="https://example.org/a?b&amp;c" rel="noopener noreferrer">https://example.org/a?b&amp;c</a></dd></dl>',
    );
    expect(await page(`/documents/${ids['Second.md']}?lang=en`)).not.toContain('aria-label="Properties"');
  });

  test('is rendered, with links to indexed notes and to its source file', async () => {
    const html = await page(`/documents/${ids['Main.md']}`);
    expect(html).toContain(`<a href="/documents/${ids['sub/Other note.md']}">the other</a>`);
    expect(html).toContain('Nowhere');
    expect(html).not.toContain('>Nowhere</a>');
    expect(html).toContain('<td class="align-right">2</td>');
    expect(html).toMatch(
      /<blockquote class="callout callout-tip">\s*<p class="callout-title">A callout<\/p>\s*<p>with text<\/p>/,
    );
    expect(html).toContain('<math><msup><mi>x</mi><mn>2</mn></msup></math>');
    expect(html).toContain('<strong>&quot;굵게&quot;</strong>는');
    expect(html).toContain('obsidian://open?path=');
    expect(html).toContain('<a href="/documents?tag=one">one</a>, <a href="/documents?tag=two">two</a>');
    expect(html).toContain('2024-05-01');
    expect(html.match(/<h1/g)).toHaveLength(1);
  });

  test('names what it links to, what links to it, and what it is related to', async () => {
    const html = await page(`/documents/${ids['sub/Other note.md']}`);
    expect(html).toMatch(/Links to[\s\S]*>Main<[\s\S]*Linked from[\s\S]*>Main</);
    expect(html).toContain('Related documents');
  });

  const placeOf = (uri: string, text: string) => {
    const id = ids[uri] ?? 0;
    const start = engine.document(id).content.indexOf(text);
    expect(start).toBeGreaterThanOrEqual(0);
    return `/documents/${id}?start=${start}&end=${start + text.length}`;
  };

  test('opened at a passage is rendered with the best sentence marked', async () => {
    const whole = engine.document(ids['sub/Other note.md'] ?? 0).content;
    const html = await page(`${placeOf('sub/Other note.md', whole)}&q=apples`);
    expect(html).toContain('Back to <a href=');
    expect(html).toMatch(
      /<p>Back to <a [^>]*>main<\/a>\. <mark id="passage">It speaks of apples\.<\/mark><\/p>/,
    );
    expect(html).toMatch(/href="[^"]*view=text[^"]*start=0[^"]*#passage"/);
  });

  test('marks a sentence that spans several paragraphs in each of them, with the anchor at the first', () => {
    const source = 'One.\n\nTwo goes on\n\n(to here)\n\nOne.\n';
    expect(rendered(source, { link: () => null, image: () => null }, 'Two goes on\n(to here)\nOne.')).toBe(
      '<p>One.</p>\n<p><mark id="passage">Two goes on</mark></p>\n<p><mark>(to here)</mark></p>\n<p><mark>One.</mark></p>\n',
    );
  });

  test('marks a sentence across links and formulas, and a table row across its cells, piece by piece', async () => {
    const html = await page(placeOf('Main.md', 'See the other and Nowhere.'));
    expect(html).toMatch(
      /<mark id="passage">See <\/mark><a [^>]*><mark>the other<\/mark><\/a><mark> and Nowhere\.<\/mark>/,
    );
    expect(await page(placeOf('Main.md', '1 | 2'))).toMatch(
      /<td><mark id="passage">1<\/mark><\/td>\s*<td[^>]*><mark>2<\/mark>/,
    );
    expect(await page(placeOf('Main.md', 'x² and code.'))).toContain(
      '<mark id="passage"><math><msup><mi>x</mi><mn>2</mn></msup></math></mark><mark> and </mark><mark><code>code</code></mark>',
    );
  });

  test('shown as indexed text has the lines of the passage set apart and the words of the query marked', async () => {
    const html = await page(`${placeOf('sub/Other note.md', 'of apples')}&view=text&q=apple`);
    expect(html).toMatch(
      /<div class="passage" id="passage" role="group" aria-label="[^"]+">Back to main\. It speaks of <mark>apples<\/mark>\.<\/div>/,
    );
  });

  test('shows the time of indexing in the format of the language', async () => {
    const { id, indexedAt } = engine.document(ids['Main.md'] ?? 0);
    for (const lang of ['en', 'ko']) {
      const html = await page(`/documents/${id}?lang=${lang}`);
      const [, time = ''] = html.match(new RegExp(`<time datetime="${indexedAt}">([^<]+)</time>`)) ?? [];
      expect(time).toMatch(lang === 'en' ? /^[A-Z][a-z]{2} \d+, \d{4}, / : /^\d{4}\. \d+\. \d+\. 오[전후] /);
      expect(html.slice(html.indexOf('<footer'))).toContain(time);
    }
  });

  test('whose file is gone says so', async () => {
    const gone = join(folder, 'vault', 'gone.md');
    writeFileSync(gone, '# Gone\n\nSoon.');
    await engine.sync([join(folder, 'vault')]);
    rmSync(gone);
    const { id } = engine.store.sql("SELECT id FROM documents WHERE uri = 'gone.md'").get() as { id: number };
    expect(await page(`/documents/${id}`)).toContain('no longer exists');
    expect(await page(`/documents/${ids['Main.md']}`)).not.toContain('no longer exists');
  });

  test.each([
    ['C# notes.md', 'C# notes.md', '# Sharp\n\nNotes on a language.'],
    ['rows.jsonl#x/1', 'rows.jsonl', '{"id":"x/1","title":"A record","content":"Of many."}\n'],
    ['한글/메모.md', `한글/${'메모'.normalize('NFD')}.md`, '# 메모\n\n이름이 풀어쓴 글자인 노트.'],
  ])('%s links to its file, whatever characters are in the name', async (uri, name, contents) => {
    const path = join(folder, 'vault', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
    await engine.sync([join(folder, 'vault')]);
    const id = engine.store.sql('SELECT id FROM documents WHERE uri = ?').pluck().get(uri) as number;
    const html = await page(`/documents/${id}`);
    expect(html).not.toContain('no longer exists');
    expect(html).toContain(`obsidian://open?path=${encodeURIComponent(path)}`);
    rmSync(path);
    await engine.sync([join(folder, 'vault')]);
  });

  test('has a page of its self-attention in both languages', async () => {
    const html = await page(`/documents/${ids['Main.md']}/self-attention?lang=ko&scaling=none`);
    expect(html).toContain('셀프 어텐션');
    expect(html).toContain('data-heat');
    expect(await page(`/documents/${ids['Main.md']}/self-attention?sentence=0`)).toContain('Self-attention');
  });
});

test('a title that comes from a second-level heading is not shown twice', async () => {
  const html = await page(`/documents/${ids['Second.md']}`);
  expect(html.match(/<h\d[^>]*>Second level</g)).toHaveLength(1);
});

describe('HTML in a note', () => {
  const places = {
    link: () => null,
    image: (path: string) => (path === 'a b.png' ? '/documents/1/image?path=a+b.png' : null),
  };

  test('is not shown as source: line breaks are kept; alignment, emphasis and comments are dropped', () => {
    const html = rendered(
      '<br>\n- one <BR/> two\n\n<div align="center">\n<b>bold</b>, H<sub>2</sub>O\n</div>\n\n<br>\n\n<!-- hidden -->end',
      places,
    );
    expect(html).not.toMatch(/&lt;|<(?:div|b|sub)\b|hidden/);
    expect(html).toContain('<li>one <br>');
    expect(html).toMatch(/bold, H2O/);
    expect(html.match(/<p>/g), 'a paragraph of nothing but a break is none').toHaveLength(2);
    expect(rendered('<table><tr><td>a</td><td>b</td></tr></table>', places)).toMatch(/a\s+b/);
  });

  test('shows pictures of the folder, and loads none from elsewhere', () => {
    const html = rendered(
      '<img width="9" src="a%20b.png" alt="A &amp; &quot;B&quot;">\n<img src=https://elsewhere.org/c.png>',
      places,
    );
    expect(html).toContain(
      '<img src="/documents/1/image?path=a+b.png" alt="A &amp; &quot;B&quot;" loading="lazy">',
    );
    expect(html).not.toContain('<img src="https:');
  });

  test('has a link in place of a picture on the web, or plain text inside another link', () => {
    const web = (picture: string, src: string) =>
      `<a class="missing" href="${src}" rel="noopener noreferrer">Picture on the web: ${picture}</a>`;
    expect(rendered('<img src=https://me:pw@elsewhere.org/c.png?a&b>', places)).toContain(
      web('elsewhere.org', 'https://me:pw@elsewhere.org/c.png?a&amp;b'),
    );
    expect(rendered('![A <b>](https://elsewhere.org/c.png)', places)).toContain(
      web('A &lt;b&gt;, elsewhere.org', 'https://elsewhere.org/c.png'),
    );
    expect(renderMarkdown('![](https://e.org/c.png)', places, translator('ko'))).toContain(
      '>웹에 있는 그림: e.org</a>',
    );
    for (const picture of ['![b](https://e.org/b.svg)', '<img src="https://e.org/b.svg" alt="b">'])
      expect(rendered(`[${picture}](https://f.org/)`, places)).toBe(
        '<p><a href="https://f.org/" rel="noopener noreferrer"><span class="missing">Picture on the web: b, e.org</span></a></p>\n',
      );
    expect(rendered('![x](https%3A//e.org/c.png)', places)).toContain('<span class="missing">x</span>');
  });

  test('is shown as text where it is code or active content', () => {
    for (const source of ['List<String> names', '<script>alert(1)</script>', '<button>Go</button> <T>'])
      expect(rendered(source, places)).toBe(
        `<p>${source.replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</p>\n`,
      );
  });

  test('does not prevent a line of a code block from being marked', () => {
    const code = 'Before.\n\n```js\nlet a = 1;\nif (a < 2) go(); // as long as it is small\n```\n';
    expect(rendered(code, places, 'if (a < 2) go(); // as long as it is small')).toContain(
      '>let a = 1;\n<mark id="passage">if (a &lt; 2) go(); // as long as it is small</mark>\n</code>',
    );
    expect(rendered('- Item\n\n      - set in too far\n', places, 'set in too far')).toContain(
      '<code>- <mark id="passage">set in too far</mark>\n</code>',
    );
  });

  test('does not prevent a sentence from being marked', () => {
    expect(rendered('Of <u>two halves</u>.<br>One.', places, 'Of two halves.')).toContain(
      '<mark id="passage">Of </mark><mark>two halves</mark><mark>.</mark>',
    );
  });
});

describe('Obsidian syntax', () => {
  const places = {
    link: (name: string) => (name.startsWith('Note') ? '/documents/7' : null),
    image: () => null,
  };

  test('comments are hidden, inline and as blocks', () => {
    const html = rendered(
      'One %%secret%% two.\n\n%%\nsecret\n\nsecret\n%%\n\n%%secret%%\n\n- %%secret%% three',
      places,
    );
    expect(html).toBe('<p>One  two.</p>\n<ul>\n<li> three</li>\n</ul>\n');
    expect(rendered('`%%shown%%` and 100%% sure', places)).toContain('<code>%%shown%%</code> and 100%% sure');
  });

  test('==highlights== are marks of their own kind, distinct from the mark of an answer', () => {
    expect(rendered('A ==*fine* word==, a == b.', places)).toBe(
      '<p>A <mark class="own"><em>fine</em> word</mark>, a == b.</p>\n',
    );
    expect(rendered('A ==fine== word.', places, 'A fine word.')).toBe(
      '<p><mark id="passage">A </mark><mark class="own"><mark>fine</mark></mark><mark> word.</mark></p>\n',
    );
  });

  test('tasks are checkboxes with their text as label', () => {
    const html = rendered(
      '- [ ] buy **milk**\n- [x] sell\n  - [X] sold\n- [y] other\n- \\[ ] none\n\n[ ] none',
      places,
    );
    const label = (text: string, checked = '') =>
      `<li class="task"><label><input type="checkbox" disabled${checked}> ${text}</label>`;
    expect(html).toContain(label('buy <strong>milk</strong>'));
    expect(html).toContain(label('sell', ' checked'));
    expect(html).toContain(label('sold', ' checked'));
    expect(html).toContain('<li>[y] other</li>');
    expect(html).toContain('<li>[ ] none</li>');
    expect(html).toContain('<p>[ ] none</p>');
    expect(rendered('- [ ] Buy milk.', places, 'Buy milk.')).toContain(
      '<mark id="passage">Buy milk.</mark></label>',
    );
  });

  test('footnotes and their references link to each other, numbered in the order of reference', () => {
    const html = rendered(
      'One[^b] two[^a] three[^b] four[^none] five^[aside].\n\n[^a]: Text *a*.\n[^b]: Text b.\n[^c]: Text c.',
      places,
    );
    const reference = (number: number, id = ` id="reference:${number}"`) =>
      `<sup${id}><a href="#note:${number}" aria-label="Footnote ${number}">${number}</a></sup>`;
    expect(html).toContain(
      `One${reference(1)} two${reference(2)} three${reference(1, '')} four[^none] five (aside).`,
    );
    for (const [number, text] of [
      [2, 'Text <em>a</em>.'],
      [1, 'Text b.'],
    ])
      expect(html).toContain(
        `<p><span id="note:${number}">${number}.</span> ${text} <a href="#reference:${number}" aria-label="Back to the text, footnote ${number}">↩\ufe0e</a></p>`,
      );
    expect(html).toContain('<p>Text c.</p>');
    expect(rendered('One[^a] two.\n\n[^a]: Three.', places, 'One two.')).toContain(
      '<mark id="passage">One</mark>',
    );
  });

  test('links to block ids lead to the blocks, and the ids are not shown', () => {
    const html = rendered(
      'A claim. ^my-claim\n\n- item ^a1b2c3\n\n| a |\n|---|\n| b |\n\n^table\n\nx ^2\n\n*x*^y\n\n' +
        '[[#^my-claim]] [[Note#^x|there]] [[Note#Part]] [[Nowhere#^x]] [[#Part]] [here](#^table)',
      places,
    );
    expect(html).toContain('<p>A claim.<span id="^my-claim"></span></p>');
    expect(html).toContain('<li>item<span id="^a1b2c3"></span></li>');
    expect(html).toContain('</table>\n<span id="^table"></span>');
    expect(html).toContain('<p>x ^2</p>\n<p><em>x</em>^y</p>');
    expect(html).toContain('<p><a href="#^my-claim">my-claim</a> <a href="/documents/7#^x">there</a> ');
    expect(html).toContain(
      '<a href="/documents/7#heading:part">Note<span> &gt; Part</span></a> Nowhere<span> &gt; ^x</span> Part <a href="#^table">here</a></p>',
    );
    expect(rendered('a ^same\n\nb ^same', places).match(/id="/g), 'an id is there once').toHaveLength(1);
  });

  test('links to headings lead to them and name them, in this note as well', () => {
    const html = rendered(
      '## Über **uns**: 1\n\n## über uns 1\n\n### ⚡\n\n' +
        '[[#Über uns: 1]] [[#Gone]] [a](#über-uns-1) [b](Note.md#%EC%98%A8%EB%8F%84-T) ![[Note#온도 T]] ' +
        '[[Note#A#b & c]] [[Note#x|y]] [[C# notes]]',
      { link: (name) => (/^(?:Note|C# notes)/.test(name) ? '/documents/7' : null), image: () => null },
    );
    expect(html).toContain('<h2 id="heading:über-uns-1">Über <strong>uns</strong>: 1</h2>\n<h2>über');
    expect(html).toContain('<h3>⚡</h3>');
    const own = '#heading:%C3%BCber-uns-1';
    const there = '/documents/7#heading:%EC%98%A8%EB%8F%84-t';
    expect(html).toContain(
      `<p><a href="${own}">Über uns: 1</a> Gone <a href="${own}">a</a> <a href="${there}">b</a> ` +
        `<a href="${there}">Note<span> &gt; 온도 T</span></a> ` +
        '<a href="/documents/7#heading:b-c">Note<span> &gt; A</span><span> &gt; b &amp; c</span></a> ' +
        '<a href="/documents/7#heading:x">y</a> <a href="/documents/7">C# notes</a></p>',
    );
    const marked = rendered('See [[Note#Part]] for this.', places, 'See Note for this.');
    expect(marked.replace(/<(?!\/?mark)[^>]*>/g, '')).toContain(
      '<mark>Note</mark> &gt; Part<mark> for this.</mark>',
    );
  });

  test('a summary is a line of its own', () => {
    expect(rendered('<details><summary>Fold</summary>Text in it</details>', places)).toBe(
      '<p>Fold<br>\nText in it</p>\n',
    );
  });

  test('items that are neither open nor done have their mark in a box; letters and digits are text', () => {
    const html = rendered('- [/] begun\n- [>] moved **on**\n- [1] reference\n- [?](x)\n\n[/] none', places);
    const mark = (shown: string, text: string) =>
      `<li class="task"><span class="item-mark">${shown}</span> ${text}</li>`;
    expect(html).toContain(mark('/', 'begun'));
    expect(html).toContain(mark('&gt;', 'moved <strong>on</strong>'));
    expect(html).toContain('<li>[1] reference</li>');
    expect(html).toContain('<p>[/] none</p>');
    expect(rendered('- [/] Begun it.', places, '[/] Begun it.')).toContain('</mark><mark>Begun it.</mark>');
  });

  test('the rendered text is the indexed text', async () => {
    const note =
      '# T\n\nA ==fine== word[^1] of [[folder/Note#Part]] %%no%% and [[C# notes]]. ^id\n\n- [x] Buy milk.\n\n[^1]: Said.';
    const { documents } = readMarkdown({ path: 'T.md', relative: 'T.md', bytes: Buffer.from(note) });
    const text = rendered(note, places)
      .replace(/<(?:sup|span|a href="#reference)[\s\S]*?<\/(?:sup|span|a)>/g, '')
      .replace(/<[^>]*>/g, '');
    const bare = (whole: string) => whole.replace(/[\s-]+/g, '');
    expect(bare(text)).toBe(`T${bare(documents[0]?.content ?? '')}`);
  });
});

describe('formulas of a note', () => {
  const nowhere = { link: () => null, image: () => null };

  test('are MathML, inline and as blocks', () => {
    const html = rendered('So $d_k$:\n\n$$\n\\frac{a_1}{b}\n$$\n\nand on.', nowhere);
    expect(html).toContain('<p>So <math><msub><mi>d</mi><mi>k</mi></msub></math>:</p>');
    expect(html).toMatch(/<div class="math" tabindex="0"><math display="block">.*<mfrac>.*<\/math><\/div>/);
  });

  test('that cannot be parsed are shown as written, and prices are not formulas', () => {
    expect(rendered('$\\nosuch{a<b}$', nowhere)).toContain('<code>\\nosuch{a&lt;b}</code>');
    expect(rendered('pay 20$, not 30$ or $5 and $10', nowhere)).toBe(
      '<p>pay 20$, not 30$ or $5 and $10</p>\n',
    );
  });
});

describe('pictures', () => {
  const ask = (path: string, id = ids['Main.md']) =>
    server.ask(`/documents/${id}/image?path=${encodeURIComponent(path)}`);

  test('are served by paths relative to the note or to the indexed folder', async () => {
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

  test('are found by name anywhere in the folder: the shortest path first, then alphabetically', async () => {
    const id = ids['Gallery.md'] ?? 0;
    const shown = await page(`/documents/${id}`);
    const sources = [...shown.matchAll(/<img src="[^"]*path=([^"&]*)"/g)].map(([, path = '']) => path);
    expect(sources).toEqual(['Far.png', 'twice.png', 'b%2Ftwice.png', 'shots%2FFar+away.png']);
    const find = await pictureFinder(engine.document(id));
    const found = (path: string) => find(path)?.path.slice(realpathSync(folder).length + '/vault/'.length);
    expect(found('FAR.PNG')).toBe('attachments/deep/far.png');
    expect(found('twice.png')).toBe('attachments/twice.png');
    expect(found('b/twice.png')).toBe('attachments/b/twice.png');
    expect(found('/twice.png')).toBeUndefined();
    expect((await ask('Far.png', id)).headers['content-type']).toBe('image/png');
    for (const path of ['hidden.png', 'other.png', 'gone.png', 'outside.png', 'link.png', 'a/twice.png'])
      expect((await ask(path, id)).status, path).toBe(404);
  });

  test('are searched for without blocking the event loop, and the result is kept for a while', async () => {
    const many = join(folder, 'many');
    for (let i = 0; i < 60; i++) {
      mkdirSync(join(many, `${i}`), { recursive: true });
      for (let j = 0; j < 50; j++) writeFileSync(join(many, `${i}`, `${j}.png`), '');
    }
    const note = { ...engine.document(ids['Gallery.md'] ?? 0), sourcePath: many };
    let turns = 0;
    let looking = true;
    const count = () => {
      turns++;
      if (looking) setImmediate(count);
    };
    count();
    const find = await pictureFinder(note);
    looking = false;
    expect(turns, 'others have had their turn at each folder').toBeGreaterThan(60);
    expect(find('7.png')?.path).toBe(join(realpathSync(many), '0', '7.png'));
    writeFileSync(join(many, '59', 'new.png'), '');
    expect((await pictureFinder(note))('new.png')).toBeNull();
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
  ])('%j is not served', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });
});

test('pictures of a vault below a hidden folder are served, hidden ones inside it are not', async () => {
  const vault = join(folder, '.hidden', 'vault');
  mkdirSync(join(vault, '.obsidian'), { recursive: true });
  writeFileSync(join(vault, 'Note.md'), '# Note\n\n![[dot.png]]');
  for (const name of ['dot.png', '.obsidian/secret.png']) writeFileSync(join(vault, name), PIXEL);
  const hidden = Engine.open();
  await hidden.sync([vault]);
  const there = await serve(hidden);
  const { status, headers } = await there.ask('/documents/1/image?path=dot.png');
  expect([status, headers['content-type']]).toEqual([200, 'image/png']);
  expect((await there.ask('/documents/1/image?path=.obsidian/secret.png')).status).toBe(404);
  await there.close();
  hidden.close();
});

describe('hostile Markdown', () => {
  const nowhere = { link: () => null, image: () => null };
  test.each([
    ['a script', '<script>alert(1)</script>'],
    ['an event handler', '<img src=x onerror=alert(1)>'],
    ['a picture of markup', '<img src="x" alt="<script>alert(1)</script>">'],
    ['a picture of somewhere else', '<img src="javascript:alert(1)"> <img src="data:image/svg+xml,x">'],
    ['a tag with a style', '<p style="position:fixed" onclick="alert(1)">x</p>'],
    ['a javascript link', '[x](javascript:alert(1))'],
    ['an encoded javascript link', '[x](&#106;avascript:alert(1))'],
    ['a picture on the web with a quote', '<img src=\'https://e.org/"onclick="x\' alt=\'"onclick="x\'>'],
    ['a data picture', '![x](data:image/svg+xml;base64,PHN2Zz4=)'],
    ['a data page', '[x](data:text/html,<script>alert(1)</script>)'],
    ['an autolink', '<javascript:alert(1)>'],
    ['a title that closes its quote', '[x](https://example.org "a\\" onmouseover=\\"alert(1)")'],
    ['a wikilink with markup', '[["><script>alert(1)</script>|<b>x</b>]]'],
    ['mathematics with a link', '$\\href{javascript:alert(1)}{x}$ $\\url{x}$ $\\label{a}\\ref{a}$'],
    [
      'mathematics with a style',
      '$\\color{red}{x}$ $\\htmlStyle{color:red}{x}$ $$\\boxed{\\raisebox{9em}{x}}$$',
    ],
    ['mathematics with markup in a text', '$\\text{<img src=x onerror=alert(1)>} x^2$'],
    ['mathematics with markup', '$<img src=x onerror=alert(1)>$'],
    ['an embedded picture with markup', '![["><script>.png]]'],
    ['a callout with markup', '> [!note] <script>alert(1)</script>'],
    ['a footnote with markup', '[^"><script>] [^"><img/src=x>]\n\n[^"><script>]: <script>alert(1)</script>'],
    ['a block with markup', 'x ^"><script>\n\n[[#^"><script>]] [[Note#^" onclick="x]]'],
    ['a task with markup', '- [x] <script>alert(1)</script> <input onclick=alert(1)>'],
    ['a style', '| a |\n|:-:|\n| <p style="x"> |'],
  ])('%s has no effect', (_name, source) => {
    const html = rendered(source, nowhere);
    expect(html).not.toMatch(/(?:href|src)="(?:javascript|data):/i);
    // Quoted values are blanked, so that only names of attributes are matched.
    expect(html.replace(/"[^"]*"/g, '""')).not.toMatch(/<(?:script|img|iframe|b>)|<[^>]*\s(?:on\w+|style)=/i);
  });

  test('ten thousand nested lists, quotes and brackets render in time, to less than a megabyte', () => {
    for (const source of [
      '- '.repeat(10_000),
      '> '.repeat(10_000),
      '['.repeat(20_000),
      '*'.repeat(20_000),
      `${'$'.repeat(5000)}x`,
      '[['.repeat(10_000),
      `$${'x^{'.repeat(240)}y${'}'.repeat(240)}$ `.repeat(500),
      `$\\def\\a{${'x'.repeat(300)}}${'\\a'.repeat(300)}$ `.repeat(100),
      '[^a]'.repeat(20_000),
      '[^a]: b\n'.repeat(5000),
      '- [ ] '.repeat(5000),
      '=='.repeat(20_000),
      '%%\n\n'.repeat(5001),
      `x${' ^a'.repeat(20_000)} `,
      '<div>'.repeat(20_000),
      '<!-- '.repeat(20_000),
    ]) {
      expect(rendered(source, nowhere).length).toBeLessThan(1_000_000);
    }
  });
});

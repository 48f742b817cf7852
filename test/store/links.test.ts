import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DocumentInput } from '../../lib/document.ts';
import { Engine } from '../../lib/engine.ts';
import { linksFrom, linksTo, readLinks, resolveLink } from '../../lib/store/links.ts';
import { Store } from '../../lib/store/store.ts';
import { countRounds } from '../support/rounds.ts';

let engine: Engine;
beforeEach(() => {
  engine = Engine.open();
});
afterEach(() => engine.close());

const note = (uri: string, more: Partial<DocumentInput> = {}): DocumentInput => ({
  ...{ uri, title: `Title of ${uri}`, content: 'Some text.', format: 'markdown' },
  ...more,
});
const uriOf = (id: number | undefined) => (id === undefined ? null : engine.document(id).uri);
const idOf = (uri: string) =>
  engine.store.sql('SELECT id FROM documents WHERE uri = ?').pluck().get(uri) as number;
const resolve = (link: string, from = 'Start.md') => uriOf(resolveLink(engine.store, link, from)?.id);

test.each<[string, string, string]>([
  ['b/Plan', 'Start.md', 'b/Plan.md'],
  ['B/plan.md', 'Start.md', 'b/Plan.md'],
  ['Plan', 'Start.md', 'a/Plan.md'],
  ['Plan.md', 'b/Index.md', 'b/Plan.md'],
  ['./Plan.md', 'b/Index.md', 'b/Plan.md'],
  ['../b/Plan.md', 'a/Index.md', 'b/Plan.md'],
  ['b/Plan', 'deep/er/Index.md', 'deep/er/b/Plan.md'],
  ['/b/Plan', 'deep/er/Index.md', 'b/Plan.md'],
  ['er/b/Plan#Heading|shown', 'Start.md', 'deep/er/b/Plan.md'],
  ['a/Plan#either/foo', 'Start.md', 'a/Plan.md'],
  ['elsewhere/Plan', 'Start.md', 'a/Plan.md'],
  ['foo', 'Start.md', 'foo.markdown'],
  ['foo.markdown', 'Start.md', 'foo.markdown'],
  ['Über uns', 'Start.md', 'ÜBER UNS.md'],
  ['u\u0308ber uns', 'Start.md', 'ÜBER UNS.md'],
  ['tcp/ip', 'Start.md', 'protocols.md'],
  ['The Élan', 'Start.md', 'protocols.md'],
  ['C# notes.md', 'Start.md', 'C# notes.md'],
  ['page.html', 'Start.md', 'web/page.html'],
  ['page', 'Start.md', 'web/page.html'],
  ['../web/Page.HTML#part', 'a/Index.md', 'web/page.html'],
  ['Track.mp3.txt', 'Start.md', 'Track.mp3.txt'],
  ['Attention: an overview', 'Start.md', 'overview.md'],
  ['re:zero', 'Start.md', 'overview.md'],
])('[[%s]] in %s means %s', async (link, from, expected) => {
  await engine.index([
    ...['a/Plan.md', 'b/Plan.md', 'deep/er/b/Plan.md', 'foo.markdown', 'ÜBER UNS.md', 'C# notes.md'].map(
      (uri) => note(uri),
    ),
    ...['web/page.html', 'Track.mp3.txt'].map((uri) => note(uri)),
    note('overview.md', { title: 'Attention: an Overview', aliases: ['Re:Zero'] }),
    note('protocols.md', { title: 'TCP/IP', aliases: ['the élan'] }),
  ]);
  expect(resolve(link, from)).toBe(expected);
});

test('a path takes precedence over a title, and a title over an alias, whichever was indexed first', async () => {
  const three = [note('x.md', { aliases: ['Plan'] }), note('y.md', { title: 'plan' }), note('a/Plan.md')];
  await engine.index(three.slice(0, 1));
  expect(resolve('PLAN')).toBe('x.md');
  await engine.index(three.slice(0, 2));
  expect(resolve('PLAN')).toBe('y.md');
  await engine.index(three);
  expect(resolve('PLAN')).toBe('a/Plan.md');
  expect(resolve('nowhere')).toBeNull();
  expect(resolve('#heading')).toBeNull();
  expect(resolve('https://example.org/plan')).toBeNull();
});

test('the documents linking to a document are exactly those with a link that leads there', async () => {
  await engine.index([
    note('Start.md', { links: ['b/Plan', 'Über uns', 'foo', 'Start', 'nowhere', 'B/plan'] }),
    note('a/Plan.md', { links: ['../foo.markdown'] }),
    note('b/Plan.md'),
    note('b/Index.md', { links: ['Plan.md'] }),
    note('foo.markdown'),
    note('über UNS.md'),
  ]);
  const targets = (uri: string) =>
    linksFrom(engine.store, engine.document(idOf(uri))).map(({ id }) => uriOf(id));
  const sources = (uri: string) => linksTo(engine.store, { id: idOf(uri) }).map(({ id }) => uriOf(id));
  expect(targets('Start.md')).toEqual(['b/Plan.md', 'über UNS.md', 'foo.markdown']);
  const uris = engine.store.sql('SELECT uri FROM documents').pluck().all() as string[];
  for (const uri of uris)
    expect(sources(uri), uri).toEqual(uris.filter((from) => targets(from).includes(uri)));
});

test('links are resolved by lookup: a thousand of them cause no scan', async () => {
  const links = Array.from({ length: 1000 }, (_, i) => `Note ${i}`);
  await engine.index(Array.from({ length: 2000 }, (_, i) => note(`folder/Note ${i}.md`)));
  await engine.index([note('Start.md', { links })]);
  resolve('Note 1'); // the names are read once
  const reads: string[] = [];
  const sql = engine.store.sql.bind(engine.store);
  engine.store.sql = (text) => {
    reads.push(text);
    return sql(text);
  };
  expect(links.map((link) => resolve(link))).toEqual(links.map((name) => `folder/${name}.md`));
  expect(reads.filter((text) => !/WHERE (?:d\.)?id = \?|FROM meta/.test(text))).toEqual([]);
});

test('a link with very many slashes is resolved in linear time', async () => {
  await engine.index([note('a/Plan.md'), note(`rows.jsonl#${'a/'.repeat(200_000)}Plan`, { title: 'Row' })]);
  expect(resolve(`b/${'a/'.repeat(200_000)}Plan`)).toBeNull();
  expect(resolve('a/Plan')).toBe('a/Plan.md');
}, 5000);

describe('links read in slices', () => {
  const reads = () => {
    const found: string[] = [];
    const { sql } = Store.prototype;
    vi.spyOn(Store.prototype, 'sql').mockImplementation(function (this: Store, text) {
      if (text.includes('id > ?')) found.push(text);
      return sql.call(this, text);
    });
    return found;
  };
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('are cached for later calls, even if there are more documents than one slice holds', async () => {
    await engine.index(Array.from({ length: 1200 }, (_, i) => note(`${i}.md`, { links: [`${i + 1}`, '7'] })));
    const read = reads();
    await readLinks(engine.store);
    expect(read.length).toBe(2 * 3);
    await readLinks(engine.store);
    const [first, last] = [idOf('0.md'), idOf('1199.md')].map((id) => engine.document(id));
    expect(linksFrom(engine.store, first!).map(({ id }) => uriOf(id))).toEqual(['1.md', '7.md']);
    expect(linksTo(engine.store, last!).map(({ id }) => uriOf(id))).toEqual(['1198.md']);
    expect(linksTo(engine.store, { id: idOf('7.md') })).toHaveLength(100);
    expect(read).toHaveLength(2 * 3);
  });

  test('need no names if no document has a link', async () => {
    await engine.index([note('a.md'), note('b.md')]);
    const read = reads();
    await readLinks(engine.store);
    expect(linksTo(engine.store, { id: idOf('a.md') })).toEqual([]);
    expect(read).toHaveLength(1);
  });

  test('are not cached if the index changes meanwhile', async () => {
    await engine.index(Array.from({ length: 10_000 }, (_, i) => note(`${i}.md`, { links: ['0'] })));
    const { store } = engine;
    const reading = readLinks(store);
    store.transaction(() => store.sql("UPDATE documents SET links = '[\"1\"]' WHERE uri = '2.md'").run());
    await reading;
    expect(linksTo(store, { id: idOf('1.md') }).map(({ id }) => uriOf(id))).toEqual(['2.md']);
  });

  test('end without error if the index is closed; only later lookups fail', async () => {
    const other = Engine.open();
    await other.index(Array.from({ length: 2000 }, (_, i) => note(`${i}.md`, { links: ['0'] })));
    const { store } = other;
    const reading = readLinks(store);
    other.close();
    await expect(reading).resolves.toBeUndefined();
    expect(() => linksTo(store, { id: 1 })).toThrow(/closed/);
  });
});

test('links are read with pauses within a document of very many, of which the first ten thousand are stored', async () => {
  const links = Array.from({ length: 20_000 }, (_, i) => (i % 2 ? 'B' : `Missing ${i}`));
  await engine.index([note('A.md', { links }), note('B.md')]);
  expect(engine.document(1).links).toEqual(links.slice(0, 10_000));
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 100)); // every step takes a whole slice
  const loop = countRounds();
  await readLinks(engine.store);
  loop.stop();
  vi.restoreAllMocks();
  expect(loop.count()).toBeGreaterThan(15);
  expect(linksTo(engine.store, engine.document(2)).map(({ uri }) => uri)).toEqual(['A.md']);
});

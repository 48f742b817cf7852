import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { countFacets, findNames, listDocuments, matchingIds } from '../../lib/store/library.ts';
import { runToEnd } from '../../lib/turns.ts';
import { textDocument } from '../support/corpus.ts';

const TITLES = [
  'Élan vital',
  'ÜBER UNS',
  'Война и мир',
  'Plain ELAN',
  '100 % sure_thing',
  '검색 엔진',
  'Ελλάδα',
  'İzmir',
];

let engine: Engine;
beforeAll(async () => {
  engine = Engine.open();
  await engine.index(
    TITLES.map((title, i) => ({
      ...textDocument(title, 'Some text.'),
      tags: [['Été', 'Summer', '여름', '50%_off', 'İstanbul'][i] ?? 'none'],
    })),
  );
});
afterAll(() => engine.close());

test.each([
  ['élan', ['Élan vital']],
  ['ÉLAN', ['Élan vital']],
  ['e\u0301lan VITAL', ['Élan vital']],
  ['über', ['ÜBER UNS']],
  ['война', ['Война и мир']],
  ['ΕΛΛΆΔ', ['Ελλάδα']],
  ['İZM', ['İzmir']],
  ['I\u0307zm', ['İzmir']],
  ['elan', ['Plain ELAN']],
  ['검색', ['검색 엔진']],
  ['% SURE_', ['100 % sure_thing']],
  ['É%', []],
  ['_', ['100 % sure_thing']],
])('titles containing %j are %j, ignoring case', (text, expected) => {
  expect(findNames(engine.store, text, 10).map(({ title }) => title)).toEqual(expected);
  const { total, documents } = listDocuments(engine.store, { title: text, limit: 10, offset: 0 });
  expect(documents.map(({ title }) => title)).toEqual(expected);
  expect(total).toBe(expected.length);
});

test('aliases are searched too, and listed after titles', async () => {
  const named = Engine.open();
  const notes: [title: string, ...aliases: string[]][] = [
    ['Agenda', 'Weekly sync', 'sync of the week', 'Été'],
    ['The sync of clocks'],
    ['Plum', 'a "sync"', 'x'],
    ['Synchrony', 'Sync'],
  ];
  await named.index(notes.map(([title, ...aliases]) => ({ ...textDocument(title, 'words'), aliases })));
  const found = (text: string) => findNames(named.store, text, 10).map(({ title, alias }) => [title, alias]);
  expect(found('SYNC')).toEqual([
    ['Synchrony', null],
    ['The sync of clocks', null],
    ['Agenda', 'sync of the week'],
    ['Plum', 'a "sync"'],
  ]);
  expect(found('été')).toEqual([['Agenda', 'Été']]);
  for (const text of ['","', '[', '\\"']) expect(found(text)).toEqual([]);
  expect(findNames(named.store, 'sync', 2).map(({ title }) => title)).toEqual([
    'Synchrony',
    'The sync of clocks',
  ]);
  const { total, documents } = listDocuments(named.store, { title: 'sync', limit: 2, offset: 0 });
  expect([total, documents.map(({ title }) => title)]).toEqual([4, ['Agenda', 'The sync of clocks']]);
  named.close();
});

test.each([
  ['été', 1],
  ['ÉTÉ', 1],
  ['SUMMER', 2],
  ['İstanbul', 5],
  ['İSTANBUL', 5],
  ['여름', 3],
  ['50%_OFF', 4],
  ['50%', null],
  ['ét_', null],
  ['sum', null],
])('the tag %j matches document %j', (tag, id) => {
  expect([...matchingIds(engine.store, { tag })]).toEqual(id === null ? [] : [id]);
});

describe('nested folders and tags', () => {
  let nested: Engine;
  beforeAll(async () => {
    nested = Engine.open();
    const notes: [uri: string, ...tags: string[]][] = [
      ['CS/Web/HTTP.md', '딥러닝/어텐션', '딥러닝/학습'],
      ['CS/Web/old/CGI.md', '#딥러닝', 'AI'],
      ['/CS/Graphs.md', '딥러닝들', 'ai/Search/', 'É/x'],
      ['CS//Trees.md', 'ai', '/odd', ''],
      ['Website/Index.md', 'Ai/search/tree', 'é', '50%/a'],
      ['https://example.com/a/b', '500/b', '/'],
      ['Top.md'],
    ];
    await nested.index(notes.map(([uri, ...tags]) => ({ ...textDocument('Note', 'words'), uri, tags })));
  });
  afterAll(() => nested.close());

  test.each([
    ['딥러닝', [1, 2]],
    ['딥러닝/', [1, 2]],
    ['딥러닝/학습', [1]],
    ['#AI', [2, 3, 4, 5]],
    ['ai/search', [3, 5]],
    ['é', [3, 5]],
    ['50%', [5]],
    ['/odd', [4]],
    ['a', []],
  ])('the tag %j matches documents %j', (tag, ids) => {
    expect([...matchingIds(nested.store, { tag })]).toEqual(ids);
  });

  test('are counted as the filter matches them, including those nested in them', () => {
    const { folders, tags, languages } = runToEnd(countFacets(nested.store));
    expect(folders).toEqual([
      { name: 'CS', count: 4 },
      { name: 'CS/Web', count: 2 },
      { name: 'CS/Web/old', count: 1 },
      { name: 'Website', count: 1 },
      { name: 'https:', count: 1 },
      { name: 'https://example.com', count: 1 },
      { name: 'https://example.com/a', count: 1 },
    ]);
    expect(tags.slice(0, 4)).toEqual([
      { name: 'ai', count: 4 },
      { name: 'Ai/search', count: 2 },
      { name: 'é', count: 2 },
      { name: '딥러닝', count: 2 },
    ]);
    expect(tags.map(({ name }) => name).sort()).toEqual(
      ['/odd', '50%', '50%/a', '500', '500/b', 'Ai/search', 'Ai/search/tree', 'ai'].concat(
        ...['É/x', 'é', '딥러닝', '딥러닝/어텐션', '딥러닝/학습', '딥러닝들'],
      ),
    );
    for (const { name, count } of folders)
      expect([name, matchingIds(nested.store, { folder: name }).size]).toEqual([name, count]);
    for (const { name, count } of tags)
      expect([name, matchingIds(nested.store, { tag: name }).size]).toEqual([name, count]);
    for (const { name, count } of languages)
      expect([name, matchingIds(nested.store, { language: name }).size]).toEqual([name, count]);
  });

  test('of an extremely deep tag only the levels that a filter can name are counted', async () => {
    const deep = Engine.open();
    await deep.index([{ ...textDocument('Deep', 'words'), tags: ['a/'.repeat(100_000)] }]);
    const { tags } = runToEnd(countFacets(deep.store));
    expect(tags).toHaveLength(20);
    expect(tags[0]).toEqual({ name: 'a', count: 1 });
    deep.close();
  });
});

test('names of a program’s documents are found and removed in either Unicode spelling', async () => {
  const engine = Engine.open();
  const spelt = (form: 'NFC' | 'NFD') => ({
    ...{
      uri: '노트/a'.normalize(form),
      title: 'Café 문서'.normalize(form),
      content: 'x',
      format: 'text' as const,
    },
    ...{ tags: ['태그'.normalize(form)], aliases: ['한글 이름'.normalize(form)] },
  });
  for (const given of ['NFC', 'NFD'] as const) {
    await engine.index([spelt(given)]);
    expect(engine.status().documents).toBe(1);
    for (const form of ['NFC', 'NFD'] as const) {
      const text = (name: string) => name.normalize(form);
      for (const name of ['café', '문서', '한글'])
        expect(findNames(engine.store, text(name), 9)).toHaveLength(1);
      for (const filter of [{ folder: text('노트') }, { tag: text('태그') }])
        expect(matchingIds(engine.store, filter).size).toBe(1);
    }
    expect(await engine.remove([spelt(given === 'NFC' ? 'NFD' : 'NFC').uri])).toBe(1);
  }
  engine.close();
});

test('an instant of a program’s document is stored in UTC, as those of files are', async () => {
  const engine = Engine.open();
  const dates = ['2024-05-01T23:30:00-09:00', '2024-05-02T08:30', '2024-05-02'];
  await engine.index(dates.map((date) => ({ ...textDocument(date, 'words'), date })));
  expect([...matchingIds(engine.store, { since: '2024-05-02', until: '2024-05-02' })]).toEqual([1, 2, 3]);
  expect(engine.document(1).date).toBe('2024-05-02T08:30:00.000Z');
  expect(engine.document(3).date).toBe('2024-05-02');
  engine.close();
});

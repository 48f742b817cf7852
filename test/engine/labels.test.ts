import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { foldersOf } from '../../lib/document.ts';
import { Engine } from '../../lib/index.ts';
import { writtenOf } from '../../lib/store/analysis.ts';
import { textDocument } from '../support/corpus.ts';

let engine: Engine;
beforeAll(async () => {
  engine = Engine.open();
  const format = 'text';
  await engine.index([
    { uri: 'Travel/2024/Lisbon.md', title: 'Lisbon', content: 'Hills and trams.', tags: ['holiday'], format },
    { uri: 'Work/Standup.md', title: 'Standup', content: 'Who does what today.', tags: ['회의록'], format },
    { uri: 'https://travel.example/kitchen', title: 'Soup', content: 'Onions and time.', format },
    { uri: 'Soup.md', title: 'Bread', content: 'Flour and salt.', tags: ['baking', 'flour mill'], format },
  ]);
});
afterAll(() => engine.close());

const firstOf = (query: string) => engine.search(query).results[0];

test('a document is found by its tags, and its result lists those that match the query', () => {
  expect(firstOf('holiday')).toMatchObject({ title: 'Lisbon', tags: ['holiday'], missing: [] });
  expect(firstOf('회의록에서')).toMatchObject({ title: 'Standup', tags: ['회의록'] });
  expect(firstOf('baking')?.tags).toEqual(['baking']);
  expect(firstOf('trams')).toMatchObject({ title: 'Lisbon', tags: [] });
});

test('a document is found by the folders of its path, but not by its web address', () => {
  const { results } = engine.search('travel');
  expect(results.filter(({ missing }) => missing.length === 0).map(({ title }) => title)).toEqual(['Lisbon']);
  expect(engine.search('example').results.every(({ missing }) => missing.length === 1)).toBe(true);
});

test('a document whose tags change is updated, and found by its new tags only', async () => {
  const own = Engine.open();
  const plant = { uri: 'a/plant', title: 'Plant', content: 'It grows.', format: 'text' } as const;
  await own.index([plant]);
  expect(await own.index([plant])).toMatchObject({ unchanged: 1 });
  expect(await own.index([{ ...plant, tags: ['balcony'] }])).toMatchObject({ updated: 1 });
  expect(own.search('balcony').results[0]).toMatchObject({ tags: ['balcony'], missing: [] });
  await own.index([plant]);
  expect(own.search('balcony').results[0]).toMatchObject({ tags: [], missing: ['balcony'] });
  own.close();
});

describe('properties', () => {
  const book = { uri: 'book', title: 'Thinking', content: 'Two systems.', format: 'text' } as const;
  const properties = [
    { name: 'author', value: 'Daniel Kahneman' },
    { name: 'attendees', value: 'Sora Kim' },
    { name: 'attendees', value: '이민수' },
  ];
  let own: Engine;
  beforeEach(() => {
    own = Engine.open();
  });
  afterEach(() => own.close());

  test('find a document, and its result lists those that match the query', async () => {
    const note = textDocument('Plum', 'Fruit.');
    await own.index([{ ...book, properties }, note]);
    const asked = (query: string) => own.search(query).results[0];
    expect(asked('kahneman')).toMatchObject({ title: 'Thinking', properties: [properties[0]], missing: [] });
    expect(asked('attendees')).toMatchObject({ title: 'Thinking', properties: [properties[1]], missing: [] });
    expect(asked('이민수')).toMatchObject({ title: 'Thinking', properties: [properties[2]], missing: [] });
    expect(asked('plum')).toMatchObject({ title: 'Plum', properties: [] });
    expect(own.document(1).properties).toEqual(properties);
  });

  test('update a document when they change; an empty list is the same as none', async () => {
    await own.index([book]);
    expect(await own.index([{ ...book, properties: [] }])).toMatchObject({ unchanged: 1 });
    expect(await own.index([{ ...book, properties }])).toMatchObject({ updated: 1 });
    expect(await own.index([{ ...book, properties: properties.slice(1) }])).toMatchObject({ updated: 1 });
    expect(writtenOf({ ...book, properties: [] })).toBe(
      '["Thinking","Two systems.","text",null,[],[],null,[],""]',
    );
  });

  test('are searched up to 2,000 characters in all, and up to 500 of one value', async () => {
    const many = Array.from({ length: 5000 }, (_, i) => ({ name: 'kiwi', value: `kiwi k${i}` }));
    const content = Array.from({ length: 300 }, (_, i) => `Line ${i} of a long note on fruit.`).join('\n\n');
    await own.index([
      { ...book, content, properties: many },
      { ...book, uri: 'long', properties: [{ name: 'about', value: `${'fig '.repeat(124)}quince zyzzy` }] },
    ]);
    expect(own.search('kiwi').results[0]?.properties).toEqual(many.slice(0, 10));
    expect(own.search('k150').results[0]?.missing).toEqual([]);
    expect(own.search('k300').results[0]?.missing).toEqual(['k300']);
    expect(own.search('zyzzy').results[0]?.missing).toEqual(['zyzzy']);
    expect(own.store.documentTerms(1).labels.ids.length).toBeLessThan(300);
  });
});

test('the first hundred tags are searched and ten listed; an overlong one is ignored', async () => {
  const own = Engine.open();
  const tags = [`deep/${'x/'.repeat(200)}end`, ...Array.from({ length: 5000 }, (_, i) => `kiwi/t${i}`)];
  const content = Array.from({ length: 300 }, (_, i) => `Line ${i} of a long note on fruit.`).join('\n\n');
  await own.index([{ uri: 'k', title: 'Kiwi', content, tags, format: 'text' }]);
  expect(own.search('kiwi').results[0]?.tags).toEqual(tags.slice(1, 11));
  expect(own.search('t99').results[0]?.missing).toEqual([]);
  expect(own.search('t100').results[0]?.missing).toEqual(['t100']);
  expect(own.search('deep').results[0]?.missing).toEqual(['deep']);
  own.close();
});

test('the first hundred aliases are searched; one that is longer than a title may be is ignored', async () => {
  const own = Engine.open();
  const aliases = ['long '.repeat(201), ...Array.from({ length: 5000 }, (_, i) => `kiwi n${i}`)];
  await own.index([{ uri: 'k', title: 'Fruit', content: 'Green.', aliases, format: 'text' }]);
  expect(own.search('n99').results[0]?.missing).toEqual([]);
  expect(own.search('n100').results[0]?.missing).toEqual(['n100']);
  expect(own.search('long').results[0]?.missing).toEqual(['long']);
  expect(own.document(1).aliases).toEqual(aliases);
  own.close();
});

test.each([
  ['a/b/c.md', 'a/b'],
  ['c.md', ''],
  ['C#/c.md', 'C#'],
  ['a/f.json#i/d/e', 'a'],
  ['f.JSONL#x/y', ''],
  ['https://example.org/a/b', ''],
])('the folders of %s are %j', (uri, folders) => {
  expect(foldersOf(uri)).toBe(folders);
});

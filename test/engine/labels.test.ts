import { afterAll, beforeAll, expect, test } from 'vitest';
import { foldersOf } from '../../lib/document.ts';
import { Engine } from '../../lib/index.ts';

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

test('a document is found by its tags, which are told where they have a word of the query', () => {
  expect(firstOf('holiday')).toMatchObject({ title: 'Lisbon', tags: ['holiday'], missing: [] });
  expect(firstOf('회의록에서')).toMatchObject({ title: 'Standup', tags: ['회의록'] });
  expect(firstOf('baking')?.tags).toEqual(['baking']);
  expect(firstOf('trams')).toMatchObject({ title: 'Lisbon', tags: [] });
});

test('and by the folders of its path, but not by an address on the web', () => {
  const { results } = engine.search('travel');
  expect(results.filter(({ missing }) => missing.length === 0).map(({ title }) => title)).toEqual(['Lisbon']);
  expect(engine.search('example').results.every(({ missing }) => missing.length === 1)).toBe(true);
});

test('tags that change, or a path, make another document', async () => {
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

test('of tags without end the first hundred are searched, and ten listed; what is longer than a tag is none', async () => {
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

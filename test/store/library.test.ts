import { afterAll, beforeAll, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { findTitles, listDocuments, matchingIds } from '../../lib/store/library.ts';
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
])('titles with %j are %j, upper and lower case alike', (text, expected) => {
  expect(findTitles(engine.store, text, 10).map(({ title }) => title)).toEqual(expected);
  const { total, documents } = listDocuments(engine.store, { title: text, limit: 10, offset: 0 });
  expect(documents.map(({ title }) => title)).toEqual(expected);
  expect(total).toBe(expected.length);
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
])('the tag %j is of document %j', (tag, id) => {
  expect([...matchingIds(engine.store, { tag })]).toEqual(id === null ? [] : [id]);
});

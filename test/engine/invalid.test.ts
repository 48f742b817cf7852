import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DocumentInput } from '../../lib/document.ts';
import { Engine } from '../../lib/engine.ts';
import { SearchError } from '../../lib/errors.ts';
import { unitsOf } from '../../lib/explain/units.ts';
import { findNames } from '../../lib/store/library.ts';
import { NOTES, textDocument } from '../support/corpus.ts';

let engine: Engine;
beforeEach(() => {
  engine = Engine.open();
});
afterEach(() => {
  engine.close();
});

function titles(query: string): string[] {
  return engine.search(query, { limit: 100 }).results.map(({ title }) => title);
}

/** Documents with a words score above 0: those that contain a word of the query. */
function saying(query: string): string[] {
  return engine
    .search(query, { limit: 100 })
    .results.filter(({ scores }) => (scores.words ?? 0) > 0)
    .map(({ uri }) => uri)
    .sort();
}

describe('a document with unpaired surrogates', () => {
  test('is shown at the passage with the query’s words, at offsets of the stored text', async () => {
    const content = `${'\ud83d '.repeat(300)}\n\n${'Filler says nothing. '.repeat(120)}A wombat digs.`;
    await engine.index([textDocument('Animals', content)]);
    const passage = engine.search('wombat').results[0]?.passage;
    expect(passage?.text).toContain('A wombat digs.');
    expect(passage?.matches.map(([start, end]) => engine.document(1).content.slice(start, end))).toEqual([
      'wombat',
    ]);
    expect(engine.document(1).content).toBe(content.replaceAll('\ud83d', '\ufffd'));
  });

  test('gets U+FFFD for each of them in every field, and keeps whole pairs', async () => {
    const lone = (text: string) => `${text} \udc00😀`;
    const stored = (text: string) => `${text} \ufffd😀`;
    await engine.index([
      {
        ...textDocument('Title', lone('content')),
        ...{ uri: lone('uri'), title: lone('Title'), source: lone('source') },
        ...{
          tags: [lone('tag')],
          properties: [{ name: lone('a'), value: lone('b') }],
          aliases: [lone('alias')],
          links: [lone('link')],
        },
      },
    ]);
    expect(engine.document(1)).toMatchObject({
      ...{ uri: stored('uri'), title: stored('Title'), content: stored('content'), source: stored('source') },
      ...{
        tags: [stored('tag')],
        properties: [{ name: stored('a'), value: stored('b') }],
        aliases: [stored('alias')],
        links: [stored('link')],
      },
    });
    expect(await engine.remove([lone('uri')])).toBe(1);
  });

  test('is unchanged when indexed again', async () => {
    const document = textDocument('Title \ud800', 'content \ud800');
    await engine.index([document]);
    expect(await engine.index([document])).toMatchObject({ added: 0, updated: 0, unchanged: 1 });
  });
});

test('a document with NUL characters is found by the text after them, and can be removed', async () => {
  const document = textDocument(
    'A \0 wombat',
    'It digs at night and in the day.\0 It sleeps in a burrow of its own.',
  );
  await engine.index([{ ...document, uri: 'a\0b', aliases: ['other \0 name'] }]);
  const { store } = engine;
  expect(findNames(store, 'wombat', 5)).toMatchObject([{ id: 1, title: 'A \ufffd wombat', alias: null }]);
  expect(findNames(store, 'name', 5)).toMatchObject([{ alias: 'other \ufffd name' }]);
  expect(unitsOf(engine, 1).units.map(({ text }) => text)).toEqual([
    'It digs at night and in the day.\ufffd It sleeps in a burrow of its own.',
  ]);
  expect(await engine.remove(['a\0b'])).toBe(1);
});

describe('an invalid document', () => {
  const good = textDocument('Good', 'words');
  test.each<[string, unknown, string]>([
    ['null', null, 'expected an object, got null'],
    ['a string', 'text', 'expected an object, got string'],
    ['no uri', { ...good, uri: undefined }, 'expected uri'],
    ['an empty uri', { ...good, uri: '' }, 'expected uri to be a non-empty string'],
    ['a title that is a number', { ...good, title: 5 }, 'expected title to be a string, got number'],
    [
      'a title of a megabyte',
      { ...good, title: 'x'.repeat(1_000_000) },
      'expected a title of at most 1000 characters, got 1000000',
    ],
    [
      'no content',
      { uri: 'a', title: 'A', format: 'text' },
      'expected content to be a string, got undefined',
    ],
    ['no format', { uri: 'a', title: 'A', content: '' }, 'expected format to be'],
    ['an unknown format', { ...good, format: 'docx' }, 'expected format to be'],
    ['a format that is an object', { ...good, format: Object.create(null) }, 'got an object'],
    ['a uri that is a number', { ...good, uri: 5n }, 'Document 5: expected uri to be a non-empty string'],
    ['tags that are one string', { ...good, tags: 'a, b' }, 'expected tags to be a list of strings'],
    ...[{ a: 'b' }, [['a', 'b']], [null], [{ name: 'a', value: 1 }], [{ name: 'a', value: 'b', c: 'd' }]].map(
      (properties): [string, unknown, string] => [
        `properties that are ${JSON.stringify(properties)}`,
        { ...good, properties },
        'expected properties to be a list of { name, value }, both strings',
      ],
    ),
    ['aliases that are numbers', { ...good, aliases: [1] }, 'expected aliases to be a list of strings'],
    ['links that are null', { ...good, links: null }, 'expected links to be a list of strings'],
    ['a date that is a Date', { ...good, date: new Date() }, 'expected date to be a string'],
    ['a date in words', { ...good, date: 'yesterday' }, 'expected date to be in ISO 8601'],
    ['a month that does not exist', { ...good, date: '2024-13-01' }, 'got "2024-13-01"'],
    ['a day that its month does not have', { ...good, date: '2024-02-31' }, 'got "2024-02-31"'],
    ['an instant on such a day', { ...good, date: '2023-02-29T10:00:00Z' }, 'got "2023-02-29T10:00:00Z"'],
    ['a field that does not exist', { ...good, tag: ['a'] }, 'there is no field "tag", only uri, title,'],
    ['a source that is a number', { ...good, source: 1 }, 'expected source to be a string'],
  ])('%s is INVALID_DOCUMENT, and the message names the field', async (_, document, message) => {
    const failure = engine.index([document as DocumentInput]);
    await expect(failure).rejects.toBeInstanceOf(SearchError);
    await expect(failure).rejects.toMatchObject({
      code: 'INVALID_DOCUMENT',
      message: expect.stringContaining(message),
    });
    expect(engine.status().documents).toBe(0);
  });

  test('leaves everything that was indexed before searchable', async () => {
    await engine.index(NOTES);
    await expect(engine.index([good, { ...good, uri: '' }, textDocument('After', 'it')])).rejects.toThrow(
      'uri',
    );
    expect(engine.status().documents).toBe(NOTES.length + 1);
    expect(titles('softmax')[0]).toBe('Softmax');
  });

  test('in a later batch leaves the earlier batches searchable at once, and the next call completes them', async () => {
    const many = Array.from({ length: 300 }, (_, i) => textDocument(`Note ${i}`, `word${i} common`));
    engine.search('before');
    await expect(engine.index([...many, { ...good, uri: '' }])).rejects.toThrow('uri');
    expect(engine.status().documents).toBe(300);
    expect(saying('word299')).toEqual(['Note 299']);
    expect(engine.search('word7').results[0]?.scores.title).toBe(0);
    await engine.index(many);
    expect(engine.status().documents).toBe(300);
    expect(engine.search('word7').results[0]?.scores.title).not.toBe(0);
  });
});

test.each([
  [
    'an iterable',
    function* () {
      for (let i = 0; i < 260; i++) yield textDocument(`Note ${i}`, `word${i}`);
      throw new Error('the feed broke off');
    },
  ],
  [
    'an async iterable',
    async function* () {
      for (let i = 0; i < 260; i++) {
        if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        yield textDocument(`Note ${i}`, `word${i}`);
      }
      throw new Error('the feed broke off');
    },
  ],
])('the documents that %s yielded before it failed are indexed', async (_, documents) => {
  await expect(engine.index(documents())).rejects.toThrow('the feed broke off');
  expect(engine.status().documents).toBe(260);
});

test('an async iterable of documents is accepted', async () => {
  const feed = async function* () {
    for (const note of NOTES) yield await Promise.resolve(note);
  };
  expect(await engine.index(feed())).toMatchObject({ added: NOTES.length });
  expect(titles('softmax')[0]).toBe('Softmax');
});

/** Cannot even be converted to a string. */
const nothing = Object.create(null);

describe('an invalid argument is refused', () => {
  const note = textDocument('Note', 'words');
  const index = (...given: unknown[]) => engine.index(...(given as Parameters<Engine['index']>));
  const sync = (...given: unknown[]) => engine.sync(...(given as Parameters<Engine['sync']>));
  const remove = (...given: unknown[]) => engine.remove(...(given as Parameters<Engine['remove']>));
  const search = (...given: unknown[]) => engine.search(...(given as Parameters<Engine['search']>));
  const explain = (...given: unknown[]) => engine.explain(...(given as Parameters<Engine['explain']>));
  const attend = (...given: unknown[]) => engine.attend(...(given as Parameters<Engine['attend']>));
  const open = (...given: unknown[]) => Engine.open(...(given as Parameters<typeof Engine.open>));
  const listOf = (of: string, got: string) => `to be a list of ${of}, got ${got}. Put them in [ ].`;

  test.each<[string, () => unknown, string]>([
    ['open(null)', () => open(null), 'Expected options to be an object, got null.'],
    [
      'a path instead of options',
      () => open('notes.db'),
      'Expected options to be an object, got "notes.db".',
    ],
    ['a path that is a number', () => open({ path: 5 }), 'Expected path to be text, got 5.'],
    ['a path that is null', () => open({ path: null }), 'Expected path to be text, got null.'],
    [
      'mustExist as a string',
      () => open({ mustExist: 'no' }),
      'Expected mustExist to be true or false, got "no".',
    ],
    ['an empty calibration', () => open({ calibration: {} }), 'Calibration: expected bias to be a number'],
    [
      'a calibration that is a number',
      () => open({ calibration: 5 }),
      'Expected calibration to be an object, got 5.',
    ],
    ['no documents', () => index(), `Expected documents ${listOf('documents', 'undefined')}`],
    ['one document', () => index(note), `Expected documents ${listOf('documents', 'an object')}`],
    ['a text for documents', () => index('12'), `Expected documents ${listOf('documents', '"12"')}`],
    ['options of index', () => index([], null), 'Expected options to be an object, got null.'],
    [
      'onProgress that is a number',
      () => index([], { onProgress: 5 }),
      'Expected onProgress to be a function, got 5.',
    ],
    ['no paths', () => sync(), `Expected paths ${listOf('texts', 'undefined')}`],
    ['one path', () => sync('12'), `Expected paths ${listOf('texts', '"12"')}`],
    ['a number among the paths', () => sync(['a', 5]), 'Expected paths[1] to be text, got 5.'],
    ['options of sync', () => sync([], null), 'Expected options to be an object, got null.'],
    ['a signal', () => sync([], { signal: 5 }), 'Expected signal to be an AbortSignal, got 5.'],
    [
      'a controller instead of its signal',
      () => sync([], { signal: new AbortController() }),
      'Expected signal to be an AbortSignal, got an object.',
    ],
    ['no uris', () => remove(), `Expected uris ${listOf('texts', 'undefined')}`],
    ['one uri', () => remove('12'), `Expected uris ${listOf('texts', '"12"')}`],
    ['uris as an object', () => remove({ uri: 'a' }), `Expected uris ${listOf('texts', 'an object')}`],
    ['undefined among the uris', () => remove([undefined]), 'Expected uris[0] to be text, got undefined.'],
    ['a query that is a number', () => search(5), 'Expected the query to be text, got 5.'],
    ['no query', () => search(), 'Expected the query to be text, got undefined.'],
    ['options of search', () => search('x', null), 'Expected options to be an object, got null.'],
    ['options of attend', () => attend('x', 5), 'Expected options to be an object, got 5.'],
    ['options of explain', () => explain('x', 1, null), 'Expected options to be an object, got null.'],
    ['heads', () => search('x', { heads: 5 }), 'Expected heads to be an object, got 5.'],
    ['a filter', () => search('x', { filter: 'en' }), 'Expected filter to be an object, got "en".'],
    ['a tag', () => search('x', { filter: { tag: nothing } }), 'Expected tag to be text of at most 500'],
    ['a limit', () => search('x', { limit: nothing }), 'from 1 to 100, got an object.'],
    ['a word left out', () => search('x', { without: [1n] }), 'Expected without[0] to be text, got 1.'],
    ['an id that is a string', () => explain('x', '1'), 'Expected id to be a number, got "1".'],
    [
      'an id that is an object',
      () => engine.document({} as never),
      'Expected id to be a number, got an object.',
    ],
    ['options of search that are a list', () => search('x', []), 'to be an object, got a list.'],
    [
      'heads that are a list',
      () => search('x', { heads: [] }),
      'Expected heads to be an object, got a list.',
    ],
    ['a filter that is a list', () => search('x', { filter: [] }), 'Expected filter to be an object, got a'],
    ...['limit', 'temperature', 'mass', 'hops', 'without', 'heads', 'filter'].map(
      (name): [string, () => unknown, string] => [
        `${name} null`,
        () => search('x', { [name]: null }),
        `Expected ${name} to be `,
      ],
    ),
    ['a head null', () => search('x', { heads: { title: null } }), 'Expected title to be a number from 0'],
    ['a folder null', () => search('x', { filter: { folder: null } }), 'Expected folder to be text'],
    [
      'a 51st word left out',
      () => search('x', { without: Array(51).fill('y') }),
      'Expected without to be at most 50 words, got 51.',
    ],
    ['an id NaN', () => engine.document(Number.NaN), 'Expected id to be a whole number, got NaN.'],
    ['an id with a fraction', () => explain('x', 1.5), 'Expected id to be a whole number, got 1.5.'],
    ['mustExist without a path', () => open({ mustExist: true }), 'Expected path to be the name of a file'],
    [
      'work that gives a promise of another kind',
      () => engine.snapshot(() => Object.fromEntries([['then', () => {}]])),
      'got a promise. Await before or after the snapshot.',
    ],
    ['work', () => engine.snapshot(5 as never), 'Expected work to be a function, got 5.'],
    ['asynchronous work', () => engine.snapshot(async () => 1), 'Expected work to be done when it returns'],
  ])('%s', async (_, call, message) => {
    const failure = Promise.resolve().then(call);
    await expect(failure).rejects.toBeInstanceOf(SearchError);
    await expect(failure).rejects.toMatchObject({
      code: 'INVALID_PARAMETER',
      message: expect.stringContaining(message),
    });
  });

  test('of 50 words left out none is refused', () => {
    expect(search('words', { without: Array(50).fill('y') }).query.text).toBe('words');
  });

  test('the message for an empty query does not mention a URL', () => {
    expect(() => search('')).toThrow(/, got an empty one\.$/);
  });

  test('an option that does not exist', async () => {
    const unknown = (name: string) => ({
      code: 'UNKNOWN_PARAMETER',
      message: expect.stringContaining(`There is no option "${name}". Options are `),
    });
    expect(() => open({ pth: 'notes.db' })).toThrow(expect.objectContaining(unknown('pth')));
    await expect(index([], { progress: 1 })).rejects.toMatchObject(unknown('progress'));
    await expect(sync([], { abort: 1 })).rejects.toMatchObject(unknown('abort'));
  });

  test('an error gives its sentence and its facts apart, so that it can be translated', () => {
    expect(() => search('x', { limit: 0 })).toThrow(
      expect.objectContaining({
        message: 'Expected limit to be a whole number from 1 to 100, got 0.',
        sentence: 'Expected {name} to be a whole number from {least} to {most}, got {got}.',
        facts: { name: 'limit', least: 1, most: 100, got: '0' },
      }),
    );
    // Placeholders in what the caller passed are not filled in.
    expect(() => search('x', { '{constructor}': 0 })).toThrow('There is no option "{constructor}".');
    expect(() => search('x', { limit: '{name}' })).toThrow('got "{name}".');
  });

  test('a single uri given to remove is not taken for a list of its characters', async () => {
    await engine.index([textDocument('One', 'words'), { ...textDocument('Two', 'words'), uri: '1' }]);
    await expect(remove('12')).rejects.toThrow('list');
    expect(engine.status().documents).toBe(2);
  });
});

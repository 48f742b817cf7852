import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DocumentInput } from '../../lib/document.ts';
import { Engine, type EngineOptions, type IndexOptions } from '../../lib/engine.ts';
import { SearchError } from '../../lib/errors.ts';
import type { SyncOptions } from '../../lib/indexing/sync.ts';
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

/** Documents with a words score above 0: those that say a word of the query. */
function saying(query: string): string[] {
  return engine
    .search(query, { limit: 100 })
    .results.filter(({ scores }) => (scores.words ?? 0) > 0)
    .map(({ uri }) => uri)
    .sort();
}

describe('a document with halves of surrogate pairs', () => {
  test('is shown where its words are, at offsets of what is stored', async () => {
    const content = `${'\ud83d '.repeat(300)}\n\n${'Filler says nothing. '.repeat(120)}A wombat digs.`;
    await engine.index([textDocument('Animals', content)]);
    const passage = engine.search('wombat').results[0]?.passage;
    expect(passage?.text).toContain('A wombat digs.');
    expect(passage?.matches.map(([start, end]) => engine.document(1).content.slice(start, end))).toEqual([
      'wombat',
    ]);
    expect(engine.document(1).content).toBe(content.replaceAll('\ud83d', '\ufffd'));
  });

  test('has U+FFFD for each, in every field, and pairs stay whole', async () => {
    const lone = (text: string) => `${text} \udc00😀`;
    const stored = (text: string) => `${text} \ufffd😀`;
    await engine.index([
      {
        ...textDocument('Title', lone('content')),
        ...{ uri: lone('uri'), title: lone('Title'), source: lone('source') },
        ...{ tags: [lone('tag')], aliases: [lone('alias')], links: [lone('link')] },
      },
    ]);
    expect(engine.document(1)).toMatchObject({
      ...{ uri: stored('uri'), title: stored('Title'), content: stored('content'), source: stored('source') },
      ...{ tags: [stored('tag')], aliases: [stored('alias')], links: [stored('link')] },
    });
    expect(await engine.remove([lone('uri')])).toBe(1);
  });

  test('is the same when it comes again', async () => {
    const document = textDocument('Title \ud800', 'content \ud800');
    await engine.index([document]);
    expect(await engine.index([document])).toMatchObject({ added: 0, updated: 0, unchanged: 1 });
  });
});

describe('a document that is none', () => {
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
    ['tags that are one string', { ...good, tags: 'a, b' }, 'expected tags to be a list of strings'],
    ['aliases that are numbers', { ...good, aliases: [1] }, 'expected aliases to be a list of strings'],
    ['links that are null', { ...good, links: null }, 'expected links to be a list of strings'],
    ['a date that is a Date', { ...good, date: new Date() }, 'expected date to be a string'],
    ['a date in words', { ...good, date: 'yesterday' }, 'expected date to be in ISO 8601'],
    ['a month that is none', { ...good, date: '2024-13-01' }, 'got "2024-13-01"'],
    ['a day that its month has not', { ...good, date: '2024-02-31' }, 'got "2024-02-31"'],
    ['an instant on such a day', { ...good, date: '2023-02-29T10:00:00Z' }, 'got "2023-02-29T10:00:00Z"'],
    ['a field that does not exist', { ...good, tag: ['a'] }, 'there is no field "tag", only uri, title,'],
    ['a source that is a number', { ...good, source: 1 }, 'expected source to be a string'],
  ])('%s is INVALID_DOCUMENT, with the field by name', async (_, document, message) => {
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

test('what an iterable gave before it failed is indexed', async () => {
  function* documents() {
    for (let i = 0; i < 260; i++) yield textDocument(`Note ${i}`, `word${i}`);
    throw new Error('the feed broke off');
  }
  await expect(engine.index(documents())).rejects.toThrow('the feed broke off');
  expect(engine.status().documents).toBe(260);
});

test('an option that does not exist is refused, not passed over', async () => {
  const unknown = (name: string) => ({
    code: 'UNKNOWN_PARAMETER',
    message: expect.stringContaining(`There is no option "${name}". Options are `),
  });
  expect(() => Engine.open({ pth: 'notes.db' } as EngineOptions)).toThrow(
    expect.objectContaining(unknown('pth')),
  );
  await expect(engine.index([], { progress: 1 } as IndexOptions)).rejects.toMatchObject(unknown('progress'));
  await expect(engine.sync([], { abort: 1 } as SyncOptions)).rejects.toMatchObject(unknown('abort'));
});

test('one uri or path without a list around it is refused: it is not the list of its characters', async () => {
  await engine.index([textDocument('One', 'words'), { ...textDocument('Two', 'words'), uri: '1' }]);
  for (const failure of [engine.remove('12'), engine.sync('12' as unknown as string[])])
    await expect(failure).rejects.toMatchObject({
      code: 'INVALID_PARAMETER',
      message: expect.stringContaining('to be a list, got "12"'),
    });
  expect(engine.status().documents).toBe(2);
});

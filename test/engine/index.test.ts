import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DocumentInput } from '../../lib/document.ts';
import { Engine } from '../../lib/engine.ts';
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

/** Everything that is stored, byte by byte, except times. */
function stored(): unknown {
  const { store } = engine;
  const all = (sql: string) => store.database.prepare(sql).all();
  return {
    documents: all(
      'SELECT id, uri, title, content, hash FROM documents JOIN contents ON document_id = id ORDER BY id',
    ),
    forward: all('SELECT * FROM forward ORDER BY document_id'),
    embedders: all('SELECT fingerprint, dimension, passages, rows, idf, basis FROM embedders'),
    embeddings: all(
      'SELECT document_id, hex(title) AS title, hex(passages) AS passages FROM embeddings ORDER BY document_id',
    ),
  };
}

describe('indexing', () => {
  test('reports what was added and makes it searchable by title, content and in Korean', async () => {
    const report = await engine.index(NOTES);
    expect(report).toMatchObject({
      added: 8,
      updated: 0,
      unchanged: 0,
      removed: 0,
      failed: [],
      documents: 8,
      passages: 8,
    });
    expect(titles('softmax')[0]).toBe('Softmax');
    expect(titles('where does the dough rest?')[0]).toBe('Sourdough bread');
    expect(titles('데이터베이스에서 인덱스란')[0]).toBe('데이터베이스 인덱스');
    expect(titles('스레드')[0]).toBe('프로세스와 스레드');
  });

  test('the same documents again rewrites nothing', async () => {
    await engine.index(NOTES);
    const before = stored();
    const times = () => engine.store.database.prepare('SELECT id, indexed_at FROM documents').all();
    const [timesBefore, indexedAt] = [times(), engine.store.meta('indexedAt')];
    const report = await engine.index(NOTES);
    expect(report).toMatchObject({ added: 0, updated: 0, unchanged: 8, removed: 0, documents: 8 });
    expect(stored()).toEqual(before);
    expect(times()).toEqual(timesBefore);
    expect(engine.store.meta('indexedAt')).toBe(indexedAt);
  });

  test('the same documents into another index, in the same order, gives the same bytes and the same answers', async () => {
    const questions = [
      'what is attention',
      'how to keep bread dough alive',
      '김치 담그는 법',
      'mortgage rates',
    ];
    const answers = () =>
      questions.map((text) => {
        const { tookMs: _, index: __, ...answer } = engine.search(text, { limit: 100 });
        return answer;
      });
    await engine.sync(['data/demo']);
    const first = [stored(), answers()];
    const documents = engine.store.sql('SELECT id FROM documents ORDER BY id DESC').pluck().all();
    const backwards = documents.map((id) => {
      const { uri, title, content, format, tags, aliases } = engine.document(id as number);
      return { uri, title, content, format, tags, aliases };
    });
    engine.close();
    engine = Engine.open();
    await engine.sync(['data/demo']);
    expect(isDeepStrictEqual([stored(), answers()], first), 'millions of bytes, not shown').toBe(true);
    engine.close();
    engine = Engine.open();
    await engine.index(backwards);
    // In another order the weaker directions of the embedding differ; the words scores do not.
    const words = (all: ReturnType<typeof answers>) =>
      all.map(({ results }) => Object.fromEntries(results.map(({ uri, scores }) => [uri, scores.words])));
    const [before, after] = [words(first[1] as ReturnType<typeof answers>), words(answers())];
    for (const [i, scores] of before.entries())
      for (const [uri, score] of Object.entries(scores)) expect(after[i]?.[uri] ?? score).toBe(score);
  });

  test('a changed document replaces the old one under its id', async () => {
    await engine.index(NOTES);
    const before = engine.search('softmax').results[0]?.id;
    const report = await engine.index([
      textDocument('Gumbel trick', 'Noise makes a choice differentiable.', 'softmax'),
    ]);
    expect(report).toMatchObject({ added: 0, updated: 1, unchanged: 0, documents: 8 });
    expect(engine.search('Gumbel trick').results[0]?.id).toBe(before);
    expect(saying('softmax')).toEqual([]);
    expect(saying('differentiable')).toEqual(['softmax']);
  });

  test.each<[string, Partial<DocumentInput>]>([
    ['its tags', { tags: ['new'] }],
    ['its aliases', { aliases: ['normalised exponential'] }],
    ['its date', { date: '2024-01-15' }],
    ['its links', { links: ['attention'] }],
    ['its source', { source: '# Softmax' }],
    ['its title', { title: 'Soft maximum' }],
  ])('a document is updated when only %s changed', async (_, change) => {
    await engine.index(NOTES);
    const report = await engine.index([{ ...(NOTES[0] as DocumentInput), ...change }]);
    expect(report).toMatchObject({ updated: 1, unchanged: 0 });
  });

  test('of two documents with the same uri in one call, the later one is kept', async () => {
    await engine.index([textDocument('First', 'one', 'a'), textDocument('Second', 'two', 'a')]);
    expect(engine.status().documents).toBe(1);
    expect(titles('second')).toEqual(['Second']);
  });

  test('an alias is found like the title', async () => {
    await engine.index([
      ...NOTES,
      { ...textDocument('Zebrafish', 'A small fish.'), aliases: ['Danio rerio'] },
    ]);
    expect(titles('danio')[0]).toBe('Zebrafish');
  });

  test('the stored document is what was put in', async () => {
    const document: DocumentInput = {
      uri: 'full',
      title: 'Full',
      content: 'Plain text. With 👍 and a tab\t.',
      format: 'markdown',
      source: '# Full\n\nPlain text.',
      tags: ['a', 'b c'],
      properties: [{ name: 'status', value: 'draft' }],
      aliases: ['whole'],
      date: '2024-01-15',
      links: ['other'],
    };
    await engine.index([document]);
    const { id } = engine.search('full').results[0] as { id: number };
    expect(engine.document(id)).toMatchObject({ ...document, language: 'en', sourcePath: '' });
  });

  test('a document without any words is kept, with a score of 0 from every head', async () => {
    const report = await engine.index([
      ...NOTES,
      textDocument('', '', 'empty'),
      textDocument('👍', '!!! …', 'signs'),
    ]);
    expect(report).toMatchObject({ added: 10, documents: 10 });
    const results = engine.search('softmax', { limit: 100 }).results;
    expect(results).toHaveLength(10);
    for (const uri of ['empty', 'signs']) {
      expect(results.find((result) => result.uri === uri)?.scores).toEqual({
        title: 0,
        content: 0,
        words: 0,
        feedback: 0,
      });
    }
  });

  test('documents with only a title get keys, even if the index started empty', async () => {
    await engine.index([]);
    await engine.index(['Softmax', 'Sourdough bread', 'Kimchi stew'].map((title) => textDocument(title, '')));
    const [first] = engine.search('kimchi').results;
    expect(first?.title).toBe('Kimchi stew');
    expect(first?.scores.title).toBeGreaterThan(0.5);
  });

  test('progress counts every document, then the fit, then the embeddings', async () => {
    const seen: string[] = [];
    await engine.index(NOTES, {
      onProgress: ({ phase, done, total }) => seen.push(`${phase} ${done}/${total}`),
    });
    expect(seen).toContain('documents 8/8');
    expect(seen).toContain('fit 0/100');
    expect(seen.at(-1)).toBe('embed 8/8');
  });

  test('all documents of a generator are indexed, even if they exceed one batch', async () => {
    function* many() {
      for (let i = 0; i < 600; i++) yield textDocument(`Note ${i}`, `word${i} common`);
    }
    const report = await engine.index(many());
    expect(report).toMatchObject({ added: 600, documents: 600 });
    expect(saying('word599')).toEqual(['Note 599']);
  });

  test('documents that arrive slowly are found while the next are awaited, and give the same index', async () => {
    const notes = [...Array(600).keys()].map((i) => textDocument(`Note ${i}`, `word${i} common`));
    await engine.index(notes);
    const whole = stored();
    engine.close();
    engine = Engine.open();
    const gate: { open: () => void } = { open: () => {} };
    async function* trickle() {
      for (const [i, note] of notes.entries()) {
        if ([3, 515].includes(i))
          await new Promise<void>((resolve) => Object.assign(gate, { open: resolve }));
        yield note;
      }
    }
    const done = engine.index(trickle());
    for (const found of [['Note 2'], ['Note 514']]) {
      const word = found[0]?.replace('Note ', 'word') ?? '';
      await vi.waitFor(() => expect(saying(word)).toEqual(found), { timeout: 5000, interval: 50 });
      gate.open();
    }
    expect(await done).toMatchObject({ added: 600, documents: 600 });
    expect(isDeepStrictEqual(stored(), whole)).toBe(true);
  });

  test('an invalid document from an async generator is refused', async () => {
    async function* trickle() {
      yield NOTES[0] as DocumentInput;
      yield null as unknown as DocumentInput;
    }
    await expect(engine.index(trickle())).rejects.toMatchObject({ code: 'INVALID_DOCUMENT' });
    expect(engine.store.countDocuments()).toBe(1);
  });
});

describe('removing', () => {
  test('takes documents out and says how many there were', async () => {
    await engine.index(NOTES);
    expect(await engine.remove(['kimchi', 'softmax', 'kimchi', 'nowhere'])).toBe(2);
    expect(engine.status().documents).toBe(6);
    expect(saying('kimchi')).toEqual([]);
    expect(await engine.remove(['kimchi'])).toBe(0);
  });

  test('everything leaves an index that finds nothing and can be filled again', async () => {
    await engine.index(NOTES);
    const before = stored();
    await engine.remove(NOTES.map(({ uri }) => uri));
    expect(engine.search('softmax').results).toEqual([]);
    expect(engine.search('softmax').attention.nothing.weight).toBe(1);
    await engine.index(NOTES);
    expect(titles('softmax')[0]).toBe('Softmax');
    expect(Object.keys(stored() as object)).toEqual(Object.keys(before as object));
  });

  test('is seen by a search before it has finished', async () => {
    await engine.index(NOTES);
    engine.search('kimchi');
    const removal = engine.remove(['kimchi']);
    expect(saying('kimchi')).toEqual([]);
    await removal;
  });
});

test('terms of an earlier analyser, and the basis made of them, are replaced at the next indexing', async () => {
  await engine.index(NOTES);
  const before = stored();
  const { database } = engine.store;
  // As if every document had been analysed to the terms of the first one.
  database.exec('UPDATE forward SET terms = (SELECT terms FROM forward ORDER BY document_id LIMIT 1)');
  database.exec("UPDATE meta SET value = 'of-long-ago' WHERE key = 'analyzer'");
  database.exec('UPDATE embedders SET idf = zeroblob(length(idf))');
  expect(stored()).not.toEqual(before);
  const report = await engine.index([]);
  expect(report).toMatchObject({ added: 0, updated: 0, documents: 8 });
  expect(stored()).toEqual(before);
  expect(engine.search('softmax').results[0]?.title).toBe('Softmax');
  const version = engine.version();
  await engine.index([]);
  expect(engine.version(), 'once is enough').toBe(version);
});

test('an index that was never finished does not record its analyser, and gets new terms', async () => {
  await engine.index(NOTES);
  const before = stored();
  const { database } = engine.store;
  database.exec('UPDATE forward SET terms = (SELECT terms FROM forward ORDER BY document_id LIMIT 1)');
  database.exec("DELETE FROM meta WHERE key IN ('analyzer', 'indexedAt')");
  await engine.index(NOTES);
  expect(stored()).toEqual(before);
});

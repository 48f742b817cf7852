import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { SearchError } from '../../lib/errors.ts';
import { Indexer } from '../../lib/indexing/indexer.ts';
import { SourceFiles } from '../../lib/store/files.ts';
import { checkIndex } from '../../lib/upkeep/check.ts';
import { rebuild } from '../../lib/upkeep/rebuild.ts';
import { removeSources } from '../../lib/upkeep/sources.ts';
import { NOTES, textDocument } from '../support/corpus.ts';

/** Two engines on one file stand for two processes: each has a connection and a memory of its own. */
let folder = '';
let first: Engine;
let second: Engine;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qkv-two-'));
  first = Engine.open({ path: join(folder, 'index.db') });
  second = Engine.open({ path: join(folder, 'index.db') });
});
afterEach(() => {
  first.close();
  second.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The uris of the documents that contain a word of the query. */
function saying(engine: Engine, query: string): string[] {
  return engine
    .search(query, { limit: 100 })
    .results.filter(({ scores }) => (scores.words ?? 0) > 0)
    .map(({ uri }) => uri)
    .sort();
}

test('what one engine commits, the other finds without being opened again', async () => {
  expect(first.search('kimchi').results).toEqual([]);
  await second.index(NOTES);
  expect(saying(first, 'kimchi')).toEqual(['kimchi']);
  await second.remove(['kimchi']);
  expect(saying(first, 'kimchi')).toEqual([]);
  await second.index([textDocument('Softmax', 'Now about gardening.', 'softmax')]);
  expect(saying(first, 'gardening')).toEqual(['softmax']);
});

test('two engines that write in turn agree on every term', async () => {
  for (let round = 0; round < 4; round++) {
    await first.index([textDocument(`First ${round}`, `shared alpha${round} before${round + 1}`)]);
    await second.index([textDocument(`Second ${round}`, `shared beta${round} before${round + 1}`)]);
  }
  for (const engine of [first, second]) {
    expect(saying(engine, 'shared')).toHaveLength(8);
    for (let round = 0; round < 4; round++) {
      expect(saying(engine, `alpha${round}`)).toEqual([`First ${round}`]);
      expect(saying(engine, `beta${round}`)).toEqual([`Second ${round}`]);
      expect(saying(engine, `before${round + 1}`)).toEqual([`First ${round}`, `Second ${round}`]);
    }
    expect(engine.search('alpha2').results[0]?.title).toBe('First 2');
  }
});

test('two engines that write at the same time, batch by batch, lose nothing and agree', async () => {
  const notes = (name: string) =>
    Array.from({ length: 600 }, (_, i) =>
      textDocument(`${name} ${i}`, `common ${name.toLowerCase()}${i} shared${i}`),
    );
  await Promise.all([first.index(notes('Left')), second.index(notes('Right'))]);
  for (const engine of [first, second]) {
    expect(engine.status().documents).toBe(1200);
    expect(saying(engine, 'left599')).toEqual(['Left 599']);
    expect(saying(engine, 'shared300')).toEqual(['Left 300', 'Right 300']);
  }
  const pending = first.store
    .sql('SELECT count(*) FROM documents WHERE id NOT IN (SELECT document_id FROM embeddings)')
    .pluck();
  expect(pending.get()).toBe(0);
});

test('a search during another engine’s indexing sees whole batches, and weights that sum to 1', async () => {
  const running = second.index(
    Array.from({ length: 700 }, (_, i) => textDocument(`Note ${i}`, `common word${i}`)),
  );
  const seen = new Set<number>();
  let done = false;
  running.finally(() => {
    done = true;
  });
  while (!done) {
    const { attention, results } = first.search('common word5');
    seen.add(attention.documents);
    const shown = results.reduce((sum, { weight }) => sum + weight, 0);
    expect(shown + attention.nothing.weight + attention.remainder).toBeCloseTo(1, 9);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await running;
  for (const documents of seen) expect([0, 256, 512, 700]).toContain(documents);
  expect(first.status().documents).toBe(700);
});

test('a search in an engine that is indexing never yields NaN, even for words just added', async () => {
  await first.index(NOTES);
  const running = first.index(
    Array.from({ length: 600 }, (_, i) => textDocument(`Note ${i}`, `common fresh${i}`)),
  );
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    // Makes the first engine load its arrays anew while its own indexing is under way.
    second.store.transaction(() => second.store.setMeta('tick', String(i)));
    for (const query of ['softmax', 'common fresh599', 'fresh300']) {
      const { attention, results } = first.search(query);
      expect(attention.nothing.weight).toBeGreaterThan(0);
      for (const { weight } of results) expect(weight).toBeGreaterThanOrEqual(0);
    }
  }
  await running;
  expect(saying(first, 'fresh599')).toEqual(['Note 599']);
});

test('a document removed between its ranking and its reading is still in that answer', async () => {
  await second.index(NOTES);
  const { sql } = first.store;
  let removed = false;
  first.store.sql = (text) => {
    if (!removed && text.includes('title, content')) {
      removed = true;
      second.store.transaction(() => second.store.sql('DELETE FROM documents').run());
    }
    return sql.call(first.store, text);
  };
  expect(first.search('kimchi').results).toHaveLength(8);
  expect(removed).toBe(true);
  expect(first.search('kimchi').results).toEqual([]);
});

test('a refit by another process while this one waits to embed does not mix two bases', async () => {
  await first.index(
    Array.from({ length: 700 }, (_, i) => textDocument(`Note ${i}`, `common word${i % 50} other${i % 7}`)),
  );
  // The other process commits a new basis at the very moment this one asks for the write lock to embed.
  const { transaction } = first.store;
  const pending = () =>
    first.store
      .sql('SELECT count(*) FROM forward WHERE document_id NOT IN (SELECT document_id FROM embeddings)')
      .pluck()
      .get() as number;
  let raced = false;
  first.store.transaction = (work) => {
    if (!raced && pending() === 1) {
      raced = true;
      const { embedder } = second.store.embedder() as NonNullable<ReturnType<typeof second.store.embedder>>;
      second.store.transaction(() => {
        second.store.replaceEmbedder(embedder);
        second.store.sql('UPDATE embedders SET id = id + 100').run();
      });
    }
    return transaction.call(first.store, work) as ReturnType<typeof work>;
  };
  await first.index([textDocument('One more', 'common word1')]);
  expect(raced).toBe(true);
  expect(pending()).toBe(0);
});

test('what another process writes during a fit is embedded as it is after the write', async () => {
  const notes = Array.from({ length: 20 }, (_, i) => textDocument(`Note ${i}`, `common word${i}`));
  let raced = false;
  await first.index(notes, {
    onProgress: ({ phase, done }) => {
      if (phase !== 'fit' || done === 0 || raced) return;
      raced = true;
      second.store.transaction(() =>
        second.store.database.exec(`
          DELETE FROM documents WHERE uri = 'Note 3';
          UPDATE forward SET terms = (SELECT terms FROM forward WHERE document_id = 6) WHERE document_id = 5`),
      );
    },
  });
  expect(raced).toBe(true);
  const keys = first.store.sql('SELECT hex(passages) FROM embeddings WHERE document_id = ?').pluck();
  expect(keys.get(4)).toBeUndefined();
  expect(keys.get(5)).toBe(keys.get(6));
});

test.each<[string, (engine: Engine) => unknown]>([
  ['searched', (engine) => engine.search('common')],
  ['written to', (engine) => engine.remove(['Note 1'])],
])(
  'an engine that is %s while it embeds answers NOT_READY, and a failed run changes nothing',
  async (_, ask) => {
    const notes = (text: string) =>
      Array.from({ length: 20 }, (_, i) => textDocument(`Note ${i}`, `common word${i} ${text}`));
    await first.index(notes('before'));
    const failures: SearchError[] = [];
    const stopped = first.index(notes('after'), {
      onProgress: ({ phase, done }) => {
        if (phase !== 'embed') return;
        const asked = new Promise((resolve) => resolve(ask(first)));
        asked.catch((error) => failures.push(error));
        if (done > 0) throw new Error('stopped');
      },
    });
    await expect(stopped).rejects.toThrow('stopped');
    expect(failures.map(({ code }) => code)).toEqual(['NOT_READY', 'NOT_READY']);
    expect(first.search('word3').results).toEqual(second.search('word3').results);
    expect(checkIndex(first).problems.filter(({ kind }) => kind === 'broken')).toEqual([]);
  },
);

test('while one writer holds the lock another gets INDEX_LOCKED, and searches go on', async () => {
  await first.index(NOTES);
  second.store.database.pragma('busy_timeout = 10');
  first.store.database.exec('BEGIN IMMEDIATE');
  const failure = second.index([textDocument('New', 'words')]);
  await expect(failure).rejects.toBeInstanceOf(SearchError);
  await expect(failure).rejects.toMatchObject({ code: 'INDEX_LOCKED', status: 503 });
  expect(saying(second, 'kimchi')).toEqual(['kimchi']);
  first.store.database.exec('COMMIT');
  await second.index([textDocument('New', 'words')]);
  expect(second.status().documents).toBe(9);
});

describe('while a folder is read', () => {
  const notes = () => join(folder, 'notes');
  beforeEach(() => {
    mkdirSync(join(notes(), 'sub'), { recursive: true });
    for (let i = 0; i < 600; i++) writeFileSync(join(notes(), 'sub', `${i}.md`), `# Note ${i}\n\ntext ${i}`);
  });
  const sourcesOf = ({ store }: Engine) =>
    store
      .sql(
        'SELECT s.path, count(*) AS documents FROM documents d JOIN sources s ON s.id = source_id GROUP BY 1',
      )
      .all();
  const locked = { code: 'INDEX_LOCKED', message: expect.stringContaining('Try again') };

  test.each<[string, () => Promise<unknown>, number]>([
    ['the folder around it is indexed', () => second.sync([notes()]), 600],
    ['it is removed', () => removeSources(second, [join(notes(), 'sub')]), 0],
  ])(
    'if %s by another engine, the reader is told to try again, and no document is misplaced',
    async (_, meanwhile, documents) => {
      let other: Promise<unknown> | null = null;
      const onProgress = () => {
        other ??= meanwhile();
      };
      await expect(first.sync([join(notes(), 'sub')], { onProgress })).rejects.toMatchObject(locked);
      await other;
      expect(first.status().documents).toBe(documents);
      await first.sync([notes()]);
      expect(sourcesOf(first)).toEqual([{ path: realpathSync(notes()), documents: 600 }]);
      expect(checkIndex(first).problems).toEqual([]);
    },
  );

  test('if another engine rebuilds the index with other ids, the reader is told to try again', async () => {
    await first.sync([notes()]);
    const files = new SourceFiles(first.store);
    const scope = first.store.transaction(() => files.sourceFor(realpathSync(notes())));
    await rebuild(second);
    expect(() => files.checkScope(scope)).toThrow(expect.objectContaining(locked));
  });

  test('if another engine rebuilds the index, documents that a program adds meanwhile belong to no folder', async () => {
    await first.sync([notes()]); // gets the first source id, which a rebuilt index gives to programs
    const { prepare } = Indexer.prototype;
    vi.spyOn(Indexer.prototype, 'prepare').mockImplementationOnce(async function (this: Indexer, ...given) {
      await rebuild(second);
      return prepare.apply(this, given);
    });
    await first.index(NOTES);
    vi.restoreAllMocks();
    expect(sourcesOf(first)).toEqual([
      { path: '', documents: NOTES.length },
      { path: realpathSync(notes()), documents: 600 },
    ]);
  });
});

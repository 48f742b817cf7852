import { spawnSync } from 'node:child_process';
import fs, { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { Indexer } from '../../lib/indexing/indexer.ts';
import { checkIndex } from '../../lib/upkeep/check.ts';
import { rebuild } from '../../lib/upkeep/rebuild.ts';
import { textDocument } from '../support/corpus.ts';

let folder = '';
let notes = '';
let db = '';
let engine: Engine;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qkv-check-'));
  notes = join(folder, 'notes');
  db = join(folder, 'index.db');
  mkdirSync(notes);
  for (const title of ['Apple', 'Bread', 'Cheese', 'Dill'])
    writeFileSync(join(notes, `${title}.md`), `# ${title}\n\nAll about ${title} and what goes with it.`);
  writeFileSync(join(notes, 'bad.json'), '[');
  engine = Engine.open({ path: db });
  await engine.sync([notes]);
  const properties = [{ name: 'status', value: 'draft' }];
  await engine.index([{ ...textDocument('Handed over', 'a document of a program'), properties }]);
});
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const problems = () =>
  checkIndex(engine).problems.map(({ kind, where, what }) => `${kind} ${where}: ${what}`);
/** Makes a folder unreadable, even for root. */
function shut(path: string): void {
  vi.restoreAllMocks();
  const { readdirSync } = fs;
  vi.spyOn(fs, 'readdirSync').mockImplementation(((at: string, ...rest: []) => {
    if (at === path) throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    return readdirSync(at, ...rest);
  }) as typeof readdirSync);
  syncBuiltinESMExports();
}
/** Adds a subfolder with a note, and one of the same name in a second source. */
async function addFolders(): Promise<void> {
  const more = join(folder, 'more');
  for (const at of [join(notes, 'sub'), join(more, 'sub')]) {
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, 'Elder.md'), `# Elder\n\nAll about elder in ${at}`);
  }
  await engine.sync([notes, more]);
}
const ofRebuilds = () => readdirSync(folder).filter((name) => name.startsWith('index.db.rebuild'));
const titles = () => engine.store.sql('SELECT title FROM documents ORDER BY title').pluck().all();

describe('a check', () => {
  test('finds nothing where nothing is wrong, and changes nothing', () => {
    const before = engine.store.dataVersion();
    expect(checkIndex(engine)).toMatchObject({ documents: 5, passages: 5, files: 5, problems: [] });
    expect(engine.store.dataVersion()).toBe(before);
  });

  test('names files that are new, changed, gone or back', () => {
    writeFileSync(join(notes, 'New.md'), '# New');
    writeFileSync(join(notes, 'Apple.md'), '# Apple\n\nchanged');
    rmSync(join(notes, 'Bread.md'));
    expect(problems().sort()).toEqual([
      `stale ${notes}/Apple.md: has changed since it was indexed`,
      `stale ${notes}/Bread.md: is gone, and still in the index`,
      `stale ${notes}/New.md: is not in the index`,
    ]);
    renameSync(notes, `${notes}-away`);
    expect(problems()).toEqual([`stale ${notes}: is not there now; its documents are kept`]);
  });

  test('lists files that could not be read, with the reason; one whose documents are kept is a problem', async () => {
    const bad = { where: join(notes, 'bad.json'), why: expect.stringMatching(/^malformed JSON/) };
    expect(checkIndex(engine)).toMatchObject({ problems: [], unread: [bad] });
    writeFileSync(join(notes, 'Apple.md'), new Uint8Array([0]));
    await engine.sync([notes]);
    const reason = 'binary content (a NUL at byte 0)';
    expect(problems()).toEqual([
      `stale ${notes}/Apple.md: has changed and could not be read: ${reason}; its documents are kept`,
    ]);
    expect(checkIndex(engine).unread).toEqual([bad]);
    // Back to the content that was indexed: nothing is wrong.
    writeFileSync(join(notes, 'Apple.md'), '# Apple\n\nAll about Apple and what goes with it.');
    expect(problems()).toEqual([]);
  });

  test('reports no file in an unreadable folder as gone', async () => {
    await addFolders();
    mkdirSync(join(notes, 'new'));
    shut(join(notes, 'new'));
    expect(problems()).toEqual([]);
    expect(checkIndex(engine).unread).toContainEqual({
      where: join(notes, 'new'),
      why: 'the folder cannot be read: permission denied',
    });
    shut(join(notes, 'sub'));
    expect(problems()).toEqual([`stale ${notes}/sub: cannot be read now; its documents are kept`]);
    shut(notes);
    expect(problems()).toEqual([`stale ${notes}: cannot be read now; its documents are kept`]);
  });

  test('reports what an interrupted run left undone, and the next run completes it', async () => {
    engine.store.database.exec('DELETE FROM embeddings WHERE document_id = 2');
    expect(problems()).toEqual(['stale Bread.md: has no embedding yet: indexing did not finish']);
    await engine.sync([notes]);
    expect(problems()).toEqual([]);
  });

  test.each([
    ['DELETE FROM forward WHERE document_id = 2', /has not been analysed/],
    ['UPDATE embeddings SET title = substr(title, 2) WHERE document_id = 2', /title key of \d+ numbers/],
    [
      "UPDATE embeddings SET passages = CAST(passages || x'00' AS BLOB) WHERE document_id = 2",
      /numbers of passages/,
    ],
    [
      'UPDATE forward SET passages = (SELECT CAST(passages || passages AS BLOB) FROM forward WHERE document_id = 1) WHERE document_id = 2',
      /terms of other passages/,
    ],
    ["UPDATE forward SET passages = x'0500000000000000' WHERE document_id = 2", /has a passage \[5, 0\)/],
    ["UPDATE contents SET content = 'short' WHERE document_id = 2", /has a passage \[0, \d+\) of 5/],
    ['DELETE FROM terms WHERE id = (SELECT max(id) FROM terms)', /counts a term/],
    ["UPDATE embedders SET fingerprint = 'lsa-1-000000000000'", /its numbers are those of lsa-/],
  ])('notices %s', (sabotage, message) => {
    engine.store.database.exec(sabotage);
    const found = problems();
    expect(found.length).toBeGreaterThan(0);
    expect(found.join('\n')).toMatch(message);
    expect(found.every((problem) => problem.startsWith('broken'))).toBe(true);
  });
});

test('terms of an earlier version are reported as stale', () => {
  engine.store.database.exec("UPDATE meta SET value = 'other' WHERE key = 'analyzer'");
  expect(problems()).toEqual([expect.stringMatching(/^stale.*found those of other/)]);
});

describe('a rebuild', () => {
  test('keeps a document with an impossible date, which earlier versions accepted, and drops the date', async () => {
    engine.store.database.exec("UPDATE documents SET date = '2024-02-31' WHERE title = 'Handed over'");
    await rebuild(engine);
    expect(titles()).toContain('Handed over');
    expect(engine.store.sql('SELECT date FROM documents WHERE date IS NOT NULL').all()).toEqual([]);
  });

  test('keeps the warnings about files', async () => {
    writeFileSync(join(notes, 'Fig.md'), '---\ntitle: [unclosed\n---\n\nText.');
    await rebuild(engine);
    expect((await engine.sync([notes])).warnings).toMatchObject([{ path: 'Fig.md' }]);
  });

  test('repairs what is broken, keeps documents that a program added, and a reader sees the result', async () => {
    const reader = Engine.open({ path: db });
    engine.store.database.exec(
      "UPDATE contents SET content = 'x'; UPDATE documents SET title = 'wrong' WHERE title = 'Apple'",
    );
    expect(problems().length).toBeGreaterThan(0);
    expect(reader.search('apple').results[0]?.title).toBe('wrong');
    const report = await rebuild(engine);
    expect(report).toMatchObject({ added: 4, failed: [{ path: 'bad.json' }] });
    expect(problems()).toEqual([]);
    expect(titles()).toEqual(['Apple', 'Bread', 'Cheese', 'Dill', 'Handed over']);
    expect(reader.search('all about apple').results[0]?.title).toBe('Apple');
    expect(reader.search('draft').results[0]).toMatchObject({
      title: 'Handed over',
      properties: [{ name: 'status', value: 'draft' }],
    });
    expect(ofRebuilds()).toEqual([]);
    await engine.index([textDocument('Later', 'one more')]);
    expect(problems()).toEqual([]);
    reader.close();
  });

  test('is refused while a source is missing, and leaves the index unchanged', async () => {
    renameSync(notes, `${notes}-away`);
    await expect(rebuild(engine)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(titles()).toHaveLength(5);
  });

  test('is refused while a source is an empty mount point, but not if it was empty before', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    await engine.sync([empty]);
    renameSync(empty, `${empty}-away`);
    mkdirSync(empty);
    await rebuild(engine);
    renameSync(notes, `${notes}-away`);
    mkdirSync(notes);
    await expect(rebuild(engine)).rejects.toMatchObject({
      ...{ code: 'NOT_FOUND', message: expect.stringContaining(`${notes};`) },
    });
    expect(titles()).toHaveLength(5);
  });

  test('is refused while a folder with indexed files is unreadable, but not for other unreadable folders', async () => {
    await addFolders();
    mkdirSync(join(notes, 'new'));
    shut(join(notes, 'new'));
    expect(await rebuild(engine)).toMatchObject({ failed: [{ path: 'new' }, { path: 'bad.json' }] });
    shut(join(notes, 'sub'));
    await expect(rebuild(engine)).rejects.toMatchObject({
      ...{ code: 'NOT_FOUND', message: expect.stringContaining(join(notes, 'sub', 'Elder.md')) },
    });
    expect(titles()).toHaveLength(7);
    expect(ofRebuilds()).toEqual([]);
  });

  test('is refused while an indexed file is unreadable', async () => {
    writeFileSync(join(notes, 'Apple.md'), new Uint8Array([0, 1, 2, 0, 255]));
    await expect(rebuild(engine)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(titles()).toHaveLength(5);
  });

  test('succeeds if a file is gone, even when one of the same name in another source is unreadable', async () => {
    await addFolders();
    rmSync(join(notes, 'Apple.md'));
    writeFileSync(join(folder, 'more', 'Apple.md'), new Uint8Array([0, 1, 2, 0, 255]));
    expect(await rebuild(engine)).toMatchObject({
      failed: [{ path: 'Apple.md', source: join(folder, 'more') }, { path: 'bad.json' }],
    });
    expect(titles()).not.toContain('Apple');
  });

  test('leaves the index unchanged if aborted, and removes the file that a killed rebuild left behind', async () => {
    const { pid: dead } = spawnSync(process.execPath, ['--version']);
    const run = '2f1c3a54-0b1e-4c77-9d5f-6a8b7c9d0e1f';
    for (const name of ['', `-${dead}-${run}`, `-${dead}-${run}-wal`, `-${process.pid}-${run}`])
      writeFileSync(`${db}.rebuild${name}`, 'not even a database');
    writeFileSync(join(notes, 'New.md'), '# New');
    await rebuild(engine, { signal: AbortSignal.abort() });
    expect(titles()).toHaveLength(5);
    expect(ofRebuilds()).toEqual([]);
  });
});

describe('a rebuild beside another writer', () => {
  test('leaves the file of another rebuild alone: one replaces the index, the other is refused', async () => {
    const other = Engine.open({ path: db });
    let second: Promise<unknown> | undefined;
    await rebuild(engine, {
      onProgress: ({ phase }) => {
        if (phase === 'fit') second ??= rebuild(other).catch((error: unknown) => error);
      },
    });
    expect(titles()).toHaveLength(5);
    expect(await second).toMatchObject({ code: 'INDEX_LOCKED' });
    expect(titles()).toHaveLength(5);
    expect(problems()).toEqual([]);
    expect(ofRebuilds()).toEqual([]);
    other.close();
  });

  test.each([
    ['gone', () => undefined],
    ['another', (path: string) => Engine.open({ path }).close()],
  ])('is refused if its file is %s when it is complete', async (_, replace) => {
    const rebuilt = rebuild(engine, {
      onProgress: ({ phase }) => {
        if (phase !== 'fit') return;
        const names = ofRebuilds();
        for (const name of names) rmSync(join(folder, name));
        const name = names.find((one) => !/-(wal|shm)$/.test(one));
        if (name) replace(join(folder, name));
      },
    });
    await expect(rebuilt).rejects.toMatchObject({ code: 'INDEX_LOCKED' });
    expect(titles()).toHaveLength(5);
    expect(problems()).toEqual([]);
  });

  test('is refused if the other has written in the meantime, and nothing is lost', async () => {
    const other = Engine.open({ path: db });
    const rebuilt = rebuild(engine, {
      onProgress: ({ phase }) => {
        if (phase === 'fit')
          other.store.transaction(() => other.store.sql('DELETE FROM documents WHERE id = 1').run());
      },
    });
    await expect(rebuilt).rejects.toMatchObject({ code: 'INDEX_LOCKED' });
    expect(titles()).toHaveLength(4);
    expect(engine.store.sql('SELECT count(*) FROM forward').pluck().get()).toBe(4);
    other.close();
  });

  test('gives terms other ids, which an indexer already at work goes on with', async () => {
    await engine.index([textDocument('gone', 'words that nobody says again'), textDocument('kept', 'kiwi')]);
    await engine.remove(['gone']);
    const indexer = new Indexer(engine.store, engine.analyzer);
    const fruit = (uri: string) => textDocument(uri, 'kiwi banana cherry', uri);
    await indexer.addAll([fruit('one')]);
    const other = Engine.open({ path: db });
    await rebuild(other);
    other.close();
    await indexer.addAll([fruit('two')]);
    await indexer.finish();
    indexer.close();
    const words = new Map(
      engine.search('cherry', { limit: 100 }).results.map(({ uri, scores }) => [uri, scores.words]),
    );
    expect(words.get('two')).toBeGreaterThan(0);
    expect(words.get('two')).toBe(words.get('one'));
  });
});

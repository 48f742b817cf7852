import { execFileSync } from 'node:child_process';
import fs, {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { SourceFiles } from '../../lib/store/files.ts';
import { migrate } from '../../lib/store/migrations.ts';
import { checkIndex } from '../../lib/upkeep/check.ts';
import { listSources, removeSources } from '../../lib/upkeep/sources.ts';
import { backToTheFirst } from '../support/schema.ts';

let folder = '';
let engine: Engine;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qkv-sync-'));
  engine = Engine.open();
});
afterEach(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const path = (name: string) => join(folder, name);
function write(name: string, text: string | Uint8Array): void {
  mkdirSync(dirname(path(name)), { recursive: true });
  writeFileSync(path(name), text);
  // Old enough for its modification time to be trusted: files changed in the last two seconds are read again.
  const past = new Date(Date.now() - 60_000);
  utimesSync(path(name), past, past);
}
const NOTES = {
  'a.md': '# Alpha\n\nThe first note is about apples.',
  'b.md': '# Beta\n\nThe second note is about bread.',
  'sub/c.md': '# Gamma\n\nThe third note is about cheese.',
};
function writeNotes(): void {
  for (const [name, text] of Object.entries(NOTES)) write(name, text);
}

/** Uri, title and id of every document. */
function rows(): { uri: string; title: string; id: number }[] {
  return engine.store.sql('SELECT uri, title, id FROM documents ORDER BY uri').all() as never;
}
/** The passage embeddings of every document, in hexadecimal. */
const embedded = () =>
  engine.store
    .sql('SELECT document_id, hex(passages) AS passages FROM embeddings ORDER BY document_id')
    .all();
const counts = ({ added, updated, unchanged, removed }: Awaited<ReturnType<Engine['sync']>>) => ({
  added,
  updated,
  unchanged,
  removed,
});

describe('a folder', () => {
  test('is read once; the second run touches nothing', async () => {
    writeNotes();
    expect(counts(await engine.sync([folder]))).toEqual({ added: 3, updated: 0, unchanged: 0, removed: 0 });
    const before = [rows(), embedded()];
    const version = engine.store.meta('indexedAt');
    const second = await engine.sync([folder]);
    expect(counts(second)).toEqual({ added: 0, updated: 0, unchanged: 3, removed: 0 });
    expect(second).toMatchObject({ documents: 3, failed: [], skipped: [] });
    expect([rows(), embedded()]).toEqual(before);
    expect(engine.store.meta('indexedAt')).not.toBeNull();
    expect(version).not.toBeNull();
  });

  test('an edit, a new file and a deleted one are each counted and found', async () => {
    writeNotes();
    await engine.sync([folder]);
    const ids = new Map(rows().map(({ uri, id }) => [uri, id]));
    write('a.md', '# Alpha\n\nNow it is about apricots instead.');
    write('d.md', '# Delta\n\nA note about dates.');
    rmSync(path('b.md'));
    expect(counts(await engine.sync([folder]))).toEqual({ added: 1, updated: 1, unchanged: 1, removed: 1 });
    expect(rows().map(({ uri }) => uri)).toEqual(['a.md', 'd.md', 'sub/c.md']);
    expect(rows().find(({ uri }) => uri === 'a.md')?.id).toBe(ids.get('a.md'));
    expect(engine.search('apricots').results[0]?.uri).toBe('a.md');
    expect(engine.search('bread').results.every(({ scores }) => scores.words === 0)).toBe(true);
  });

  test('a file that was only touched is unchanged', async () => {
    writeNotes();
    await engine.sync([folder]);
    utimesSync(path('a.md'), new Date(), new Date(Date.now() - 30_000));
    expect(counts(await engine.sync([folder]))).toEqual({ added: 0, updated: 0, unchanged: 3, removed: 0 });
  });

  test('an edit that keeps the size and the second of a file is detected', async () => {
    writeNotes();
    const time = new Date();
    utimesSync(path('a.md'), time, time);
    await engine.sync([folder]);
    writeFileSync(path('a.md'), '# Alpha\n\nThe first note is about plums!.');
    utimesSync(path('a.md'), time, time);
    expect(counts(await engine.sync([folder]))).toMatchObject({ updated: 1, unchanged: 2 });
  });

  test.each(['while the sync that has read it goes on', 'before a part is synced'])(
    'such an edit is also detected if it happens %s',
    async (when) => {
      writeNotes();
      const time = new Date(Date.now() - 1500);
      utimesSync(path('a.md'), time, time);
      let isEdited = false;
      const edit = () => {
        if (isEdited) return;
        isEdited = true;
        write('a.md', '# Alpha\n\nThe first note is about plums!.');
        utimesSync(path('a.md'), time, time);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
      };
      await engine.sync([folder], when.startsWith('while') ? { onProgress: edit } : {});
      edit();
      await engine.sync([path('sub')]);
      expect(counts(await engine.sync([folder]))).toMatchObject({ updated: 1, unchanged: 2 });
    },
  );

  test('two files of the same size and time that swap names are both updated', async () => {
    writeNotes();
    write('b.md', NOTES['a.md'].replace('Alpha', 'Omega').replace('apples', 'lemons'));
    const past = new Date(Date.now() - 60_000);
    for (const name of ['a.md', 'b.md']) utimesSync(path(name), past, past);
    await engine.sync([folder]);
    renameSync(path('a.md'), path('of.md'));
    renameSync(path('b.md'), path('a.md'));
    renameSync(path('of.md'), path('b.md'));
    expect(counts(await engine.sync([folder]))).toEqual({ added: 0, updated: 2, unchanged: 1, removed: 0 });
    expect(engine.search('lemons').results[0]?.uri).toBe('a.md');
    expect(checkIndex(engine).problems).toEqual([]);
  });

  test('a file of which only the change time (ctime) differs, as after a copy, is reread once', async () => {
    writeNotes();
    await engine.sync([folder]);
    const before = [rows(), embedded(), engine.store.state()];
    for (const name of Object.keys(NOTES)) chmodSync(path(name), 0o600);
    const read = vi.spyOn(SourceFiles.prototype, 'touch');
    for (const times of [3, 3]) {
      expect(counts(await engine.sync([folder]))).toMatchObject({ unchanged: 3 });
      expect(read).toHaveBeenCalledTimes(times);
      // As if three seconds had passed between the change and this run.
      const began = new Date(Date.now() + 3000).toISOString();
      engine.store.sql('UPDATE sources SET indexed_at = ?').run(began);
    }
    read.mockRestore();
    expect([rows(), embedded(), engine.store.state()]).toEqual(before);
  });

  test('a note that an earlier version read differently counts as changed and is reread', async () => {
    write('a.md', '# Alpha\n\nIt has $d_k$ sides.');
    write('b.txt', 'Beta');
    await engine.sync([folder]);
    const { database } = engine.store;
    backToTheFirst(database);
    database.exec("UPDATE documents SET content = 'It has $d_k$ sides.', hash = 'x' WHERE uri = 'a.md'");
    migrate(database);
    expect(await engine.freshness.look()).toEqual({ changed: 1, missing: 0 });
    expect(counts(await engine.sync([folder]))).toEqual({ added: 0, updated: 1, unchanged: 1, removed: 0 });
    expect(engine.search('sides').results[0]?.passage.text).toBe('It has dₖ sides.');
    expect(await engine.freshness.look()).toEqual({ changed: 0, missing: 0 });
  });

  test('a note that an earlier version titled by its heading is reread', async () => {
    write('Weekly sync.md', '## Agenda\n\nWho prunes the plums.');
    await engine.sync([folder]);
    const { database } = engine.store;
    backToTheFirst(database);
    database.exec("UPDATE documents SET title = 'Agenda', hash = 'x'");
    migrate(database);
    expect(counts(await engine.sync([folder]))).toMatchObject({ updated: 1 });
    expect(rows().map(({ title }) => title)).toEqual(['Weekly sync']);
  });

  test('a page that was indexed without its headings counts as changed and is reread', async () => {
    write('a.html', '<title>Alpha</title><h2>Pruning</h2><p>In July.</p>');
    write('b.txt', 'Beta');
    await engine.sync([folder]);
    const { database } = engine.store;
    database.exec("UPDATE contents SET source = NULL; UPDATE documents SET hash = 'x' WHERE uri = 'a.html'");
    database.pragma('user_version = 8');
    migrate(database);
    expect(await engine.freshness.look()).toEqual({ changed: 1, missing: 0 });
    expect(counts(await engine.sync([folder]))).toEqual({ added: 0, updated: 1, unchanged: 1, removed: 0 });
    expect(engine.document(1).source).toBe('# Pruning');
  });

  test('records of which an earlier version read only title and content are reread', async () => {
    write('a.jsonl', '{"title":"Piranesi","author":"Susanna Clarke"}');
    write('b.csv', 'title,shop\nTent,Two Wheels');
    write('c.txt', 'Gamma');
    await engine.sync([folder]);
    const { database } = engine.store;
    database.exec("UPDATE documents SET properties = '[]', hash = 'x'");
    database.pragma('user_version = 9');
    migrate(database);
    expect(await engine.freshness.look()).toEqual({ changed: 2, missing: 0 });
    expect(counts(await engine.sync([folder]))).toMatchObject({ updated: 2, unchanged: 1 });
    expect(engine.search('Susanna').results[0]?.title).toBe('Piranesi');
  });

  test('what had pictures that say nothing in its text is reread', async () => {
    write('a.md', 'Plums.\n\n![img](a.png)');
    write('b.canvas', '{"nodes":[{"type":"text","text":"Pears. ![img](b.png)"}]}');
    write('c.html', '<title>Quinces</title><p>Quinces.</p><img src="c.png" alt="img">');
    write('d.txt', 'Medlars.');
    await engine.sync([folder]);
    expect(engine.search('img').results.map(({ scores }) => scores.words)).toEqual([0, 0, 0, 0]);
    const { database } = engine.store;
    database.exec("UPDATE contents SET content = content || ' img'; UPDATE documents SET hash = 'x'");
    database.pragma('user_version = 10');
    migrate(database);
    expect(await engine.freshness.look()).toEqual({ changed: 3, missing: 0 });
    expect(counts(await engine.sync([folder]))).toMatchObject({ updated: 3, unchanged: 1 });
    expect([1, 2, 3].map((id) => engine.document(id).content)).toEqual(['Plums.', 'Pears.', 'Quinces.']);
  });

  test('a note that moves before it is reread is the same document', async () => {
    writeNotes();
    await engine.sync([folder]);
    const ids = rows().map(({ title, id }) => [title, id]);
    const { database } = engine.store;
    backToTheFirst(database);
    database.exec("UPDATE documents SET content = 'x', hash = 'x' WHERE uri = 'a.md'"); // as an earlier version read it
    migrate(database);
    mkdirSync(path('new'));
    for (const name of ['a.md', 'b.md']) renameSync(path(name), path(`new/${name}`));
    const report = await engine.sync([folder]);
    // Documents are also found by their folder, so these count as updated.
    expect(report).toMatchObject({ added: 0, updated: 2, unchanged: 1, removed: 0, moved: 2 });
    expect(rows().map(({ uri }) => uri)).toEqual(['new/a.md', 'new/b.md', 'sub/c.md']);
    expect(rows().map(({ title, id }) => [title, id])).toEqual(ids);
    expect(await engine.freshness.look()).toEqual({ changed: 0, missing: 0 });
  });

  test('a file moved to another folder keeps its id, and is found by its new folder', async () => {
    writeNotes();
    await engine.sync([folder]);
    const id = rows().find(({ uri }) => uri === 'a.md')?.id;
    const found = () => engine.search('orchard').results[0];
    expect(found()?.missing).toEqual(['orchard']);
    mkdirSync(path('orchard'));
    renameSync(path('a.md'), path('orchard/a.md'));
    await engine.sync([folder]);
    expect(found()).toMatchObject({ id, uri: 'orchard/a.md', missing: [] });
    renameSync(path('orchard/a.md'), path('a.md'));
    await engine.sync([folder]);
    expect(found()?.missing).toEqual(['orchard']);
  });

  test('a renamed file keeps its id, and is not embedded again', async () => {
    writeNotes();
    write('a.txt', '# Alpha\n\nThe first note is about apples.');
    await engine.sync([folder]);
    const id = rows().find(({ uri }) => uri === 'a.txt')?.id;
    engine.store.sql('UPDATE embeddings SET title = zeroblob(length(title)) WHERE document_id = ?').run(id);
    renameSync(path('a.txt'), path('z.txt'));
    const report = await engine.sync([folder]);
    expect(counts(report)).toMatchObject({ added: 0, removed: 0 });
    expect(rows().find(({ uri }) => uri === 'z.txt')?.id).toBe(id);
    const title = engine.store.sql('SELECT hex(title) FROM embeddings WHERE document_id = ?').pluck().get(id);
    expect(title).toMatch(/^0+$/);
  });

  test('that was moved as a whole is matched in linear time, not by comparing every pair of files', async () => {
    const count = 50;
    for (let i = 0; i < count; i++) write(`old/${i}.md`, `# Note ${i}\n\nText number ${i}.`);
    await engine.sync([folder]);
    renameSync(path('old'), path('new'));
    let looks = 0;
    const { list } = SourceFiles.prototype;
    vi.spyOn(SourceFiles.prototype, 'list').mockImplementation(function (this: SourceFiles, ...args) {
      return list.apply(this, args).map((file) => ({
        ...file,
        get hash() {
          looks++;
          return file.hash;
        },
      }));
    });
    const report = await engine.sync([folder]);
    vi.restoreAllMocks();
    expect(report).toMatchObject({ added: 0, removed: 0, moved: count });
    expect(looks).toBeLessThan(3 * count);
  });

  test('that has vanished is an error, and nothing is removed', async () => {
    writeNotes();
    await engine.sync([folder]);
    renameSync(folder, `${folder}-away`);
    const report = await engine.sync([folder]);
    expect(report.failed).toEqual([
      {
        path: folder,
        source: folder,
        file: folder,
        reason: 'there is no such file or folder now; its 3 documents are kept',
      },
    ]);
    expect(rows()).toHaveLength(3);
    renameSync(`${folder}-away`, folder);
  });

  test('is indexed although parts of it were indexed before, under the NFC and the NFD form of one name', async () => {
    const names = ['é', 'e\u0301'];
    for (const [i, name] of names.entries()) {
      write(`${name}/a.md`, `# Apple ${i}`);
      await engine.sync([path(name)]);
      rmSync(path(name), { recursive: true });
    }
    write('é/a.md', '# Apple');
    write('é/b.md', '# Bread');
    await engine.sync([folder]);
    expect(rows().map(({ uri, title }) => [uri, title])).toEqual([
      ['é/a.md', 'Apple'],
      ['é/b.md', 'Bread'],
    ]);
    expect(listSources(engine.store)).toHaveLength(1);
    expect(checkIndex(engine).problems).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux')(
    'with two folders named alike, in NFC and in NFD, keeps the notes of both when one is synced',
    async () => {
      const names = ['가', '가'.normalize('NFD')] as const;
      for (const [i, name] of names.entries()) write(`${name}/${i}.md`, `# Note ${i}`);
      await engine.sync([folder]);
      for (const name of names) await engine.sync([path(name)]);
      expect(rows().map(({ uri }) => uri)).toEqual(['가/0.md', '가/1.md']);
      rmSync(path(names[0]), { recursive: true });
      await engine.sync([path(names[1])]);
      expect(rows().map(({ uri }) => uri)).toEqual(['가/1.md']);
      expect(checkIndex(engine).problems).toEqual([]);
    },
  );

  test('that has moved, leaving a symbolic link, is the same folder', async () => {
    writeNotes();
    await engine.sync([folder]);
    const before = rows();
    const place = realpathSync(folder);
    renameSync(folder, `${folder}-moved`);
    symlinkSync(`${folder}-moved`, folder);
    expect(counts(await engine.sync([folder]))).toMatchObject({ added: 0, unchanged: 3 });
    expect(rows()).toEqual(before);
    expect(listSources(engine.store).map((source) => source.path)).toEqual([`${place}-moved`]);

    // Now its disk is not mounted.
    renameSync(`${folder}-moved`, `${folder}-disk`);
    mkdirSync(`${folder}-moved`);
    expect((await engine.sync([folder])).failed[0]?.reason).toContain('mounted');
    expect(rows()).toEqual(before);
    for (const end of ['', '-moved', '-disk']) rmSync(`${folder}${end}`, { recursive: true });
  });

  test('that has become a link to another indexed folder is removed by its own name, and the other stays', async () => {
    const [old, now] = [path('old'), path('now')];
    write('old/a.md', '# Apple');
    write('now/a.md', '# Apple\n\nred');
    await engine.sync([old, now]);
    rmSync(old, { recursive: true });
    symlinkSync(now, old);
    await engine.sync([old]);
    await removeSources(engine, [old]);
    expect(listSources(engine.store).map((source) => source.path)).toEqual([realpathSync(now)]);
  });

  test('within a source, or a file, that has vanished is an error that counts the documents kept', async () => {
    writeNotes();
    write('subway.md', '# Delta\n\nThe fourth note.');
    await engine.sync([folder]);
    rmSync(path('sub'), { recursive: true });
    rmSync(path('a.md'));
    const report = await engine.sync([path('sub'), path('a.md'), path('never')]);
    const gone = 'there is no such file or folder';
    expect(report.failed).toMatchObject([
      { path: path('sub'), source: path('sub'), reason: `${gone} now; its document is kept` },
      { path: path('a.md'), source: path('a.md'), reason: `${gone} now; its document is kept` },
      { path: path('never'), source: path('never'), reason: gone },
    ]);
    expect(rows()).toHaveLength(4);
  });

  test.each([
    ['a file of another kind', () => write('sub', 'no folder any more')],
    ['a pipe', () => execFileSync('mkfifo', [path('sub')])],
  ])('that has become %s is an error, and nothing is removed', async (_what, make) => {
    writeNotes();
    write('sub/d.md', '# Delta');
    await engine.sync([path('sub'), path('a.md')]);
    rmSync(path('sub'), { recursive: true });
    make();
    const { removed, failed } = await engine.sync([path('sub')]);
    expect({ removed, failed }).toEqual({
      removed: 0,
      failed: [
        {
          ...{ path: path('sub'), source: path('sub'), file: path('sub') },
          reason: expect.stringMatching(/; its 2 documents are kept, --remove takes them out$/),
        },
      ],
    });
    expect(rows()).toHaveLength(3);
    expect(checkIndex(engine).problems).toMatchObject([{ kind: 'stale', where: path('sub') }]);
    await removeSources(engine, [path('sub')]);
    expect(rows()).toHaveLength(1);
  });

  test('that contained indexed ones and has vanished is an error that counts the documents kept', async () => {
    writeNotes();
    await engine.sync([path('sub'), path('a.md')]);
    rmSync(folder, { recursive: true });
    const reason = 'there is no such file or folder now; its 2 documents are kept';
    expect((await engine.sync([folder])).failed).toMatchObject([{ path: folder, source: folder, reason }]);
  });

  test('has each document once, whether its parts are synced before or after it', async () => {
    writeNotes();
    await engine.sync([path('sub')]);
    await engine.sync([folder]);
    expect(rows().map(({ uri }) => uri)).toEqual(['a.md', 'b.md', 'sub/c.md']);
    write('sub/c.md', '# Gamma\n\nNow about cherries.');
    rmSync(path('b.md'));
    expect(counts(await engine.sync([path('sub')]))).toEqual({
      added: 0,
      updated: 1,
      unchanged: 0,
      removed: 0,
    });
    expect(rows()).toHaveLength(3);
    expect(counts(await engine.sync([path('a.md')]))).toMatchObject({ unchanged: 1, removed: 0 });
  });

  test('synced in part follows links to hidden folders as a sync of the whole does', async () => {
    write('.store/a.md', '# Apple\n\nred');
    write('sub/b.md', '# Bread\n\nrye');
    symlinkSync(path('.store'), path('sub/shown'));
    await engine.sync([folder]);
    const uris = () => rows().map(({ uri }) => uri);
    expect(uris()).toEqual(['sub/b.md', 'sub/shown/a.md']);

    write('.store/a.md', '# Apricot\n\norange');
    expect(counts(await engine.sync([path('sub/shown')]))).toMatchObject({ added: 0, updated: 1 });
    write('.store/c.md', '# Cherry\n\nsour');
    expect(counts(await engine.sync([path('sub')]))).toMatchObject({ added: 1, removed: 0 });
    expect(uris()).toEqual(['sub/b.md', 'sub/shown/a.md', 'sub/shown/c.md']);
    rmSync(path('.store/a.md'));
    expect(counts(await engine.sync([path('sub')]))).toMatchObject({ removed: 1 });
    expect(counts(await engine.sync([path('.store')]))).toMatchObject({ added: 0, removed: 0 });
  });

  test('stops when aborted, keeps what is committed, and the next run completes it', async () => {
    for (let i = 0; i < 600; i++) write(`many/${i}.md`, `# Note ${i}\n\nText number ${i}.`);
    const abort = new AbortController();
    await engine.sync([folder], { signal: abort.signal, onProgress: () => abort.abort() });
    const kept = rows().length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(600);
    const report = await engine.sync([folder]);
    expect(rows()).toHaveLength(600);
    expect(report.added).toBe(600 - kept);
  });
});

describe('unreadable, damaged and empty files', () => {
  test('fail or are skipped with a reason, and the other files are indexed', async () => {
    writeNotes();
    write('bad.json', '{"title": "x", ');
    write('bad.csv', 'title,content\n"open quote,1\n');
    write('bad.pdf', '%PDF-1.7\nbroken');
    write('binary.md', new Uint8Array([0, 1, 2, 3, 0, 255, 254, 0]));
    write('.hidden/x.md', '# Hidden');
    write('node_modules/y.md', '# Not mine');
    write('big.md', 'x');
    truncateSync(path('big.md'), 50_000_001);
    write('picture.png', new Uint8Array([137, 80, 78, 71]));
    symlinkSync(folder, path('loop'));
    const { added, failed, skipped } = await engine.sync([folder]);
    expect(added).toBe(3);
    const reasons = Object.fromEntries([...failed, ...skipped].map(({ path: at, reason }) => [at, reason]));
    expect(reasons['bad.json']).toMatch(/JSON/);
    expect(reasons['bad.csv']).toMatch(/quote|CSV/i);
    expect(reasons['bad.pdf']).toMatch(/malformed PDF/);
    expect(reasons['binary.md']).toMatch(/binary/);
    expect(reasons['.hidden']).toMatch(/hidden/);
    expect(reasons.node_modules).toBeDefined();
    expect(reasons['big.md']).toMatch(/50(?:\.0)? MB|limit/);
    expect(reasons.loop).toMatch(/link/);
    expect(reasons['picture.png']).toBeUndefined();
  });

  test('invalid UTF-8 and malformed front matter are indexed with a warning, or reported as failed', async () => {
    write('latin.txt', new Uint8Array([99, 97, 102, 233, 32, 111, 108, 233, 10]));
    write('front.md', '---\ntitle: [unclosed\n---\n\n# Heading\n\nText.');
    const { added, failed, warnings } = await engine.sync([folder]);
    expect(added + failed.length).toBe(2);
    expect([...failed, ...warnings].map((entry) => entry.path)).toContain('front.md');
  });

  test('warnings about a file are repeated until it is fixed, even if it is not reread', async () => {
    write('sub/front.md', '---\ntitle: [unclosed\n---\n\nText.');
    write('b.jsonl', '{"title": "B"}\nx\ny');
    const warnings = async () =>
      (await engine.sync([folder])).warnings.map(({ file, reason }) => `${file}: ${reason}`);
    const expected = [
      `${path('b.jsonl')}: line 2: malformed JSON at column 1`,
      `${path('b.jsonl')}: line 3: malformed JSON at column 1`,
      expect.stringMatching(`^${path('sub/front.md')}: malformed front matter`),
    ];
    expect(await warnings()).toEqual(expected);
    expect(await warnings()).toEqual(expected);
    expect((await engine.sync([path('sub')])).warnings).toMatchObject([{ path: 'sub/front.md' }]);
    write('b.jsonl', '{"title": "B"}');
    expect(await warnings()).toEqual(expected.slice(2));
    renameSync(path('sub/front.md'), path('sub/new.md'));
    expect(await warnings()).toEqual([expect.stringContaining(path('sub/new.md'))]);
    rmSync(path('sub/new.md'));
    expect(await warnings()).toEqual([]);
  });

  test('a path in a folder that may not be entered is denied, not missing', async () => {
    const shut = path('shut/a.md');
    const { statSync } = fs;
    vi.spyOn(fs, 'statSync').mockImplementation(((at: string, ...rest: []) => {
      if (at === shut) throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
      return statSync(at, ...rest);
    }) as typeof statSync);
    syncBuiltinESMExports();
    const { failed } = await engine.sync([shut]);
    vi.restoreAllMocks();
    syncBuiltinESMExports();
    expect(failed).toMatchObject([{ path: shut, reason: 'it cannot be reached (permission denied)' }]);
  });

  test('what only looks like a note is listed with what it is, and a name that is not UTF-8 said to be', async () => {
    execFileSync('mkfifo', [path('pipe.md')]);
    writeFileSync(Buffer.from(`${folder}/\xff.md`, 'latin1'), '# Note');
    const { failed, skipped, otherKinds } = await engine.sync([folder]);
    expect(otherKinds).toEqual({});
    expect(skipped).toMatchObject([{ path: 'pipe.md', reason: 'a named pipe (FIFO), not a file' }]);
    expect(failed).toMatchObject([{ reason: 'its name cannot be read: it is not in UTF-8' }]);
  });

  test('a file that failed is indexed once it is fixed', async () => {
    write('a.json', '{"title": ');
    expect((await engine.sync([folder])).failed).toHaveLength(1);
    expect((await engine.sync([folder])).failed).toHaveLength(1);
    write('a.json', '{"title": "Now", "content": "it is whole"}');
    expect(await engine.sync([folder])).toMatchObject({ added: 1, failed: [] });
  });

  const EMPTIED: [string, string, string][] = [
    ['plan.md', '# Plan\n\nMy password is hunter2zebra.', ''],
    ['plan.md', '# Plan\n\nMy password is hunter2zebra.', ' \n\n'],
    ['plan.md', '# Plan\n\nMy password is hunter2zebra.', '---\ntags: [x]\n---\n'],
    ['plan.txt', 'Plan\n\nMy password is hunter2zebra.', ''],
    ['plan.html', '<p>My password is hunter2zebra.', ''],
    ['plan.json', '{"title": "Plan", "text": "hunter2zebra"}', ''],
    ['plan.json', '{"title": "Plan", "text": "hunter2zebra"}', '{"title": "", "text": ""}'],
    ['plan.json', '[{"title": "Plan", "text": "hunter2zebra"}]', '[]'],
    ['plan.jsonl', '{"title": "Plan", "text": "hunter2zebra"}', '\n'],
    ['plan.csv', 'title,text\nPlan,hunter2zebra', 'title,text\n'],
  ];
  test.each(EMPTIED)('the text of %s is gone once the file is empty: %j, %j', async (name, text, blank) => {
    writeNotes();
    write(name, text);
    await engine.sync([folder]);
    expect(engine.search('hunter2zebra').results[0]?.uri).toMatch(/^plan/);
    write(name, blank);
    const { failed } = await engine.sync([folder]);
    expect(failed).toEqual([]);
    expect(engine.search('hunter2zebra').results.every(({ scores }) => scores.words === 0)).toBe(true);
    const isNote = /md|txt/.test(name);
    expect(rows().filter(({ uri }) => uri.startsWith('plan'))).toMatchObject(
      isNote ? [{ uri: name, title: 'plan' }] : [],
    );
    if (isNote) expect(engine.search('plan').results[0]).toMatchObject({ uri: name, missing: [] });
    expect(await engine.freshness.look()).toEqual({ changed: 0, missing: 0 });
    expect(checkIndex(engine).problems).toEqual([]);
    expect(counts(await engine.sync([folder]))).toMatchObject({ added: 0, updated: 0, removed: 0 });
  });

  test('an empty file that was never indexed gives a warning and no document', async () => {
    write('a.csv', '');
    const { added, failed, warnings } = await engine.sync([folder]);
    expect({ added, failed }).toEqual({ added: 0, failed: [] });
    expect(warnings).toMatchObject([{ path: 'a.csv', reason: 'there are no records in it' }]);
  });

  test('a document whose file has become unreadable is kept as it was', async () => {
    write('a.json', '{"title": "Good", "content": "old words"}');
    await engine.sync([folder]);
    write('a.json', '{"title": "Broken');
    const report = await engine.sync([folder]);
    expect(report.failed).toHaveLength(1);
    expect(engine.search('old words').results[0]?.title).toBe('Good');
  });

  test.skipIf(process.getuid?.() === 0)('a folder that cannot be opened keeps its documents', async () => {
    writeNotes();
    await engine.sync([folder]);
    chmodSync(path('sub'), 0o000);
    const report = await engine.sync([folder]);
    chmodSync(path('sub'), 0o700);
    expect(report.removed).toBe(0);
    expect(report.failed[0]?.path).toBe('sub');
  });
});

import fs, { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import type { SyncReport } from '../../lib/indexing/report.ts';
import { scopesOf, WATCH, watch } from '../../lib/upkeep/watch.ts';

let root = '';
let folder = '';
let engine: Engine;
let abort: AbortController;
let running: Promise<void> | null;
let reports: SyncReport[];
/** The messages about files, one list for each sync that had any. */
let remarks: string[][];
let notices: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'qkv-watch-'));
  folder = join(root, 'notes');
  mkdirSync(folder);
  engine = Engine.open();
  abort = new AbortController();
  running = null;
  reports = [];
  remarks = [];
  notices = [];
});
afterEach(async () => {
  abort.abort();
  await running;
  engine.close();
  rmSync(root, { recursive: true, force: true });
});

const path = (name: string) => join(folder, name);
function write(name: string, text: string): void {
  mkdirSync(dirname(path(name)), { recursive: true });
  writeFileSync(path(name), text);
}

/** Begins to watch, and waits for the first report. */
async function follow(): Promise<void> {
  running = watch(engine, [folder], {
    signal: abort.signal,
    onSync: (report, { failed, skipped, warnings }) => {
      reports.push(report);
      const said = [...failed, ...skipped, ...warnings].map(({ path: at, reason }) => `${at}: ${reason}`);
      if (said.length > 0) remarks.push(said);
    },
    onNotice: (text) => notices.push(text),
  });
  await until(() => reports.length > 0);
}

const until = (condition: () => boolean) =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 20_000, interval: 20 });

const titles = () => engine.store.sql('SELECT title FROM documents ORDER BY title').pluck().all() as string[];
const untilTitles = (expected: string[]) =>
  vi.waitFor(() => expect(titles()).toEqual(expected), { timeout: 20_000, interval: 20 });

describe('a change in a watched folder', () => {
  test('is searchable: a new note, an edit, a rename and a removal', async () => {
    write('a.md', '# Apple\n\nred');
    await follow();
    expect(titles()).toEqual(['Apple']);
    write('sub/b.md', '# Bread\n\nrye');
    await untilTitles(['Apple', 'Bread']);
    write('a.md', '# Apricot\n\norange');
    await untilTitles(['Apricot', 'Bread']);
    const { id } = engine.search('bread').results[0] as { id: number };
    renameSync(path('sub/b.md'), path('c.md'));
    await until(() => engine.store.document(id)?.uri.endsWith('c.md') ?? false);
    rmSync(path('a.md'));
    await untilTitles(['Bread']);
    expect(engine.search('apricot').results.map(({ title }) => title)).not.toContain('Apricot');
  });

  test('is searchable even if the system clock is set back', async () => {
    await follow();
    let clock = Date.now();
    vi.spyOn(Date, 'now').mockImplementation(() => {
      clock -= 3_600_000;
      return clock;
    });
    write('a.md', '# Apple\n\nred');
    // Not vi.waitFor, which would use the mocked clock.
    for (let i = 0; i < 500 && titles().length === 0; i++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    vi.restoreAllMocks();
    expect(titles()).toEqual(['Apple']);
  });

  test('may empty a note, which then has only its title', async () => {
    write('a.md', '# Apple\n\nMy password is hunter2zebra.');
    await follow();
    expect(engine.search('hunter2zebra').results[0]?.missing).toEqual([]);
    write('a.md', '');
    await untilTitles(['a']);
    expect(engine.search('hunter2zebra').results.every(({ scores }) => scores.words === 0)).toBe(true);
  });

  test('may be a temporary file renamed over the note, as editors do', async () => {
    write('a.md', '# Apple\n\nred');
    await follow();
    for (const title of ['Pear', 'Plum']) {
      write('.a.md.swp', `# ${title}\n\nnew`);
      renameSync(path('.a.md.swp'), path('a.md'));
      await untilTitles([title]);
    }
  });

  test('to a hidden file is ignored', async () => {
    await follow();
    write('.obsidian/workspace.md', '# Hidden\n\nnothing');
    write('seen.md', '# Seen\n\nsomething');
    await untilTitles(['Seen']);
  });

  test('of a thousand files at once takes only a few syncs and loses none', async () => {
    await follow();
    for (let i = 0; i < 1000; i++) write(`${i % 10}/${i}.md`, `# Note ${i}\n\ntext ${i}`);
    await until(() => titles().length === 1000);
    expect(reports.length).toBeLessThan(30);
    rmSync(path('3'), { recursive: true });
    await until(() => titles().length === 900);
  });
});

describe('the replacement of a watched', () => {
  test('folder is followed: new notes in it and in its subfolders are seen', async () => {
    for (const name of ['d/a.md', 'd/e/b.md']) write(name, `# ${name}`);
    await follow();
    cpSync(path('d'), join(root, 'copy'), { recursive: true });
    rmSync(path('d'), { recursive: true });
    renameSync(join(root, 'copy'), path('d'));
    await new Promise((resolve) => setTimeout(resolve, WATCH.patience));
    write('d/e/new.md', '# New');
    await untilTitles(['New', 'd/a.md', 'd/e/b.md']);
    write('d/a.md', '# Edited');
    await untilTitles(['Edited', 'New', 'd/e/b.md']);
  });

  test('folder may be moved from elsewhere, and contain a folder of the same name', async () => {
    write('d/a.md', '# Apple');
    write('other/d/b.md', '# Bread');
    await follow();
    rmSync(path('d'), { recursive: true });
    renameSync(path('other'), path('d'));
    await untilTitles(['Bread']);
    write('d/d/c.md', '# Cake');
    write('d/e.md', '# Egg');
    await untilTitles(['Bread', 'Cake', 'Egg']);
  });

  test('file that is watched on its own is followed', async () => {
    write('a.md', '# Apple');
    folder = path('a.md');
    await follow();
    rmSync(folder);
    await new Promise((resolve) => setTimeout(resolve, WATCH.patience));
    writeFileSync(folder, '# Apricot');
    await untilTitles(['Apricot']);
    writeFileSync(folder, '# Pear');
    await untilTitles(['Pear']);
  });
});

describe('a message about a file', () => {
  /** Counts the other notes, which give no messages. */
  let notes = 0;
  async function change(): Promise<void> {
    write(`other/${++notes}.md`, `# Other ${notes}`);
    await until(() => titles().includes(`Other ${notes}`));
  }
  const untilSaid = (expected: unknown[]) =>
    vi.waitFor(() => expect(remarks).toEqual(expected), { timeout: 20_000, interval: 20 });

  test('is given once when it is new or different, and again if the file was fixed in between', async () => {
    const malformed = (column: number) => expect.stringMatching(`^sub/a.json: .*line 1, column ${column}:`);
    const said: unknown[][] = [[malformed(2)]];
    write('sub/a.json', '{');
    await follow();
    await untilSaid(said);
    await change();
    write('sub/a.json', '{ ');
    said.push([malformed(3)]);
    await untilSaid(said);
    write('sub/a.json', '{"title": "A"}');
    await until(() => titles().includes('A'));
    write('sub/a.json', '{ ');
    said.push([malformed(3)]);
    await untilSaid(said);
    await change();
    write('top.md', '# Top'); // makes the whole folder be synced
    await until(() => titles().includes('Top'));
    expect(remarks).toEqual(said);
  });

  test('is given for files that are too large or have warnings, not for hidden ones', async () => {
    write('front.md', '---\ntitle: [unclosed\n---\n\n# Front');
    write('.hidden.md', '# Hidden');
    await follow();
    const said: unknown[][] = [[expect.stringMatching('^front.md: malformed front matter')]];
    await untilSaid(said);
    write('big.txt', 'x'.repeat(10_000_001));
    said.push(['big.txt: 10.0 MB, over the limit of 10.0 MB']);
    await untilSaid(said);
    write('big.txt', 'x'.repeat(10_200_000));
    write('.hidden.md.swp', 'x');
    await change();
    await untilSaid(said);
    write('rows.jsonl', '{"title": "Row"}\nx');
    said.push(['rows.jsonl: line 2: malformed JSON at column 1']);
    await untilSaid(said);
  });
});

test('a watch started while another process writes waits until it is done, and says so', async () => {
  write('a.md', '# Apple\n\nred');
  const file = join(root, 'index.db');
  const other = Engine.open({ path: file });
  engine.close();
  engine = Engine.open({ path: file });
  engine.store.database.pragma('busy_timeout = 10');
  other.store.database.exec('BEGIN IMMEDIATE');
  const following = follow();
  await until(() => notices.length > 0);
  expect(reports).toEqual([]);
  other.store.database.exec('COMMIT');
  other.close();
  await following;
  expect(titles()).toEqual(['Apple']);
  write('b.md', '# Bread\n\nrye');
  await untilTitles(['Apple', 'Bread']);
});

test.each([false, true])(
  'deleting the index ends the watch (replaced by a new one: %s)',
  async (isReplaced) => {
    const file = join(root, 'index.db');
    engine.close();
    engine = Engine.open({ path: file });
    await follow();
    const ended = running?.catch((error: unknown) => error);
    running = null;
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`);
    if (isReplaced) Engine.open({ path: file }).close();
    expect(await ended).toMatchObject({ code: 'NO_INDEX', message: expect.stringContaining(file) });
  },
);

describe('a watched folder that vanishes', () => {
  test('keeps its documents, says so, and is followed again when it is back', async () => {
    write('a.md', '# Apple\n\nred');
    await follow();
    renameSync(folder, join(root, 'elsewhere'));
    await until(() => notices.some((text) => text.includes('is not there now')));
    expect(titles()).toEqual(['Apple']);
    renameSync(join(root, 'elsewhere'), folder);
    await until(() => notices.some((text) => text.includes('is back')));
    write('b.md', '# Bread\n\nrye');
    await untilTitles(['Apple', 'Bread']);
  });

  test('keeps its documents when only an empty mount point is left', async () => {
    write('a.md', '# Apple\n\nred');
    await follow();
    renameSync(folder, join(root, 'elsewhere'));
    mkdirSync(folder);
    await until(() => reports.some(({ failed }) => failed.some(({ reason }) => reason.includes('mounted'))));
    expect(titles()).toEqual(['Apple']);
    rmSync(folder, { recursive: true });
    renameSync(join(root, 'elsewhere'), folder);
    write('b.md', '# Bread\n\nrye');
    await untilTitles(['Apple', 'Bread']);
  });
});

describe('links in a watched folder', () => {
  const secret = () => join(root, 'secret');
  beforeEach(() => {
    mkdirSync(join(secret(), 'deep'), { recursive: true });
    writeFileSync(join(secret(), 'key.md'), '# Secret\n\nkey');
    writeFileSync(join(secret(), 'deep', 'more.md'), '# More\n\nkeys');
    write('in.md', '# In\n\nhere');
  });
  const sources = () => engine.store.sql("SELECT path FROM sources WHERE path <> ''").pluck().all();
  afterEach(() => {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  });
  /** The arguments of every later call of `fs.watch`. */
  function watched(): string[] {
    const watching = vi.spyOn(fs, 'watch');
    syncBuiltinESMExports();
    return watching.mock.calls as unknown as string[];
  }

  test('that lead out of it are not followed, whenever they are made', async () => {
    symlinkSync(secret(), path('link'));
    symlinkSync(join(secret(), 'key.md'), path('key.md'));
    const calls = watched();
    await follow();
    symlinkSync(secret(), path('later'));
    write('news.md', '# News\n\nfirst');
    await untilTitles(['In', 'News']);
    writeFileSync(join(secret(), 'key.md'), '# Secret\n\nanother key');
    writeFileSync(join(secret(), 'deep', 'new.md'), '# New\n\nmore keys');
    renameSync(path('later'), path('last'));
    await new Promise((resolve) => setTimeout(resolve, 2 * WATCH.patience));
    write('news.md', '# Newest\n\nsecond');
    await untilTitles(['In', 'Newest']);
    expect(sources()).toEqual([folder]);
    expect(new Set(calls.map(([file]) => file))).toEqual(new Set([folder]));
    expect(notices).toEqual([]);
  });

  test('that lead back cause no loops', async () => {
    mkdirSync(path('a/b'), { recursive: true });
    symlinkSync('..', path('a/up'));
    symlinkSync('../..', path('a/b/top'));
    symlinkSync('../b', path('a/b/self'));
    symlinkSync('../in.md', path('a/twin.md'));
    symlinkSync('nowhere', path('a/dead'));
    symlinkSync('itself', path('a/itself'));
    const calls = watched();
    await follow();
    write('a/b/c.md', '# Cake\n\neggs');
    await untilTitles(['Cake', 'In']);
    const expected = [folder, path('a'), path('a/b')];
    expect(new Set(calls.map(([file]) => file))).toEqual(new Set(expected));
  });

  test('to hidden folders in it are followed, as in a sync', async () => {
    write('.store/a.md', '# Apple\n\nred');
    symlinkSync('.store', path('shown'));
    symlinkSync('../.store', path('.store/again'));
    await follow();
    expect(titles()).toEqual(['Apple', 'In']);
    write('.store/a.md', '# Apricot\n\norange');
    await untilTitles(['Apricot', 'In']);
    write('.store/b.md', '# Bread\n\nrye');
    await untilTitles(['Apricot', 'Bread', 'In']);
    expect(sources()).toEqual([folder]);
  });

  test('may include the folder itself, whose notes are followed', async () => {
    renameSync(folder, join(root, 'real'));
    symlinkSync('real', folder);
    symlinkSync(secret(), path('link'));
    await follow();
    expect(titles()).toEqual(['In']);
    write('sub/b.md', '# Bread\n\nrye');
    await untilTitles(['Bread', 'In']);
    write('in.md', '# Inside\n\nhere');
    await untilTitles(['Bread', 'Inside']);
    expect(sources()).toEqual([join(root, 'real')]);
  });

  test('that replace a subfolder and lead out remove its documents', async () => {
    write('sub/a.md', '# Apple\n\nred');
    await follow();
    expect(titles()).toEqual(['Apple', 'In']);
    rmSync(path('sub'), { recursive: true });
    symlinkSync(secret(), path('sub'));
    await untilTitles(['In']);
    expect(sources()).toEqual([folder]);
    expect(scopesOf([path('sub/a.md')], [folder])).toEqual([folder]);
  });
});

describe('when the system has no watches left', () => {
  /** Lets only `allowed` folders be watched, as `fs.inotify.max_user_watches` does. */
  function limit(allowed: number): void {
    const watching = fs.watch as (...args: unknown[]) => fs.FSWatcher;
    vi.spyOn(fs, 'watch').mockImplementation((...args: unknown[]) => {
      if (allowed-- > 0) return watching(...args);
      throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), {
        code: 'ENOSPC',
      });
    });
    syncBuiltinESMExports();
  }
  afterEach(() => {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  });

  test.each([0, 1, 3])(
    'after %i folders, the others are scanned instead, and a notice says so',
    async (allowed) => {
      for (let i = 0; i < 9; i++) write(`${i % 3}/${i}.md`, `# Note ${i}\n\ntext`);
      limit(allowed);
      await follow();
      expect(notices).toEqual([expect.stringContaining('fs.inotify.max_user_watches')]);
      write('0/0.md', '# News\n\nwords');
      await until(() => titles().includes('News'));
      expect(titles()).toHaveLength(9);
    },
  );

  test('and the watch is aborted before its first sync, it ends', async () => {
    write('a.md', '# Apple\n\nred');
    limit(0);
    running = watch(engine, [folder], {
      signal: abort.signal,
      onSync: (report) => reports.push(report),
      onNotice: () => abort.abort(),
    });
    await running;
  });
});

test('after any edits, renames and removals the index has what the folder has', async () => {
  await follow();
  const files = new Map<string, string>();
  const name = fc.constantFrom('a.md', 'b.md', 'x/c.md', 'x/d.md', 'y/e.md');
  const step = fc.oneof(
    fc.record({ kind: fc.constant('write' as const), name, number: fc.nat(99) }),
    fc.record({ kind: fc.constant('remove' as const), name }),
    fc.record({ kind: fc.constant('rename' as const), name, to: name }),
  );
  function apply(one: { kind: string; name: string; number?: number; to?: string }): void {
    if (one.kind === 'write') {
      files.set(one.name, `Note ${one.number}`);
      write(one.name, `# Note ${one.number}\n\ntext`);
    } else if (files.has(one.name) && one.kind === 'remove') {
      files.delete(one.name);
      rmSync(path(one.name));
    } else if (files.has(one.name) && one.to !== undefined && one.to !== one.name) {
      files.set(one.to, files.get(one.name) as string);
      files.delete(one.name);
      mkdirSync(dirname(path(one.to)), { recursive: true });
      renameSync(path(one.name), path(one.to));
    }
  }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      for (const one of steps) apply(one);
      await untilTitles([...files.values()].sort());
    }),
    { seed: 7, numRuns: 12, endOnFailure: true },
  );
});

test('the common folder of the changes is synced, within each root', () => {
  mkdirSync(path('a/b'), { recursive: true });
  const roots = [folder, '/nowhere'];
  expect(scopesOf([path('a/b/1.md'), path('a/b/2.md')], roots)).toEqual([path('a/b')]);
  expect(scopesOf([path('a/b/1.md'), path('a/2.md')], roots)).toEqual([path('a')]);
  expect(scopesOf([path('a/1.md'), path('ab/2.md')], roots)).toEqual([folder]);
  expect(scopesOf([path('gone/deep/1.md')], roots)).toEqual([folder]);
  expect(scopesOf([folder], roots)).toEqual([folder]);
  expect(scopesOf(['/other/1.md'], roots)).toEqual([]);
});

import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { facets } from '../../lib/store/library.ts';
import { resolveLink } from '../../lib/store/links.ts';
import { savedArrays } from '../../lib/store/saved-arrays.ts';
import { Store } from '../../lib/store/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'qkv-live-'));
const LARGE = 4200;
const note = (i: number, word = 'softmax') => ({
  ...{ uri: `n${i}`, title: `Note ${i}`, format: 'text' as const },
  content: `about ${word} and weights, number ${i}`,
});
const large = join(folder, 'large.db');
const open: Engine[] = [];
const opened = (path: string) => {
  const engine = Engine.open({ path });
  open.push(engine);
  return engine;
};
const until = async (isSo: () => boolean) => {
  for (const end = Date.now() + 20_000; !isSo() && Date.now() < end; )
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isSo()).toBe(true);
};

beforeAll(async () => {
  const engine = opened(large);
  await engine.index(Array.from({ length: LARGE }, (_, i) => note(i)));
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const engine of open.splice(0)) engine.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a large library is loaded beside the event loop; until then searches are NOT_READY', async () => {
  rmSync(`${large}-arrays`, { force: true });
  const live = opened(large);
  const started = live.goLive();
  expect(live.isReady).toBe(false);
  expect(() => live.search('softmax')).toThrow(expect.objectContaining({ code: 'NOT_READY' }));
  await started;
  expect(live.isReady).toBe(true);
  const plain = opened(large);
  expect({ ...live.search('softmax 77'), tookMs: null }).toEqual({
    ...plain.search('softmax 77'),
    tookMs: null,
  });
});

test('the arrays of a large library are saved after a fit, or by the first search after a change', async () => {
  const path = join(folder, 'fitted.db');
  const engine = opened(path);
  await engine.index(Array.from({ length: LARGE }, (_, i) => note(i)));
  expect(savedArrays(path, engine.store.state() as string)).not.toBeNull();
  await engine.index([note(1, 'hopfield')]); // too small a change for a fit: the next search saves the arrays
  expect(savedArrays(path, engine.store.state() as string)).toBeNull();
  expect(engine.search('hopfield').results[0]?.title).toBe('Note 1');
  expect(savedArrays(path, engine.store.state() as string)).not.toBeNull();
});

test('facets are not counted again for another connection to the same state', async () => {
  const live = opened(large);
  await live.goLive();
  const { store } = live;
  const counted = facets(store);
  await opened(large).sync([mkdtempSync(join(folder, 'empty-'))]); // bookkeeping alone
  await until(() => live.version() !== '' && live.store !== store);
  expect(facets(live.store)).toBe(counted);
});

test('link names are read once for each state of the index, whichever connection asks', async () => {
  const path = join(folder, 'links.db');
  const writer = opened(path);
  await writer.index([note(1)]);
  const live = opened(path);
  await live.goLive();
  const reads: string[] = [];
  const { sql } = Store.prototype;
  vi.spyOn(Store.prototype, 'sql').mockImplementation(function (this: Store, text) {
    if (text.includes('aliases FROM documents')) reads.push(text);
    return sql.call(this, text);
  });
  for (let look = 0; look < 3; look++) {
    const { store } = live;
    expect(resolveLink(store, 'Note 1', '')?.title).toBe('Note 1');
    await writer.sync([mkdtempSync(join(folder, 'empty-'))]); // bookkeeping alone
    expect(resolveLink(writer.store, 'Note 1', '')?.title).toBe('Note 1');
    await until(() => live.version() !== '' && live.store !== store);
  }
  expect(reads).toHaveLength(2); // one for each of the two engines
  await writer.index([note(2)]);
  live.version();
  expect(resolveLink(live.store, 'Note 2', '')?.title).toBe('Note 2');
  expect(reads).toHaveLength(3);
});

test('while a change is loaded, searches see the whole library in its old state, then in the new one', async () => {
  const live = opened(large);
  await live.goLive();
  const writer = opened(large);
  const before = live.search('number 12').results.map(({ uri }) => uri);
  await writer.remove(before);
  await writer.index([note(5001, 'quokka')]);
  // Documents that are gone in the index can still be listed, shown and explained.
  const during = live.search('number 12');
  expect(during.results.map(({ uri }) => uri)).toEqual(before);
  expect(live.explain('number 12', during.results[0]?.id ?? 0).rank).toBe(1);
  expect(live.document(during.results[3]?.id ?? 0).uri).toBe(before[3]);
  expect(live.search('quokka').attention.verdict).toBe('none');
  await until(() => live.search('quokka').results[0]?.uri === 'n5001');
  expect(live.search('number 12').results.map(({ uri }) => uri)).not.toContain(before[0]);
  expect(() => live.document(during.results[0]?.id ?? 0)).toThrow(
    expect.objectContaining({ code: 'NOT_FOUND' }),
  );
});

test('continuous writes are loaded again and again, and every answer is of one state', async () => {
  const live = opened(large);
  await live.goLive();
  const writer = opened(large);
  let written = 0;
  let isWriting = true;
  const writing = (async () => {
    for (; isWriting; written++) {
      await writer.remove([`w${written - 3}`]);
      await writer.index([{ ...note(written, 'wallaby'), uri: `w${written}` }]);
    }
  })();
  const seen = new Set<string>();
  for (const end = Date.now() + 20_000; seen.size <= 2 && Date.now() < end; ) {
    const { results, index } = live.search('wallaby', { limit: 5 });
    expect(results).toHaveLength(5);
    expect(live.arrays().ids).toHaveLength(index.documents);
    for (const { id, uri, passage } of results) {
      const document = live.document(id);
      expect(document.uri).toBe(uri);
      expect(document.content.slice(passage.start, passage.end)).toBe(passage.text);
    }
    seen.add(live.version());
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  isWriting = false;
  await writing;
  expect(seen.size).toBeGreaterThan(2);
  await until(() => live.search('wallaby').results.some(({ uri }) => uri === `w${written - 1}`));
});

test('changes to a small library are seen at once', async () => {
  const path = join(folder, 'small.db');
  const writer = opened(path);
  await writer.index([note(1)]);
  const live = opened(path);
  await live.goLive();
  for (let i = 2; i < 30; i++) {
    await writer.index([note(i, `animal${'abcdefghijklmnopqrstuvwxyz'[i % 26]}`)]);
    expect(live.status().documents).toBe(i);
    expect(live.search(`number ${i}`).index.documents).toBe(i);
  }
  // Bookkeeping alone makes no new arrays.
  const arrays = live.arrays();
  await writer.sync([mkdtempSync(join(folder, 'empty-'))]);
  live.version();
  expect(live.arrays()).toBe(arrays);
});

test('an index that has been emptied gives no results', async () => {
  const path = join(folder, 'emptied.db');
  const writer = opened(path);
  await writer.index([note(1), note(2)]);
  const live = opened(path);
  await live.goLive();
  expect(live.search('softmax').results).toHaveLength(2);
  await writer.remove(['n1', 'n2']);
  expect(live.search('softmax').results).toEqual([]);
});

test('going live changes nothing for an index in memory or one that is live already', async () => {
  const memory = opened(':memory:');
  await memory.goLive();
  await memory.index([note(1)]);
  expect(memory.search('softmax').results).toHaveLength(1);
  const live = opened(large);
  await live.goLive();
  const { store } = live;
  await live.goLive();
  expect(live.store).toBe(store);
});

test('the write-ahead log does not grow while a server reads: after a pause it restarts', async () => {
  const path = join(folder, 'log.db');
  const writer = opened(path);
  await writer.index([note(1)]);
  const live = opened(path);
  await live.goLive();
  const size = () => statSync(`${path}-wal`).size;
  const sizes: number[] = [];
  for (let i = 0; i < 4; i++) {
    await writer.index([{ ...note(1), content: `${'number '.repeat(20_000)} ${i}` }]);
    expect(live.search('number').index.documents).toBe(1);
    sizes.push(size());
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
  expect(sizes[3]).toBe(sizes[1]);
});

test('on a full disk, where the write-ahead log cannot restart, reading goes on without a warning', async () => {
  const path = join(folder, 'full.db');
  const writer = opened(path);
  await writer.index([note(1)]);
  const live = opened(path);
  const { database } = live.store;
  await live.goLive();
  const said = vi.spyOn(process, 'emitWarning').mockReturnValue();
  let checkpoints = 0;
  const { pragma } = database;
  vi.spyOn(database, 'pragma').mockImplementation((...given) => {
    if (given[0].startsWith('wal_checkpoint') && ++checkpoints > 0) throw new Error('the disk is full');
    return pragma.apply(database, given);
  });
  await writer.index([note(2, 'wombat')]);
  await until(() => live.search('wombat').results[0]?.uri === 'n2');
  await until(() => checkpoints > 0);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(checkpoints).toBe(1);
  expect(said).not.toHaveBeenCalled();
});

test('a file of saved arrays that is not ours does no harm', async () => {
  const path = join(folder, 'broken.db');
  const writer = opened(path);
  await writer.index([note(1)]);
  const live = opened(path);
  await live.goLive();
  writeFileSync(`${path}-arrays`, 'not ours');
  await writer.index([note(2)]);
  expect(live.search('softmax').results).toHaveLength(2);
});

test.each([
  ['a small library', join(folder, 'fails.db'), 1],
  ['a large one', large, 1],
  ['a large one, in a thread and then without', large, 3],
])('%s that cannot be read for a moment is read a moment later, with one warning', async (_, path, nth) => {
  const writer = opened(path);
  await writer.index([note(1)]);
  const live = opened(path);
  await live.goLive();
  const said = vi.spyOn(process, 'emitWarning').mockReturnValue();
  await writer.index([note(6001, `wombat${nth}`)]);
  const { state } = Store.prototype;
  let reads = 0;
  vi.spyOn(Store.prototype, 'state').mockImplementation(function (this: Store) {
    if (this !== writer.store && ++reads >= nth) throw new Error('disk I/O error');
    return state.call(this);
  });
  const before = live.status().documents;
  await until(() => reads > nth + 2);
  expect(said.mock.calls).toEqual([[expect.stringContaining('disk I/O error')]]);
  vi.mocked(Store.prototype.state).mockRestore();
  await until(() => live.search(`wombat${nth}`).results[0]?.uri === 'n6001');
  expect(live.status().documents).toBeGreaterThanOrEqual(before);
});

describe('an index that is deleted', () => {
  const remove = (path: string) => {
    for (const suffix of ['', '-wal', '-shm', '-arrays']) rmSync(`${path}${suffix}`, { force: true });
  };
  /** The number of open index files that have been deleted, where the system tells. */
  const deleted = () => {
    const files = new Set<number>();
    for (const fd of existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd') : []) {
      try {
        const path = readlinkSync(`/proc/self/fd/${fd}`);
        if (path.startsWith(folder) && path.endsWith('.db (deleted)'))
          files.add(statSync(`/proc/self/fd/${fd}`).ino);
      } catch {
        // closed meanwhile
      }
    }
    return files.size;
  };

  test.each([
    ['a small one', 2, 3],
    ['a large one', 2, LARGE],
  ])('is searched as it was until another one takes its place: %s', async (name, before, after) => {
    const path = join(folder, `${name}.db`);
    const first = Engine.open({ path });
    await first.index(Array.from({ length: before }, (_, i) => note(i, 'aardvark')));
    first.close();
    const live = opened(path);
    await live.goLive();
    const said = vi.spyOn(process, 'emitWarning').mockReturnValue();
    for (const word of ['buffalo', 'capybara']) {
      remove(path);
      await new Promise((resolve) => setTimeout(resolve, 600));
      const { length } = live.search('weights').results;
      expect(length).toBeGreaterThan(0);
      const writer = Engine.open({ path });
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(live.search('weights').results, 'while nothing is in the new one').toHaveLength(length);
      await writer.index(Array.from({ length: after }, (_, i) => note(i, word)));
      await until(() => live.search(word).index.documents === after);
      await until(() => live.search(word).results[0]?.passage.text.includes(word) === true);
      await writer.index([note(9000, 'dromedary')]);
      await until(() => live.search('dromedary').results[0]?.uri === 'n9000');
      writer.close();
    }
    const why = [
      expect.stringContaining(`until it can, searches go on in it as it was. There is no index at ${path}`),
    ];
    expect(said.mock.calls).toEqual([why, why]);
    await until(() => live.status().documents === after + 1);
    await until(() => deleted() <= 1); // the connection that the engine was opened with
  });

  test('and recreated is checked for freshness against its own files', async () => {
    const path = join(folder, 'stale.db');
    const notes = mkdtempSync(join(folder, 'notes-'));
    writeFileSync(join(notes, 'a.md'), '# Apple\n\nred');
    const first = Engine.open({ path });
    await first.sync([notes]);
    first.close();
    const live = opened(path);
    await live.goLive();
    expect(await live.freshness.look()).toEqual({ changed: 0, missing: 0 });
    remove(path);
    writeFileSync(join(notes, 'a.md'), '# Apricot\n\norange');
    expect(await live.freshness.look()).toEqual({ changed: 1, missing: 0 });
    const writer = opened(path);
    await writer.sync([notes]);
    await until(() => live.search('apricot').results[0]?.title === 'Apricot');
    expect(await live.freshness.look()).toEqual({ changed: 0, missing: 0 });
  });
});

test('closing an engine stops it from going live', async () => {
  rmSync(`${large}-arrays`, { force: true });
  const live = Engine.open({ path: large });
  const started = live.goLive();
  live.close();
  await started;
  expect(live.isReady).toBe(false);
});

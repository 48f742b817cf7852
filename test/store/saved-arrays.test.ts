import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { type Loaded, loadArrays } from '../../lib/store/arrays.ts';
import { arraysPath, isLarge, openArrays, saveArrays, savedArrays } from '../../lib/store/saved-arrays.ts';
import { checkIndex } from '../../lib/upkeep/check.ts';

const folder = mkdtempSync(join(tmpdir(), 'qkv-kept-'));
const path = join(folder, 'index.db');
const kept = arraysPath(path);
const note = (i: number, word = 'softmax') => ({
  ...{ uri: `n${i}`, title: `Note ${i}`, format: 'text' as const },
  content: `about ${word} and weights number ${i}, and 가중치 ${i % 7}`,
});
let engine: Engine;
let fresh: Loaded;
const state = () => engine.store.state() as string;

beforeAll(async () => {
  engine = Engine.open({ path });
  await engine.index(Array.from({ length: 60 }, (_, i) => note(i)));
  fresh = loadArrays(engine.store);
});
beforeEach(() => saveArrays(path, state(), fresh));
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true });
});

test('saved arrays are read back byte for byte', () => {
  const again = savedArrays(path, state());
  expect(again?.arena.sizes).toEqual(fresh.arena.sizes);
  expect(again?.embedder).toEqual(fresh.embedder);
  expect(Buffer.compare(again?.arena.data ?? Buffer.of(), fresh.arena.data)).toBe(0);
  expect(again?.arena.views.letters).toEqual(fresh.arena.views.letters);
  expect(again?.arena.views.passageKeys).toEqual(fresh.arena.views.passageKeys);
});

test('arrays that cannot be saved, nor what was begun be deleted, are no error', () => {
  mkdirSync(`${kept}.new`);
  saveArrays(path, 'another', fresh);
  rmSync(`${kept}.new`, { recursive: true });
  expect(savedArrays(path, state())).not.toBeNull();
});

test('the same index gives the same bytes', () => {
  const before = readFileSync(kept);
  saveArrays(path, state(), loadArrays(engine.store));
  expect(readFileSync(kept).equals(before)).toBe(true);
});

test('--check reports saved arrays that differ from the index, which a checksum cannot detect', () => {
  expect(checkIndex(engine).problems).toEqual([]);
  const wrong = loadArrays(engine.store);
  wrong.arena.views.titleKeys[0] = (wrong.arena.views.titleKeys[0] ?? 0) ^ 1;
  saveArrays(path, state(), wrong);
  expect(checkIndex(engine).problems).toEqual([
    { kind: 'broken', where: kept, what: 'is not what the index makes' },
  ]);
});

describe('saved arrays that do not belong to the index are ignored:', () => {
  const change = (at: number) => {
    const bytes = readFileSync(kept);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(kept, bytes);
  };

  test('those of another state', () => {
    expect(savedArrays(path, 'another')).toBeNull();
  });

  test('those with one flipped bit, wherever it is', () => {
    const { size } = statSync(kept);
    for (const at of [1024, 1500, Math.floor(size / 2), size - 1]) {
      change(at);
      expect(savedArrays(path, state())).toBeNull();
      change(at);
    }
    expect(savedArrays(path, state())).not.toBeNull();
  });

  test.each([0, 10, 1024, 5000])('those cut off after %i bytes', (size) => {
    truncateSync(kept, size);
    expect(savedArrays(path, state())).toBeNull();
  });

  test('those of another program, or of a library larger than any memory', () => {
    writeFileSync(kept, 'not ours');
    expect(savedArrays(path, state())).toBeNull();
    saveArrays(path, state(), fresh);
    const saved = readFileSync(kept);
    const header = JSON.parse(saved.subarray(0, 1024).toString());
    header.sizes.documents = 1e15;
    writeFileSync(kept, JSON.stringify(header).padEnd(1024));
    appendFileSync(kept, saved.subarray(1024));
    expect(savedArrays(path, state())).toBeNull();
  });

  test('searches continue, from the index itself', () => {
    writeFileSync(kept, 'not ours');
    const other = Engine.open({ path });
    expect(other.search('softmax').results).toHaveLength(10);
    other.close();
  });
});

test.skipIf(process.getuid?.() === 0)('in a read-only folder none are saved, and no error is thrown', () => {
  rmSync(kept);
  chmodSync(folder, 0o555);
  saveArrays(path, state(), fresh);
  chmodSync(folder, 0o755);
  expect(existsSync(kept)).toBe(false);
});

test('if saving fails, nothing is left behind', () => {
  saveArrays(join(folder, 'no', 'such', 'index.db'), state(), fresh);
  expect(existsSync(join(folder, 'no'))).toBe(false);
});

test('a small library saves none: it is read from the index in no noticeable time', () => {
  openArrays(engine.store);
  expect(savedArrays(path, state())).not.toBeNull();
  rmSync(kept);
  openArrays(engine.store);
  expect(existsSync(kept)).toBe(false);
});

test('a small library deletes the arrays saved of an earlier state, when it was large', () => {
  saveArrays(path, 'earlier', fresh);
  openArrays(engine.store);
  expect(existsSync(kept)).toBe(false);
});

test.each([
  [7_998, false],
  [7_999, true],
])('a document of %i passages alone makes a library large: %s', async (passages, expected) => {
  const long = Engine.open({ path: join(folder, `long-${passages}.db`) });
  await long.index([note(1)]);
  long.store.sql('UPDATE forward SET passages = zeroblob(8 * ?)').run(passages);
  expect(isLarge(long.store)).toBe(expected);
  long.close();
});

test('the arrays of a large library are saved when first read, and loaded from the file the next time', async () => {
  const large = join(folder, 'large.db');
  const writer = Engine.open({ path: large });
  await writer.index(Array.from({ length: 4100 }, (_, i) => note(i)));
  rmSync(arraysPath(large)); // saved by the fit
  const first = writer.search('softmax 12');
  expect(existsSync(arraysPath(large))).toBe(true);
  const reader = Engine.open({ path: large });
  const { inode } = { inode: statSync(arraysPath(large)).ino };
  const second = reader.search('softmax 12');
  expect({ ...second, tookMs: null }).toEqual({ ...first, tookMs: null });
  expect(statSync(arraysPath(large)).ino).toBe(inode);
  await writer.index([note(9999, 'quokka')]);
  expect(reader.search('quokka').results[0]?.uri).toBe('n9999');
  expect(statSync(arraysPath(large)).ino).not.toBe(inode);
  writer.close();
  reader.close();
});

describe('the state of an index', () => {
  test('is unchanged while nothing that a search finds changes', async () => {
    const before = state();
    await engine.index([note(3)]);
    await engine.remove(['nowhere']);
    expect(state()).toBe(before);
  });

  test('is new after every change, never an earlier one', async () => {
    const seen = new Set([state()]);
    for (const change of [
      () => engine.index([note(3, 'other')]),
      () => engine.index([note(3)]),
      () => engine.index([note(100)]),
      () => engine.remove(['n100']),
    ]) {
      await change();
      expect(seen.has(state())).toBe(false);
      seen.add(state());
    }
  });

  test('is unchanged when an unchanged folder is synced again', async () => {
    const notes = mkdtempSync(join(folder, 'notes-'));
    writeFileSync(join(notes, 'a.md'), '# Apple\n\nred');
    await engine.sync([notes]);
    const before = state();
    await engine.sync([notes]);
    expect(state()).toBe(before);
    writeFileSync(join(notes, 'a.md'), '# Apple\n\ngreen');
    await engine.sync([notes]);
    expect(state()).not.toBe(before);
  });
});

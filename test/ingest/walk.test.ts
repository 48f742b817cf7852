import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isPassedOverIn, type SkippedPath, type WalkedFile, walk } from '../../lib/ingest/walk.ts';

let base = '';
let root = '';

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'qkv-walk-'));
  root = join(base, 'vault');
  mkdirSync(root);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function write(path: string, content = 'text', under = root): string {
  const full = join(under, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  return full;
}

function walked(path = root) {
  const entries = [...walk(path)];
  return {
    files: entries.filter((entry): entry is WalkedFile => 'path' in entry),
    skipped: entries.filter((entry): entry is SkippedPath => 'skipped' in entry),
  };
}

const relatives = (path = root) => walked(path).files.map((file) => file.relative);

test('files come folder by folder in the order of their names', () => {
  for (const name of ['b.md', 'a/z.txt', 'a/b/c.html', 'B.md', '가/나.md', 'a.md']) write(name);
  expect(relatives()).toEqual(['B.md', 'a/b/c.html', 'a/z.txt', 'a.md', 'b.md', '가/나.md']);
});

test('a file has its absolute path, size and time', () => {
  const path = write('a.md', '가나');
  const [file] = walked().files;
  expect(file).toMatchObject({ relative: 'a.md', size: 6 });
  expect(file?.path.endsWith(join('vault', 'a.md'))).toBe(true);
  expect(path.endsWith('a.md')).toBe(true);
  expect(file?.mtimeMs).toBeGreaterThan(1.6e12);
});

test('a decomposed name is composed in `relative` and unchanged in `path`', () => {
  const name = '한글 메모.md'.normalize('NFD');
  write(name);
  const [file] = walked().files;
  expect(file?.relative).toBe('한글 메모.md'.normalize('NFC'));
  expect(file?.path.endsWith(name)).toBe(true);
});

test('of two files whose names differ only in Unicode form, one is skipped', () => {
  write('é.md'.normalize('NFC'));
  write('é.md'.normalize('NFD'));
  const { files, skipped } = walked();
  // A file system that normalises names has only one file.
  expect(files).toHaveLength(1);
  expect(skipped.every(({ kind }) => kind === 'ignored')).toBe(true);
});

test.skipIf(process.platform !== 'linux')(
  'folders whose names differ only in Unicode form are merged; of such files the composed one is read',
  () => {
    const [composed, other] = ['가', '가'.normalize('NFD')] as const;
    for (const place of [composed, other])
      for (const name of ['same.md', `${place}.md`]) write(`${place}/${name}`);
    write(`${composed}/deep/one.md`);
    write(`${other}/deep/two.md`);
    const expected = ['가/deep/one.md', '가/deep/two.md', '가/same.md', '가/가.md'];
    const { files, skipped } = walked();
    expect(files.map(({ relative }) => relative)).toEqual(expected);
    expect(files.filter(({ path }) => path.includes(other)).map(({ relative }) => relative)).toEqual([
      '가/deep/two.md',
    ]);
    expect(skipped.map(({ skipped: path, kind }) => [path, kind])).toEqual([
      ['가/same.md', 'ignored'],
      ['가/가.md', 'ignored'],
    ]);
    for (const start of [composed, other])
      expect(
        Array.from(walk(join(root, start), root)).filter((entry) => 'path' in entry),
        'a part of it',
      ).toEqual(files);
  },
);

test('a root that is a file gives that file alone', () => {
  expect(relatives(write('sub/one.md'))).toEqual(['one.md']);
});

test('a root that is not a document is skipped with the reason', () => {
  expect(walked(write('one.png')).skipped).toEqual([
    { skipped: 'one.png', kind: 'not-a-document', reason: 'not a document' },
  ]);
});

test('a missing root is an error that names it', () => {
  const missing = join(root, 'nowhere');
  expect(() => [...walk(missing)]).toThrow(
    expect.objectContaining({ code: 'NOT_FOUND', message: expect.stringContaining('nowhere') }),
  );
});

test('hidden names, node_modules and files without a reader are skipped', () => {
  for (const name of [
    '.obsidian/a.md',
    '.hidden.md',
    'node_modules/x/README.md',
    'img/a.png',
    'Makefile',
    'a.md',
  ])
    write(name);
  const { files, skipped } = walked();
  expect(files.map((file) => file.relative)).toEqual(['a.md']);
  expect(skipped.map(({ skipped: path, kind }) => [path, kind])).toEqual([
    ['.hidden.md', 'hidden'],
    ['.obsidian', 'hidden'],
    ['Makefile', 'not-a-document'],
    ['img/a.png', 'not-a-document'],
    ['node_modules', 'ignored'],
  ]);
});

test('a root inside a hidden folder is walked', () => {
  write('.notes/a.md');
  expect(relatives(join(root, '.notes'))).toEqual(['a.md']);
});

test('files over the size limit of their kind are skipped', () => {
  for (const [name, size] of [
    ['t.md', 10_000_001],
    ['ok.md', 10_000_000],
    ['r.csv', 50_000_001],
    ['p.pdf', 50_000_001],
    ['j.json', 50_000_001],
  ] as const) {
    truncateSync(write(name), size);
  }
  const { files, skipped } = walked();
  expect(files.map((file) => file.relative)).toEqual(['ok.md', 'r.csv']);
  expect(skipped.map(({ skipped: path }) => path)).toEqual(['j.json', 'p.pdf', 't.md']);
  expect(skipped[2]).toMatchObject({ kind: 'too-large', reason: '10.0 MB, over the limit of 10.0 MB' });
});

test('symbolic links that loop, leave the root, dangle or duplicate a file are skipped with the reason', () => {
  write('sub/a.md');
  write('outside.md', 'text', base);
  symlinkSync(root, join(root, 'sub', 'up'));
  symlinkSync('self', join(root, 'self'));
  symlinkSync(join(base, 'outside.md'), join(root, 'out.md'));
  symlinkSync(base, join(root, 'outer'));
  symlinkSync(join(root, 'gone.md'), join(root, 'dead.md'));
  symlinkSync(join(root, 'sub', 'a.md'), join(root, 'twin.md'));
  const { files, skipped } = walked();
  expect(files.map((file) => file.relative)).toEqual(['sub/a.md']);
  expect(skipped.every(({ kind }) => kind === 'link')).toBe(true);
  expect(Object.fromEntries(skipped.map((entry) => [entry.skipped, entry.reason]))).toEqual({
    'dead.md': 'a symbolic link to nothing',
    'out.md': 'a symbolic link that leads outside the indexed folder',
    outer: 'a symbolic link that leads outside the indexed folder',
    self: 'a symbolic link that loops',
    'sub/up': 'a symbolic link that loops back to its own folder',
    'twin.md': 'a symbolic link to sub/a.md, which is indexed there',
  });
});

test('isPassedOverIn tells of a single path whether the walk skips it', () => {
  for (const name of ['a.md', 'sub/deep/b.md', '.store/c.md', 'node_modules/d.md']) write(name);
  symlinkSync('../..', join(root, 'sub', 'deep', 'top'));
  symlinkSync('deep', join(root, 'sub', 'twin'));
  symlinkSync('nowhere', join(root, 'dead'));
  symlinkSync(base, join(root, 'outer'));
  symlinkSync('.store', join(root, 'shown'));
  symlinkSync('../sub', join(root, '.store', 'sub'));
  symlinkSync('.', join(root, '.store', 'again'));
  symlinkSync(root, join(base, 'link'));
  for (const start of [root, join(base, 'link')]) {
    const { files, skipped } = walked(start);
    expect(files.map(({ relative }) => relative)).toEqual(['a.md', 'shown/c.md', 'sub/deep/b.md']);
    expect(skipped).toHaveLength(8);
    for (const { relative } of files) expect(isPassedOverIn(start, join(start, relative))).toBe(false);
    for (const { skipped: path } of skipped) expect(isPassedOverIn(start, join(start, path))).toBe(true);
    expect(isPassedOverIn(start, start)).toBe(false);
    expect(isPassedOverIn(start, join(start, 'gone.md'))).toBe(false);
  }
});

test('a link to a hidden folder inside the root is followed, a loop in it is not', () => {
  write('.store/a.md');
  symlinkSync(join(root, '.store'), join(root, 'shown'));
  symlinkSync(join(root, '.store'), join(root, '.store', 'again'));
  expect(relatives()).toEqual(['shown/a.md']);
});

// The superuser may read everything.
test.skipIf(process.getuid?.() === 0)('a folder that cannot be read is skipped with the reason', () => {
  write('shut/a.md');
  chmodSync(join(root, 'shut'), 0);
  const { skipped } = walked();
  chmodSync(join(root, 'shut'), 0o755);
  expect(skipped).toEqual([
    { skipped: 'shut', kind: 'unreadable', reason: 'the folder cannot be read: permission denied' },
  ]);
});

test('a root that is a symbolic link is walked', () => {
  write('a.md');
  symlinkSync(root, join(base, 'link'));
  expect(relatives(join(base, 'link'))).toEqual(['a.md']);
});

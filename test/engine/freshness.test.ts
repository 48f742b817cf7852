import { mkdirSync, mkdtempSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Engine } from '../../lib/engine.ts';

let folder = '';
let engine: Engine;
const file = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qkv-fresh-'));
  for (const name of ['a.md', 'b.md', 'c.md'])
    writeFileSync(file(name), `# ${name}\n\nSome words of ${name}.`);
  engine = Engine.open();
});
afterEach(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

test('nothing is stale right after indexing', async () => {
  await engine.sync([folder]);
  expect(await engine.freshness.look()).toEqual({ changed: 0, missing: 0 });
});

test('a longer, a touched and a deleted file are counted, and every answer gives the counts', async () => {
  await engine.sync([folder]);
  writeFileSync(file('a.md'), '# a.md\n\nSome other, longer words.');
  utimesSync(file('b.md'), new Date(), new Date(Date.now() + 60_000));
  unlinkSync(file('c.md'));
  expect(await engine.freshness.look()).toEqual({ changed: 2, missing: 1 });
  expect(engine.search('words').index.stale).toEqual({ changed: 2, missing: 1 });
  await engine.sync([folder]);
  expect(await engine.freshness.look()).toEqual({ changed: 0, missing: 0 });
});

test('a search starts a look at the files and does not wait for it', async () => {
  await engine.sync([folder]);
  engine.search('words');
  await engine.freshness.look();
  unlinkSync(file('c.md'));
  engine.freshness.expire();
  expect(engine.search('words').index.stale.missing).toBe(0);
  await expect.poll(() => engine.status().stale.missing).toBe(1);
});

test('closing the engine ends a look at the files', async () => {
  for (let i = 0; i < 200; i++) writeFileSync(file(`${i}.md`), `# ${i}\n\nSome words.`);
  await engine.sync([folder]);
  const looked = vi.spyOn(promises, 'stat');
  syncBuiltinESMExports();
  const look = engine.freshness.look();
  engine.close();
  expect(await look).toEqual({ changed: 0, missing: 0 });
  expect(looked.mock.calls.length).toBeGreaterThan(0);
  expect(looked.mock.calls.length).toBeLessThan(50);
  looked.mockRestore();
  syncBuiltinESMExports();
});

test('a look reads the index a few files at a time and counts each file once', async () => {
  for (let i = 0; i < 200; i++) writeFileSync(file(`${i}.md`), `# ${i}\n\nSome words.`);
  await engine.sync([folder]);
  for (let i = 0; i < 200; i += 2) unlinkSync(file(`${i}.md`));
  const asked = vi.spyOn(engine.store, 'sql');
  expect(await engine.freshness.look()).toEqual({ changed: 0, missing: 100 });
  expect(asked.mock.calls.length).toBeGreaterThan(5);
});

test('a source that is a single file, and a file name in decomposed Unicode, are looked at', async () => {
  writeFileSync(file('한글 노트.md'.normalize('NFD')), '# 한글\n\n내용');
  await engine.sync([file('a.md'), file('한글 노트.md'.normalize('NFD'))]);
  expect(engine.status().documents).toBe(2);
  expect(await engine.freshness.look()).toEqual({ changed: 0, missing: 0 });
  unlinkSync(file('a.md'));
  expect(await engine.freshness.look()).toEqual({ changed: 0, missing: 1 });
});

test('paths that mix composed and decomposed Unicode are looked at', async () => {
  const [composed, other] = ['한글', '한글'.normalize('NFD')] as const;
  for (const [i, first] of [composed, other].entries()) {
    mkdirSync(file(`${first}${i}`));
    for (const [j, second] of [composed, other].entries())
      writeFileSync(file(`${first}${i}/${second}${j}.md`), '내용');
  }
  await engine.sync([folder]);
  expect(engine.status().documents).toBe(7);
  expect(await engine.freshness.look()).toEqual({ changed: 0, missing: 0 });
  unlinkSync(file(`${other}1/${composed}0.md`));
  writeFileSync(file(`${composed}0/${other}1.md`), '다른 내용');
  expect(await engine.freshness.look()).toEqual({ changed: 1, missing: 1 });
});

test('documents that a program added have no file and are never stale', async () => {
  await engine.index([{ uri: 'x', title: 'X', content: 'Text', format: 'text' }]);
  expect(await engine.freshness.look()).toEqual({ changed: 0, missing: 0 });
});

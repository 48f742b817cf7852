import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import type { SearchError } from '../../lib/errors.ts';
import { checkIndex } from '../../lib/upkeep/check.ts';
import { troubleOf } from '../../server/following.ts';

const folder = mkdtempSync(join(tmpdir(), 'qkv-full-'));
afterAll(() => rmSync(folder, { recursive: true }));
const note = (i: number) => `# Note ${i}\n\n${`word${i} and softmax ${i * 7}. `.repeat(40)}`;

test('on a full disk, indexing stops with a clear error; what was committed stays, and the rest is indexed when there is room', async () => {
  const notes = mkdtempSync(join(folder, 'notes-'));
  for (let i = 0; i < 50; i++) writeFileSync(join(notes, `${i}.md`), note(i));
  const engine = Engine.open({ path: join(folder, 'index.db') });
  await engine.sync([notes]);
  for (let i = 50; i < 900; i++) writeFileSync(join(notes, `${i}.md`), note(i));
  // At this limit SQLite reports the error of a full disk.
  const pages = engine.store.database.pragma('page_count', { simple: true }) as number;
  engine.store.database.pragma(`max_page_count = ${pages + 60}`);
  const error = await engine.sync([notes]).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: 'INDEX_UNREADABLE',
    message: expect.stringContaining('the disk is full'),
  });
  expect(troubleOf(error as SearchError)).toBe('disk-full');
  const { results, index } = engine.search('word7 softmax');
  expect(results[0]?.uri).toBe('7.md');
  expect(index.documents).toBeGreaterThanOrEqual(50);
  expect(index.documents).toBeLessThan(900);
  expect(checkIndex(engine).problems.filter(({ kind }) => kind === 'broken')).toEqual([]);
  const other = Engine.open({ path: join(folder, 'index.db') });
  expect(other.search('word7 softmax').results[0]?.uri).toBe('7.md');
  other.close();

  engine.store.database.pragma('max_page_count = 1000000');
  const report = await engine.sync([notes]);
  expect(report.documents).toBe(900);
  expect(checkIndex(engine).problems).toEqual([]);
  engine.close();
});

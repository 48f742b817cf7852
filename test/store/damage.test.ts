import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { SearchError } from '../../lib/errors.ts';
import { seededRandom } from '../../lib/math/random.ts';
import { facets, listDocuments } from '../../lib/store/library.ts';
import { linksFrom } from '../../lib/store/links.ts';
import { checkIndex } from '../../lib/upkeep/check.ts';

const WORDS = 'moon tide harbour bread yeast oven rose pruning 달 밀물 항구 빵 효모 장미'.split(' ');

let folder = '';
let whole: Buffer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qkv-damage-'));
  const path = join(folder, 'whole.db');
  const engine = Engine.open({ path });
  const random = seededRandom(5);
  const text = (length: number) =>
    Array.from({ length }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ');
  await engine.index(
    Array.from({ length: 120 }, (_, i) => ({
      ...{ uri: `folder/${i}`, title: `${text(2)} ${i}`, content: `${text(90)} number${i}` },
      ...{ format: 'text' as const, tags: [text(1)], aliases: [text(1)], links: [`${i + 1}`] },
    })),
  );
  engine.close();
  const database = new Sqlite(path);
  database.pragma('journal_mode = DELETE');
  database.exec('VACUUM');
  database.close();
  whole = readFileSync(path);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the index with random bits flipped. */
function damaged(seed: number): string {
  const random = seededRandom(seed);
  const bytes = Buffer.from(whole);
  for (let flips = 1 + Math.floor(random() * 60); flips > 0; flips--) {
    const at = Math.floor(random() * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  }
  const path = join(folder, `${seed}.db`);
  writeFileSync(path, bytes);
  return path;
}

/** Runs `work` on an engine. Gives null, or the code of the SearchError it throws; other errors are rethrown. */
async function codeOf(path: string, work: (engine: Engine) => unknown): Promise<string | null> {
  let engine: Engine | null = null;
  try {
    engine = Engine.open({ path, mustExist: true });
    await work(engine);
    return null;
  } catch (error) {
    if (error instanceof SearchError) return error.code;
    throw error;
  } finally {
    engine?.close();
  }
}

/** The operations that read or write the index. */
const WORK: Readonly<Record<string, (engine: Engine) => unknown>> = {
  search: (engine) => ['moon', 'number7 bread', '장미'].map((query) => engine.search(query)),
  explain: (engine) => engine.explain('moon', 3),
  read: (engine) => {
    for (let id = 1; id <= 120; id++) linksFrom(engine.store, engine.document(id));
    facets(engine.store);
    return listDocuments(engine.store, { title: 'moon', limit: 100, offset: 0 });
  },
  index: (engine) => engine.index([{ uri: 'new', title: 'New', content: 'and more', format: 'text' }]),
  remove: (engine) => engine.remove(['folder/1', 'folder/2']),
};

test('flipped bits, wherever they are, give INDEX_UNREADABLE or do no harm', async () => {
  const codes = new Set<string | null>();
  for (let seed = 1; seed <= 24; seed++) {
    const path = damaged(seed);
    for (const [name, work] of Object.entries(WORK)) {
      copyFileSync(path, `${path}-${name}`);
      codes.add(await codeOf(`${path}-${name}`, work));
    }
  }
  codes.delete('NOT_FOUND'); // a lost row looks like one that never existed
  expect(codes).toEqual(new Set([null, 'INDEX_UNREADABLE']));
});

describe('a check', () => {
  test('lists what is damaged, and continues after it', async () => {
    let found = 0;
    for (let seed = 1; seed <= 24; seed++) {
      const code = await codeOf(damaged(seed), (engine) => {
        const { problems } = checkIndex(engine);
        if (problems.some(({ kind }) => kind === 'broken')) found++;
      });
      // An index that cannot even be opened cannot be checked.
      if (code !== null) expect(await codeOf(damaged(seed), () => {})).toBe('INDEX_UNREADABLE');
    }
    expect(found).toBeGreaterThan(12);
  });
});

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DocumentInput } from '../../lib/document.ts';
import { Engine } from '../../lib/engine.ts';
import { type ErrorCode, SearchError } from '../../lib/errors.ts';
import { APPLICATION_ID, migrate, refuseForeign, SCHEMA_VERSION } from '../../lib/store/migrations.ts';
import { openDatabase } from '../../lib/store/open.ts';
import { checkIndex } from '../../lib/upkeep/check.ts';
import { backToTheFirst } from '../support/schema.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qkv-open-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string): string {
  return join(folder, name);
}

/** The error that `work` throws; fails if it throws none, or one that is not a SearchError. */
function errorOf(work: () => unknown): SearchError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(SearchError);
    return error as SearchError;
  }
  return expect.unreachable('expected an error, but all went well');
}

function expectRefused(path: string, code: ErrorCode): string {
  const { message, code: found } = errorOf(() => openDatabase({ path }).close());
  expect(found).toBe(code);
  expect(message).toContain(path);
  return message;
}

describe('opening', () => {
  test('creates the file with the newest schema and our application id', () => {
    const database = openDatabase({ path: file('new.db') });
    expect(database.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
    expect(database.pragma('application_id', { simple: true })).toBe(APPLICATION_ID);
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(database.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(database.pragma('cache_size', { simple: true })).toBe(-2000);
    database.close();
  });

  test('an existing index changes nothing in it', () => {
    openDatabase({ path: file('a.db') }).close();
    const before = readFileSync(file('a.db'));
    openDatabase({ path: file('a.db') }).close();
    expect(readFileSync(file('a.db')).equals(before)).toBe(true);
  });

  test('treats an empty file as a new index', () => {
    writeFileSync(file('empty.db'), '');
    const database = openDatabase({ path: file('empty.db') });
    expect(database.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
    database.close();
  });

  test.each(['', ' ', 'a.db ', '\ta.db', 'a.db\0b'])(
    '%j is refused as a file name, and no file is created',
    (name) => {
      const path = name.trim() === '' ? name : name.replace('a.db', file('a.db'));
      expect(errorOf(() => openDatabase({ path }).close()).code).toBe('INVALID_PARAMETER');
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test('a missing file that must exist is NO_INDEX, the error says how to make one, and none is created', () => {
    const error = errorOf(() => openDatabase({ path: file('missing.db'), mustExist: true }));
    expect(error.code).toBe('NO_INDEX');
    expect(error.message).toContain('npm run index');
    expect(existsSync(file('missing.db'))).toBe(false);
  });

  test('an empty file that must be an index is NO_INDEX and stays as it is', () => {
    writeFileSync(file('empty.db'), '');
    const error = errorOf(() => openDatabase({ path: file('empty.db'), mustExist: true }));
    expect(error.code).toBe('NO_INDEX');
    expect(readFileSync(file('empty.db'))).toHaveLength(0);
  });

  test('a text file is INDEX_UNREADABLE and stays as it is', () => {
    writeFileSync(file('notes.txt'), 'This is no database.\n'.repeat(100));
    const message = expectRefused(file('notes.txt'), 'INDEX_UNREADABLE');
    expect(message).toMatch(/it is no SQLite database .*Choose another file, with --db or QKV_DB\.$/);
    expect(message).not.toMatch(/delete|damaged/i); // it may be somebody's notes
    expect(readFileSync(file('notes.txt'), 'utf8')).toBe('This is no database.\n'.repeat(100));
  });

  test('only a file with the header of SQLite is called damaged', () => {
    openDatabase({ path: file('index.db') }).close();
    truncateSync(file('index.db'), 2048);
    expect(expectRefused(file('index.db'), 'INDEX_UNREADABLE')).toContain(
      ' is damaged (SQLITE_CORRUPT). Delete it and index again',
    );
    writeFileSync(file('short.md'), '# A');
    expect(expectRefused(file('short.md'), 'INDEX_UNREADABLE')).toContain('no SQLite database');
  });

  test('a folder is INDEX_UNREADABLE, and said to be a folder', () => {
    mkdirSync(file('folder.db'));
    for (const mustExist of [true, false]) {
      const { code, message } = errorOf(() => openDatabase({ path: file('folder.db'), mustExist }));
      expect(code).toBe('INDEX_UNREADABLE');
      expect(message).toContain(`but ${file('folder.db')} is a folder. Name a file, such as`);
    }
  });

  test('a file in a folder that does not exist is INDEX_UNREADABLE', () => {
    const path = join(folder, 'nowhere', 'a.db');
    const error = errorOf(() => openDatabase({ path }));
    expect(error.code).toBe('INDEX_UNREADABLE');
    expect(error.message).toContain('folder');
  });

  test("another program's SQLite file is INDEX_UNREADABLE, and stays as it is", () => {
    const foreign = new Sqlite(file('foreign.db'));
    foreign.exec('CREATE TABLE bookmarks (url TEXT)');
    foreign.close();
    const before = readFileSync(file('foreign.db'));
    expect(expectRefused(file('foreign.db'), 'INDEX_UNREADABLE')).toContain("another program's");
    expect(readFileSync(file('foreign.db')).equals(before)).toBe(true);
  });

  test('an index whose application id was overwritten is INDEX_UNREADABLE', () => {
    openDatabase({ path: file('a.db') }).close();
    const database = new Sqlite(file('a.db'));
    database.pragma('application_id = 42');
    database.close();
    expectRefused(file('a.db'), 'INDEX_UNREADABLE');
  });

  test.for(['pragma', 'prepare'] as const)(
    'an index that another process makes after a first %s is no foreign one',
    (read) => {
      const database = new Sqlite(file('a.db'));
      const first = database[read] as (...given: unknown[]) => unknown;
      Object.assign(database, {
        [read]: (...given: unknown[]) => {
          const answer = first.apply(database, given);
          openDatabase({ path: file('a.db') }).close();
          return answer;
        },
      });
      expect(() => refuseForeign(database, file('a.db'))).not.toThrow();
      database.close();
    },
  );

  test('an index of a newer version is INDEX_TOO_NEW, names both versions, and stays as it is', () => {
    openDatabase({ path: file('a.db') }).close();
    const database = new Sqlite(file('a.db'));
    database.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
    database.close();
    const before = readFileSync(file('a.db'));
    const message = expectRefused(file('a.db'), 'INDEX_TOO_NEW');
    expect(readFileSync(file('a.db')).equals(before)).toBe(true);
    expect(message).toContain(`schema ${SCHEMA_VERSION + 1}`);
    expect(message).toContain(`up to ${SCHEMA_VERSION}`);
  });

  test('a damaged index is INDEX_UNREADABLE', () => {
    const database = openDatabase({ path: file('whole.db') });
    database.pragma('journal_mode = DELETE');
    database.close();
    copyFileSync(file('whole.db'), file('damaged.db'));
    const bytes = readFileSync(file('damaged.db'));
    bytes.fill(0xab, 100); // only the header stays
    writeFileSync(file('damaged.db'), bytes);
    expectRefused(file('damaged.db'), 'INDEX_UNREADABLE');
  });

  test('a folder that cannot be written is INDEX_UNREADABLE', (context) => {
    if (process.getuid?.() === 0) return context.skip('root may write everywhere');
    chmodSync(folder, 0o500);
    try {
      expectRefused(file('a.db'), 'INDEX_UNREADABLE');
    } finally {
      chmodSync(folder, 0o700);
    }
  });
});

describe('migrations', () => {
  test('a migration that fails is rolled back, and the next run completes it', () => {
    const database = new Sqlite(file('a.db'));
    const { exec } = database;
    // Fails after the tables are created, before the schema version is recorded.
    database.exec = (sql) => {
      exec.call(database, sql);
      throw new Error('power cut');
    };
    expect(() => migrate(database)).toThrow('power cut');
    expect(database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()).toBe(0);
    expect(database.pragma('user_version', { simple: true })).toBe(0);
    expect(database.pragma('application_id', { simple: true })).toBe(0);
    database.exec = exec;
    migrate(database);
    expect(database.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
    database.close();
  });

  test('an index of the first schema loses its unused database index on file hashes, and nothing else', () => {
    const indices = "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name";
    openDatabase({ path: file('a.db') }).close();
    const old = new Sqlite(file('a.db'));
    old.exec("CREATE INDEX files_by_hash ON files (hash); INSERT INTO meta VALUES ('kept', 'yes')");
    backToTheFirst(old);
    old.close();
    const database = openDatabase({ path: file('a.db') });
    expect(database.prepare(indices).pluck().all()).toEqual(['documents_by_file']);
    expect(database.prepare("SELECT value FROM meta WHERE key = 'kept'").pluck().get()).toBe('yes');
    expect(database.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
    database.close();
  });

  test('an index of the first schema ends up with the columns of a new one, in the same order', () => {
    const columns = `SELECT t.name AS tbl, c.name, c.type, c."notnull", c.dflt_value, c.pk
      FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY t.name, c.cid`;
    openDatabase({ path: file('a.db') }).close();
    const old = new Sqlite(file('a.db'));
    const made = old.prepare(columns).all();
    backToTheFirst(old);
    expect(old.prepare(columns).all()).not.toEqual(made);
    migrate(old);
    expect(old.prepare(columns).all()).toEqual(made);
    old.close();
  });

  test('an index with contents in the documents table keeps them when they are moved out, and is searched as before', async () => {
    const path = file('a.db');
    const engine = Engine.open({ path });
    const documents = ['plum', 'quince'].map((title): DocumentInput => {
      return { uri: `${title}.md`, title, content: `All about a ${title}.`, format: 'markdown' };
    });
    const others = Array.from({ length: 300 }, (_, i) => {
      return { ...documents[0]!, uri: `${i}.md`, title: `Note ${i}`, content: `Number ${i}. `.repeat(100) };
    });
    await engine.index([{ ...documents[0]!, source: '# *plum*' }, documents[1]!, ...others]);
    const size = engine.store.database.pragma('page_count', { simple: true }) as number;
    const seen = ({ store }: Engine) => [1, 2].map((id) => [store.document(id), store.documentTerms(id)]);
    const before = seen(engine);
    engine.close();
    const old = new Sqlite(path);
    backToTheFirst(old);
    old.close();
    const later = Engine.open({ path });
    // The pages that held the contents are freed.
    expect(later.store.database.pragma('page_count', { simple: true })).toBeLessThan(1.05 * size);
    expect(seen(later)).toEqual(before);
    expect(before[0]?.[0]).toMatchObject({ content: 'All about a plum.', source: '# *plum*' });
    expect(later.search('quince').results[0]?.passage.text).toBe('All about a quince.');
    expect(checkIndex(later).problems).toEqual([]);
    later.store.database.exec('DELETE FROM documents WHERE id = 1');
    expect(later.store.sql('SELECT min(document_id) FROM contents').pluck().get()).toBe(2);
    later.close();
  });

  test('two processes that open a new index at the same moment both succeed', () => {
    const [first, second] = [new Sqlite(file('a.db')), new Sqlite(file('a.db'))];
    const { pragma } = second;
    // The other process migrates right after this one has seen an empty database.
    let raced = false;
    second.pragma = (source, options) => {
      const result = pragma.call(second, source, options);
      if (!raced && source === 'user_version' && !second.inTransaction) {
        raced = true;
        migrate(first);
      }
      return result;
    };
    migrate(second);
    expect(raced).toBe(true);
    expect(second.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
    first.close();
    second.close();
  });
});

import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joined, lists, orZeros } from '../../lib/store/columns.ts';
import { Store } from '../../lib/store/store.ts';

test('blobs joined in SQL are concatenated byte for byte, including zeros and invalid UTF-8', () => {
  const database = new Sqlite(':memory:');
  database.exec('CREATE TABLE blobs (id INTEGER PRIMARY KEY, bytes BLOB)');
  const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.constantFrom(all, Uint8Array.of(0, 0), Uint8Array.of(0xff, 0xfe)),
  );
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 12 }), (list) => {
      database.exec('DELETE FROM blobs');
      for (const blob of list)
        database.prepare('INSERT INTO blobs (bytes) VALUES (?)').run(Buffer.from(blob));
      const sql = `SELECT ${joined('bytes')} FROM (SELECT bytes FROM blobs ORDER BY id)`;
      const found = database.prepare(sql).pluck().get() as Buffer | null;
      expect(found ?? Buffer.of()).toEqual(Buffer.concat(list));
    }),
  );
  database.close();
});

test('a blob that is missing or of the wrong length is replaced by zeros', () => {
  const database = new Sqlite(':memory:');
  const sql = `SELECT ${joined(orZeros('bytes', '2'))}
    FROM (SELECT column1 AS bytes FROM (VALUES (x'0102'), (NULL), (x'03'), (x'040506'), (x'0708')))`;
  expect(database.prepare(sql).pluck().get()).toEqual(Buffer.of(1, 2, 0, 0, 0, 0, 0, 0, 7, 8));
  database.close();
});

test('columns are read as lists, whatever characters they contain', () => {
  const store = new Store({ path: ':memory:' });
  const terms = ['plain', 'with "quotes"', '가중치', '𠮷野', 'back\\slash', '\n'];
  for (const term of terms) store.termId(term);
  expect(lists(store, ['term', 'id'], 'terms ORDER BY id')).toEqual([terms, [1, 2, 3, 4, 5, 6]]);
  expect(lists(store, ['id'], 'terms WHERE 0')).toEqual([[]]);
  store.close();
});

import Database from 'better-sqlite3';
import type { Peer } from './peer.ts';

/** Rows per transaction. */
const BATCH = 1000;

/**
 * SQLite's FTS5 with its default tokenizer (unicode61), ranked by its bm25() (`ORDER BY rank`). Words are
 * quoted, so that "AND" or a colon is not syntax, and joined by OR: the default AND finds nothing for
 * whole questions.
 *
 * @param path  a file, or ':memory:'
 */
export function createFts5(path = ':memory:'): Peer {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.exec('CREATE VIRTUAL TABLE IF NOT EXISTS documents USING fts5(id UNINDEXED, title, text)');
  const insert = database.prepare('INSERT INTO documents (id, title, text) VALUES (@id, @title, @text)');
  const select = database
    .prepare('SELECT id FROM documents WHERE documents MATCH ? ORDER BY rank LIMIT ?')
    .pluck();
  return {
    name: 'fts5',
    version: `SQLite ${database.prepare('SELECT sqlite_version()').pluck().get()}`,
    index(documents) {
      let waiting = 0;
      for (const document of documents) {
        if (waiting === 0) database.exec('BEGIN');
        insert.run(document);
        if (++waiting === BATCH) {
          database.exec('COMMIT');
          waiting = 0;
        }
      }
      if (waiting > 0) database.exec('COMMIT');
    },
    search(query, limit) {
      const words = query.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
      if (words.length === 0) return [];
      return select.all(words.map((word) => `"${word}"`).join(' OR '), limit) as string[];
    },
    close() {
      database.close();
    },
  };
}

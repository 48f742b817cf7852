import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';
import { SearchError, unexpected } from '../errors.ts';
import { fold } from '../text/fold.ts';
import { migrate } from './migrations.ts';
import { connect } from './sqlite.ts';

export interface OpenOptions {
  /** File of the index, or ':memory:'. */
  readonly path: string;
  /** Fail when the file does not exist instead of making it. */
  readonly mustExist?: boolean;
}

/**
 * Opens or makes an index file and brings its schema up to date. One that cannot be opened where nothing can be written is
 * read into memory: it is searched as it is now, and whoever writes is told that it is read-only.
 *
 * @throws {SearchError} INVALID_PARAMETER, NO_INDEX, INDEX_UNREADABLE, INDEX_TOO_NEW, INDEX_LOCKED
 */
export function openDatabase({ path, mustExist = false }: OpenOptions): Database {
  // better-sqlite3 trims a name, takes an empty one for a file that is gone when closed, and reads one up to its NUL.
  if (path === '' || path !== path.trim() || path.includes('\0')) {
    throw unexpected('path', 'the name of a file, without white space around it', path);
  }
  const inMemory = path === ':memory:';
  // Of an empty file SQLite would make an index, and a search in it would find nothing.
  if (!inMemory && mustExist && !(statSync(path, { throwIfNoEntry: false })?.size ?? 0)) {
    throw new SearchError(
      'NO_INDEX',
      `There is no index at ${path}. Make one: npm run index -- PATH --db ${path}`,
    );
  }
  // better-sqlite3 throws a TypeError of its own for this.
  if (!inMemory && !existsSync(dirname(path))) {
    throw new SearchError(
      'INDEX_UNREADABLE',
      `The index ${path} cannot be made: there is no folder ${dirname(path)}. Make the folder, or choose another --db.`,
    );
  }
  try {
    return prepared(connect(path), path);
  } catch (error) {
    const contents = inMemory || !asksToWrite(error) || isWritable(path) ? null : contentsOf(path);
    if (contents === null) throw error;
    const copy = prepared(connect(path, contents), path);
    copy.pragma('query_only = ON'); // what is written to it would be lost
    return copy;
  }
}

function prepared(database: Database, path: string): Database {
  try {
    // Readers go on while a writer commits; a commit survives a killed process.
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.pragma('foreign_keys = ON');
    // 2 MB, for each connection: the arrays are the working set, and 16 MB make nothing faster.
    database.pragma('cache_size = -2000');
    migrate(database, path);
    // SQLite's own lower() and LIKE know no letters beyond ASCII.
    database.function('fold', { deterministic: true }, (text) => fold(String(text)));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What SQLite says where it cannot write is also what it says for want of files that a process may have open. */
function asksToWrite(error: unknown): boolean {
  const { code = '' } = ((error as Error).cause ?? {}) as { readonly code?: string };
  return /^SQLITE_(READONLY|CANTOPEN)/.test(code);
}

/** Whether SQLite can write a file, and the log of writes beside it. */
function isWritable(path: string): boolean {
  try {
    for (const place of [path, dirname(path)]) accessSync(place, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where a database that has a log of writes begins to say so: a copy in memory has none. */
const LOG_OF_WRITES = 18;

/**
 * What is in an index file, to be opened in memory: a database with a log of writes cannot be read where there is no
 * room for one, and better-sqlite3 has no way to say that nobody writes. null where it cannot be read.
 *
 * @throws {SearchError} INDEX_UNREADABLE where a part of it is in its log of writes
 */
function contentsOf(path: string): Buffer | null {
  const log = `${path}-wal`;
  if (statSync(log, { throwIfNoEntry: false })?.size) {
    throw new SearchError(
      'INDEX_UNREADABLE',
      `The index ${path} cannot be read where nothing can be written: its last changes are still in ${log}. Open it once where it can be written, with npm run query, or copy both files there.`,
    );
  }
  try {
    const contents = readFileSync(path);
    return contents.fill(1, LOG_OF_WRITES, LOG_OF_WRITES + 2);
  } catch {
    return null;
  }
}

import { accessSync, constants, existsSync, readFileSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { invalidParameter, SearchError } from '../errors.ts';
import { fold } from '../text/fold.ts';
import { migrate, refuseForeign } from './migrations.ts';
import { connect } from './sqlite.ts';

export interface OpenOptions {
  /** Index file, or ':memory:'. */
  readonly path: string;
  /** Throw NO_INDEX if the file does not exist, instead of creating it. */
  readonly mustExist?: boolean;
}

/**
 * Opens or creates an index file and migrates its schema. If SQLite cannot open a file because it may not write
 * there, a copy in memory is opened: searches see the present state, and writes fail as on a read-only disk.
 *
 * @throws {SearchError} INVALID_PARAMETER, NO_INDEX, INDEX_UNREADABLE, INDEX_TOO_NEW, INDEX_LOCKED
 */
export function openDatabase({ path, mustExist = false }: OpenOptions): Database {
  // better-sqlite3 trims names, opens a temporary database for an empty one, and cuts a name at a NUL.
  if (path === '' || path !== path.trim() || path.includes('\0')) {
    throw invalidParameter('path', 'the name of a file, without white space around it', path);
  }
  const inMemory = path === ':memory:';
  if (inMemory && mustExist)
    throw invalidParameter('path', 'the name of a file where it must exist (mustExist)', path);
  const found = inMemory ? null : statsOf(path);
  // SQLite would turn an empty file into an index, and searches in it would find nothing.
  if (found !== null && mustExist && !found?.size) {
    throw new SearchError(
      'NO_INDEX',
      `There is no index at ${path}. Make one: npm run index -- PATH --db ${path}`,
    );
  }
  if (found?.isDirectory()) {
    throw new SearchError(
      'INDEX_UNREADABLE',
      `Expected the index to be a file, but ${path} is a folder. Name a file, such as ${join(path, 'index.db')}, with --db or QKV_DB.`,
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
    copy.pragma('query_only = ON'); // writes would be lost
    return copy;
  }
}

/** undefined if nothing is there, null if the system refuses to tell. */
function statsOf(path: string): Stats | undefined | null {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return null;
  }
}

function prepared(database: Database, path: string): Database {
  try {
    refuseForeign(database, path);
    // WAL: readers continue while a writer commits. A commit survives the kill of the process, not always a power
    // failure.
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.pragma('foreign_keys = ON');
    // 2 MB per connection: the arrays are the working set, and 16 MB made nothing faster.
    database.pragma('cache_size = -2000');
    migrate(database, path);
    // SQLite's own lower() and LIKE fold ASCII letters only.
    database.function('fold', { deterministic: true }, (text) => fold(String(text)));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** SQLite reports the same codes if the process has too many open files, hence also `isWritable`. */
function asksToWrite(error: unknown): boolean {
  const { code = '' } = ((error as Error).cause ?? {}) as { readonly code?: string };
  return /^SQLITE_(READONLY|CANTOPEN)/.test(code);
}

/** Whether SQLite can write a file and the write-ahead log beside it. */
function isWritable(path: string): boolean {
  try {
    for (const place of [path, dirname(path)]) accessSync(place, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Offset of the two header bytes that declare WAL mode; 1 means without. A copy in memory has no log. */
const LOG_OF_WRITES = 18;

/**
 * The contents of an index file, to be opened in memory. SQLite cannot read a WAL database where it cannot create
 * the log, and better-sqlite3 has no option to declare a file immutable. null if the file cannot be read.
 *
 * @throws {SearchError} INDEX_UNREADABLE if some changes are only in the log
 */
function contentsOf(path: string): Buffer | null {
  const log = `${path}-wal`;
  if (statsOf(log)?.size) {
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

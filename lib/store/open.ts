import { existsSync, statSync } from 'node:fs';
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
 * Opens or makes an index file and brings its schema up to date.
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
  const database = connect(path);
  try {
    // Readers go on while a writer commits; a commit survives a killed process.
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.pragma('foreign_keys = ON');
    // 2 MB, for each connection: the arrays are the working set, and 16 MB make nothing faster.
    database.pragma('cache_size = -2000');
    migrate(database);
    // SQLite's own lower() and LIKE know no letters beyond ASCII.
    database.function('fold', { deterministic: true }, (text) => fold(String(text)));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

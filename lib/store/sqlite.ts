import { closeSync, openSync, readSync } from 'node:fs';
import Sqlite, { type Database, type Statement, type Transaction } from 'better-sqlite3';
import { closedError, type ErrorCode, SearchError } from '../errors.ts';

type Call = (...values: unknown[]) => unknown;

/**
 * A connection whose calls, and those of its statements and transactions, translate SQLite errors into errors that
 * say what to do. Every call is wrapped, because SQLite notices damage only when it reads the damaged page.
 *
 * @param contents of the file at `path`, to be opened in memory
 * @throws {SearchError} INDEX_UNREADABLE, INDEX_LOCKED; its calls throw these, and NOT_READY once it is closed
 */
export function connect(path: string, contents?: Buffer): Database {
  const database = opened(path, contents);
  const guarded =
    (call: Call, object?: object): Call =>
    (...values) => {
      if (!database.open) throw closedError();
      try {
        return call.apply(object, values);
      } catch (error) {
        throw asExplained(path, error);
      }
    };
  const guard = <T extends object>(object: T, names: readonly (keyof T)[]): T => {
    for (const name of names) object[name] = guarded(object[name] as Call, object) as T[keyof T];
    return object;
  };
  const prepare = guarded(database.prepare as Call, database);
  database.prepare = ((sql: string) => {
    const statement = guard(prepare(sql) as Statement, ['get', 'all', 'run', 'iterate']);
    const { iterate } = statement;
    statement.iterate = (...values) => guard(iterate(...values), ['next']);
    return statement;
  }) as typeof database.prepare;
  const transaction = guarded(database.transaction as Call, database);
  database.transaction = ((work: Call) => {
    const made = transaction(work) as Transaction;
    const { deferred, immediate, exclusive } = made;
    const begin = guarded(made);
    const variants = guard({ deferred, immediate, exclusive }, ['deferred', 'immediate', 'exclusive']);
    return Object.assign(begin, { default: begin, ...variants });
  }) as typeof database.transaction;
  return guard(database, ['exec', 'pragma']);
}

function opened(path: string, contents?: Buffer): Database {
  try {
    return new Sqlite(contents ?? path);
  } catch (error) {
    throw asExplained(path, error);
  }
}

function asExplained(path: string, error: unknown): unknown {
  return error instanceof Sqlite.SqliteError ? explanationOf(path, error) : error;
}

function explanationOf(path: string, error: InstanceType<typeof Sqlite.SqliteError>): Error {
  const { code } = error;
  const isOf = (...codes: string[]) => codes.some((known) => code.startsWith(known));
  const explained = (as: ErrorCode, what: string) =>
    new SearchError(as, `The index ${path} ${what}`, { cause: error });
  // All tables, rows and JSON are written by this project, so such errors mean damage.
  const isOurs = /\bJSON\b|^no such (?:table|column)|has no column named/.test(error.message);
  if (isOurs || isOf('SQLITE_NOTADB', 'SQLITE_CORRUPT', 'SQLITE_CONSTRAINT'))
    return damagedError(path, code, error);
  if (isOf('SQLITE_BUSY', 'SQLITE_LOCKED')) {
    const what = 'is being written by another process. Wait for it to finish, then try again.';
    return explained('INDEX_LOCKED', what);
  }
  if (code === 'SQLITE_FULL') return explained('INDEX_UNREADABLE', 'cannot be written: the disk is full.');
  if (isOf('SQLITE_READONLY')) {
    const what = `cannot be written (${code}): the file or its folder is read-only here. Make it writable, or choose another --db.`;
    return explained('INDEX_UNREADABLE', what);
  }
  if (isOf('SQLITE_CANTOPEN', 'SQLITE_IOERR')) {
    const what = `cannot be opened or written (${code}): check that its folder exists and is writable.`;
    return explained('INDEX_UNREADABLE', what);
  }
  return error;
}

/**
 * Runs `work` that decodes stored data, and reports data that cannot be decoded as damage.
 *
 * @throws {SearchError} INDEX_UNREADABLE
 */
export function decoded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const kinds = [TypeError, RangeError, SyntaxError];
    if (!(error instanceof Error && kinds.some((kind) => error instanceof kind))) throw error;
    if (/\balloc/i.test(error.message)) throw error; // out of memory is not damage
    throw damagedError(path, 'what it holds makes no sense', error);
  }
}

function damagedError(path: string, why: string, cause: Error): SearchError {
  const what = isDatabase(path)
    ? `The index ${path} is damaged (${why}). Delete it and index again; your documents are not touched.`
    : `Expected ${path} to be a qkv-search index, but it is no SQLite database (${why}). Choose another file, with --db or QKV_DB.`;
  return new SearchError('INDEX_UNREADABLE', what, { cause });
}

/** How every SQLite database begins. */
const HEADER = 'SQLite format 3\0';

/** Whether a file begins as a database does. Only of such a file may be said that it can be deleted. */
function isDatabase(path: string): boolean {
  if (path === ':memory:') return true;
  try {
    const bytes = Buffer.alloc(HEADER.length);
    const file = openSync(path, 'r');
    readSync(file, bytes, 0, HEADER.length, 0);
    closeSync(file);
    return bytes.toString('latin1') === HEADER;
  } catch {
    return false;
  }
}

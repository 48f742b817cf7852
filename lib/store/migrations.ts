import type { Database } from 'better-sqlite3';
import { SearchError } from '../errors.ts';

/** Prefix of the hash of a file that counts as changed, whatever its bytes, until it is read again. */
export const AGAIN = 'again ';

/** Warnings are stored, because an unchanged file is not read again but its warnings are reported each time. */
const WARNINGS = `
  CREATE TABLE IF NOT EXISTS warnings (
    file_id  INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    reason   TEXT NOT NULL,
    PRIMARY KEY (file_id, position)
  ) STRICT, WITHOUT ROWID;
`;

/**
 * Contents have a table of their own: lists, filters and links scan all documents, and need not read past their
 * texts.
 */
const CONTENTS = `
  CREATE TABLE contents (
    document_id INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    content     TEXT NOT NULL,            -- the value; offsets are UTF-16 units of it
    source      TEXT                      -- the original Markdown where it differs from content; of HTML its headings
  ) STRICT;
`;

/** The schema of a new index. documents.title becomes the key, contents.content is the value. */
const SCHEMA = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  -- A folder or file that was indexed; '' holds documents handed over by a program.
  CREATE TABLE sources (
    id         INTEGER PRIMARY KEY,
    path       TEXT NOT NULL UNIQUE,
    indexed_at TEXT
  ) STRICT;

  -- What was on disk when a file was read: the next run compares, and reads only what differs.
  CREATE TABLE files (
    id        INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    path      TEXT NOT NULL,              -- relative to the source, '/' between folders, NFC
    size      INTEGER NOT NULL,
    mtime_ms  REAL NOT NULL,
    hash      TEXT NOT NULL,              -- SHA-256 of the bytes
    failure   TEXT,                       -- why it could not be read, or NULL
    UNIQUE (source_id, path)
  ) STRICT;
  ${WARNINGS}

  CREATE TABLE documents (
    id         INTEGER PRIMARY KEY,
    source_id  INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    file_id    INTEGER REFERENCES files (id) ON DELETE CASCADE,
    uri        TEXT NOT NULL,
    title      TEXT NOT NULL,             -- becomes the key
    format     TEXT NOT NULL,
    language   TEXT NOT NULL,
    tags       TEXT NOT NULL,             -- JSON array of strings, as are the next two
    aliases    TEXT NOT NULL,
    links      TEXT NOT NULL,
    date       TEXT,
    hash       TEXT NOT NULL,             -- of everything that came from the document
    indexed_at TEXT NOT NULL,
    properties TEXT NOT NULL DEFAULT '[]', -- JSON array of { name, value }
    UNIQUE (source_id, uri)
  ) STRICT;
  CREATE INDEX documents_by_file ON documents (file_id);
  ${CONTENTS}

  CREATE TABLE terms (id INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE) STRICT;

  -- What the analyser made of a document; apart from it, so that opening reads no contents.
  CREATE TABLE forward (
    document_id INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    passages    BLOB NOT NULL,            -- int32 LE: start, end, start, end, …
    terms       BLOB NOT NULL             -- int32 LE: see term-writer.ts
  ) STRICT;

  -- A fitted embedder. Vectors of two embedders never mix: each embedding names its own.
  CREATE TABLE embedders (
    id          INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    dimension   INTEGER NOT NULL,
    passages    INTEGER NOT NULL,         -- in the collection when it was fitted
    rows        BLOB NOT NULL,            -- int32 LE, basis row of each term id
    idf         BLOB NOT NULL,            -- float32 LE
    basis       BLOB NOT NULL,            -- float32 LE, rows × dimension
    fitted_at   TEXT NOT NULL
  ) STRICT;

  CREATE TABLE embeddings (
    document_id INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    embedder_id INTEGER NOT NULL REFERENCES embedders (id) ON DELETE CASCADE,
    title       BLOB NOT NULL,            -- the key: int8 × dimension
    passages    BLOB NOT NULL             -- int8 × dimension for every passage, in order
  ) STRICT;
`;

/**
 * SQL that marks files of these extensions as changed, because they are now read differently. A file that has moved
 * is still recognised by its bytes.
 */
const readAgain = (...extensions: readonly string[]) => `
  UPDATE files SET hash = '${AGAIN}' || replace(hash, '${AGAIN}', ''), mtime_ms = 0
  WHERE failure IS NULL AND hash <> '' AND (${extensions.map((one) => `path LIKE '%.${one}'`).join(' OR ')});
`;

/** The schema from which contents are a table of their own. */
const CONTENTS_APART = 6;

/**
 * Migration steps by the schema they lead to, in order. A change of SCHEMA needs a new step. All steps together
 * must give an old index the columns of a new one, in the same order.
 */
const STEPS: readonly { readonly schema: number; readonly sql: string }[] = [
  // Moved files are found among the missing ones; nothing looks up a hash.
  { schema: 3, sql: 'DROP INDEX IF EXISTS files_by_hash;' },
  { schema: 5, sql: WARNINGS },
  {
    schema: CONTENTS_APART,
    sql: `
      ${CONTENTS}
      INSERT INTO contents SELECT id, content, source FROM documents;
      ALTER TABLE documents DROP COLUMN content;
      ALTER TABLE documents DROP COLUMN source;
    `,
  },
  {
    // Properties, titles, formulas and drawings are read.
    schema: 8,
    sql: `
      ALTER TABLE documents ADD COLUMN properties TEXT NOT NULL DEFAULT '[]';
      ${readAgain('md', 'markdown', 'mdown', 'mkd')}
    `,
  },
  // Headings are stored.
  { schema: 9, sql: readAgain('html', 'htm', 'xhtml') },
  // All fields of records are read.
  { schema: 10, sql: readAgain('json', 'jsonl', 'ndjson', 'csv', 'tsv') },
  // Alternative texts of pictures that say nothing are left out.
  { schema: 11, sql: readAgain('md', 'markdown', 'mdown', 'mkd', 'canvas', 'html', 'htm', 'xhtml') },
];

/** The newest schema this code knows. A database with a newer one was written by a later version. */
export const SCHEMA_VERSION = 11;

/** 'qkv1' as a 32-bit number: distinguishes an index from other SQLite files. */
export const APPLICATION_ID = 0x716b7631;

/**
 * Refuses another program's database. It only reads: that file must stay as it is.
 *
 * @throws {SearchError} INDEX_UNREADABLE
 */
export function refuseForeign(database: Database, path: string): void {
  const tables = "SELECT count(*) FROM sqlite_schema WHERE type = 'table'";
  // In this order: another process may just be making the index, and commits tables and application id together.
  if (database.prepare(tables).pluck().get() === 0) return;
  if (database.pragma('application_id', { simple: true }) === APPLICATION_ID) return;
  throw new SearchError(
    'INDEX_UNREADABLE',
    `Expected ${path} to be a qkv-search index, but it is another program's SQLite database. Choose another --db.`,
  );
}

/**
 * Brings a database to SCHEMA_VERSION. Migration and version change in one transaction, so a failure leaves it
 * unchanged.
 *
 * @param path of the index file, for messages; the database may be a copy of it in memory
 * @throws {SearchError} INDEX_TOO_NEW
 */
export function migrate(database: Database, path = database.name): void {
  const version = database.pragma('user_version', { simple: true }) as number;
  if (version > SCHEMA_VERSION) {
    throw new SearchError(
      'INDEX_TOO_NEW',
      `The index ${path} has schema ${version}; this version knows up to ${SCHEMA_VERSION}. Update qkv-search, or index into another --db.`,
    );
  }
  if (version === SCHEMA_VERSION) return;
  const migrated = database.transaction(() => {
    // Another process may have migrated it since `version` was read.
    const found = database.pragma('user_version', { simple: true }) as number;
    if (found >= SCHEMA_VERSION) return;
    const lacking = STEPS.filter(({ schema }) => schema > found).map(({ sql }) => sql);
    database.exec(found === 0 ? SCHEMA : lacking.join('\n'));
    database.pragma(`application_id = ${APPLICATION_ID}`);
    database.pragma(`user_version = ${SCHEMA_VERSION}`);
  });
  migrated.immediate();
  if (version > 0 && version < CONTENTS_APART) compact(database);
}

/** Frees the pages whose contents have moved: scans would go on reading them. */
function compact(database: Database): void {
  try {
    database.exec('VACUUM');
  } catch {
    // Another process uses it, or the disk has no room for a copy: it works uncompacted.
  }
}

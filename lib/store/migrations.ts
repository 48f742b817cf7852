import type { Database } from 'better-sqlite3';
import { SearchError } from '../errors.ts';

interface Migration {
  readonly name: string;
  readonly sql: string;
  /** Takes so much out of tables that their pages are mostly empty. */
  readonly leavesRoom?: true;
}

/** Before the hash of a file that counts as changed, whatever its bytes, until it is read again. */
export const AGAIN = 'again ';

/** The files of Markdown count as changed; one that has moved since is still known by its bytes. */
const READ_MARKDOWN_AGAIN = `
  UPDATE files SET hash = '${AGAIN}' || replace(hash, '${AGAIN}', ''), mtime_ms = 0
  WHERE failure IS NULL AND hash <> '' AND (
    path LIKE '%.md' OR path LIKE '%.markdown' OR path LIKE '%.mdown' OR path LIKE '%.mkd'
  );
`;

/**
 * The schema, one step after another. A step that has landed is never edited: add the next.
 * Keys and values: documents.title is what the key is made of, contents.content is the value.
 */
const MIGRATIONS: readonly Migration[] = [
  {
    name: '001-documents',
    sql: `
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
      CREATE INDEX files_by_hash ON files (hash);

      CREATE TABLE documents (
        id         INTEGER PRIMARY KEY,
        source_id  INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
        file_id    INTEGER REFERENCES files (id) ON DELETE CASCADE,
        uri        TEXT NOT NULL,
        title      TEXT NOT NULL,             -- becomes the key
        content    TEXT NOT NULL,             -- the value; offsets are UTF-16 units of it
        format     TEXT NOT NULL,
        source     TEXT,                      -- the original markup where it differs from content
        language   TEXT NOT NULL,
        tags       TEXT NOT NULL,             -- JSON array of strings, as are the next two
        aliases    TEXT NOT NULL,
        links      TEXT NOT NULL,
        date       TEXT,
        hash       TEXT NOT NULL,             -- of everything above that came from the document
        indexed_at TEXT NOT NULL,
        UNIQUE (source_id, uri)
      ) STRICT;
      CREATE INDEX documents_by_file ON documents (file_id);

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
    `,
  },
  {
    // Formulas and code are read otherwise.
    name: '002-maths-as-text',
    sql: READ_MARKDOWN_AGAIN,
  },
  {
    // Moved files are found among those that went missing; nothing looks a hash up.
    name: '003-no-files-by-hash',
    sql: 'DROP INDEX IF EXISTS files_by_hash',
  },
  {
    // A note is called by its file's name, too.
    name: '004-names-of-files',
    sql: READ_MARKDOWN_AGAIN,
  },
  {
    // What there is to know about a file is said again while the file is as it was.
    name: '005-warnings',
    sql: `
      CREATE TABLE IF NOT EXISTS warnings (
        file_id  INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        reason   TEXT NOT NULL,
        PRIMARY KEY (file_id, position)
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    // Lists, filters and links go through all documents, and need not go past all that is written in them.
    name: '006-contents-apart',
    sql: `
      CREATE TABLE contents (
        document_id INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
        content     TEXT NOT NULL,            -- the value; offsets are UTF-16 units of it
        source      TEXT                      -- the original markup where it differs from content
      ) STRICT;
      INSERT INTO contents SELECT id, content, source FROM documents;
      ALTER TABLE documents DROP COLUMN content;
      ALTER TABLE documents DROP COLUMN source;
    `,
    leavesRoom: true,
  },
  {
    // Notes are called by their files more often, as programs of notes call them.
    name: '007-titles-of-notes',
    sql: READ_MARKDOWN_AGAIN,
  },
  {
    // What front matter says besides title, tags, aliases and date. Drawings and callouts are read otherwise, too.
    name: '008-properties',
    sql: `
      ALTER TABLE documents ADD COLUMN properties TEXT NOT NULL DEFAULT '[]'; -- JSON array of { name, value }
      ${READ_MARKDOWN_AGAIN}
    `,
  },
];

/** The newest schema this code knows; a database beyond it was written by a later version. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** 'qkv1' as a 32-bit number: tells an index of ours from any other SQLite file. */
export const APPLICATION_ID = 0x716b7631;

/**
 * Brings a database to SCHEMA_VERSION. Each step runs in one transaction with the record
 * that it ran, so a failure leaves it pending.
 *
 * @throws {SearchError} INDEX_TOO_NEW, INDEX_UNREADABLE for a database that is not ours
 */
export function migrate(database: Database): void {
  const version = database.pragma('user_version', { simple: true }) as number;
  const application = database.pragma('application_id', { simple: true }) as number;
  const tables = database
    .prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table'")
    .pluck()
    .get() as number;
  if (application !== APPLICATION_ID && tables > 0) {
    throw new SearchError(
      'INDEX_UNREADABLE',
      `Expected ${database.name} to be a qkv-search index, but it is another program's SQLite database. Choose another --db.`,
    );
  }
  if (version > SCHEMA_VERSION) {
    throw new SearchError(
      'INDEX_TOO_NEW',
      `The index ${database.name} has schema ${version}; this version knows up to ${SCHEMA_VERSION}. Update qkv-search, or index into another --db.`,
    );
  }
  for (let step = version; step < SCHEMA_VERSION; step++) {
    const { sql, leavesRoom } = MIGRATIONS[step] as Migration;
    database
      .transaction(() => {
        // Another process may have done this step since `version` was read.
        if ((database.pragma('user_version', { simple: true }) as number) > step) return;
        database.exec(sql);
        database.pragma(`application_id = ${APPLICATION_ID}`);
        database.pragma(`user_version = ${step + 1}`);
      })
      .immediate();
    if (leavesRoom && version > 0) compact(database);
  }
}

/** Pages that were full of what is elsewhere now would go on being read. */
function compact(database: Database): void {
  try {
    database.exec('VACUUM');
  } catch {
    // Another process is busy with it, or the disk has no room for a copy: it works as it is.
  }
}

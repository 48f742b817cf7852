import { hash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../engine.ts';
import { SearchError } from '../errors.ts';
import { walk } from '../ingest/walk.ts';
import { loadArrays } from '../store/arrays.ts';
import { decodeTerms, int32From } from '../store/blobs.ts';
import { isAtOrBelow, type KnownFile, SourceFiles } from '../store/files.ts';
import { arraysPath, savedArrays } from '../store/saved-arrays.ts';
import { decoded } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import { ANALYZER_VERSION } from '../text/analyzer.ts';

/** A contradiction found by `checkIndex`. */
export interface Problem {
  /**
   * `stale`: the sources have changed, or indexing did not finish; index again. `broken`: the index contradicts
   * itself; rebuild it.
   */
  readonly kind: 'stale' | 'broken';
  /** The file, document or table. */
  readonly where: string;
  readonly what: string;
}

/** A file or folder that cannot be read and has nothing in the index: not a fault of the index. */
interface Unread {
  readonly where: string;
  readonly why: string;
}

/**
 * Compares the index with its sources and with itself: SQLite's integrity check, every file by its SHA-256, every
 * document with its terms, passages and vectors, the embedder, and the arrays that a search reads. Reads
 * everything, changes nothing.
 *
 * @throws {SearchError} NOT_READY
 */
export function checkIndex(engine: Engine) {
  const { store } = engine;
  const problems: Problem[] = [];
  const unread: Unread[] = [];
  /** Damage is reported as a problem, and the remaining checks still run. */
  const looking = <T>(where: string, look: () => T, otherwise: T): T => {
    try {
      return decoded(store.path, look);
    } catch (error) {
      if (!(error instanceof SearchError && error.code === 'INDEX_UNREADABLE')) throw error;
      problems.push(broken(where, error.cause instanceof Error ? error.cause.message : error.message));
      return otherwise;
    }
  };
  const collect = (where: string, found: Iterable<Problem>) => {
    const add = () => {
      for (const problem of found) problems.push(problem);
    };
    looking(where, add, undefined);
  };
  // Not `transaction`: after damage, its COMMIT fails too.
  store.database.exec('BEGIN');
  try {
    collect('database', checkDatabase(store));
    collect('embedder', checkEmbedder(store));
    collect('documents', checkDocuments(store));
    collect('arrays', checkArrays(engine));
    collect('files', checkSources(store, unread));
    return {
      documents: looking('documents', () => store.countDocuments(), 0),
      passages: looking('passages', () => store.countPassages(), 0),
      files: looking('files', () => store.value<number>('SELECT count(*) FROM files'), 0),
      problems,
      unread,
    };
  } finally {
    if (store.database.inTransaction) store.database.exec('ROLLBACK');
  }
}

function* checkDatabase({ database }: Store): Generator<Problem> {
  for (const row of database.pragma('integrity_check') as { integrity_check: string }[]) {
    if (row.integrity_check !== 'ok') yield broken('database', row.integrity_check);
  }
  for (const { table, rowid } of database.pragma('foreign_key_check') as {
    table: string;
    rowid: number;
  }[]) {
    yield broken(`${table} ${rowid}`, 'refers to a row that is not there');
  }
}

function* checkEmbedder(store: Store): Generator<Problem> {
  const analyzer = store.meta('analyzer');
  if (analyzer !== null && analyzer !== ANALYZER_VERSION) {
    yield stale('analyzer', `expected terms of ${ANALYZER_VERSION}, found those of ${analyzer}`);
  }
  const fitted = store.embedder();
  if (!fitted) {
    if (store.countDocuments() > 0) yield stale('embedder', 'is not fitted yet: indexing did not finish');
    return;
  }
  const { embedder } = fitted;
  const actual = embedder.actualFingerprint();
  if (actual !== embedder.fingerprint) {
    yield broken('embedder', `is named ${embedder.fingerprint}, but its numbers are those of ${actual}`);
  }
}

interface DocumentRow {
  readonly id: number;
  readonly uri: string;
  readonly content: string | null;
  readonly spans: Buffer | null;
  readonly terms: Buffer | null;
  readonly embedder: number | null;
  readonly title: number | null;
  readonly passages: number | null;
}

function* checkDocuments(store: Store): Generator<Problem> {
  const fitted = store.embedder();
  const lastTerm = store.lastTermId();
  const rows = store.sql(`
    SELECT d.id, d.uri, c.content, f.passages AS spans, f.terms, e.embedder_id AS embedder,
      length(e.title) AS title, length(e.passages) AS passages
    FROM documents d LEFT JOIN contents c ON c.document_id = d.id LEFT JOIN forward f ON f.document_id = d.id
      LEFT JOIN embeddings e ON e.document_id = d.id`);
  for (const row of rows.iterate() as Iterable<DocumentRow>) {
    const what = contradictionIn(row, fitted, lastTerm);
    if (what !== null) yield broken(row.uri, what);
    else if (fitted && row.embedder === null)
      yield stale(row.uri, 'has no embedding yet: indexing did not finish');
  }
}

function contradictionIn(
  { content, spans, terms, embedder, title, passages }: DocumentRow,
  fitted: ReturnType<Store['embedder']>,
  lastTerm: number,
): string | null {
  if (content === null) return 'has no content';
  if (!spans || !terms) return 'has not been analysed';
  const offsets = int32From(spans);
  for (let i = 0; i < offsets.length; i += 2) {
    const [start = -1, end = -1] = [offsets[i], offsets[i + 1]];
    const isEmpty = start === 0 && end === 0 && offsets.length === 2; // a document without content has one empty passage
    if (!(start >= 0 && (start < end || isEmpty) && end <= content.length))
      return `has a passage [${start}, ${end}) of ${content.length}`;
  }
  const decoded = decodeTerms(int32From(terms));
  if (decoded.passages.length * 2 !== offsets.length) return 'has terms of other passages';
  for (const { ids, counts } of [decoded.title, decoded.aliases, decoded.labels, ...decoded.passages]) {
    for (let k = 0; k < ids.length; k++) {
      const id = ids[k] ?? 0;
      if (id < 1 || id > lastTerm || (counts[k] ?? 0) < 1) return `counts a term ${id} that there is not`;
    }
  }
  if (embedder === null) return null;
  if (embedder !== fitted?.id) return 'has an embedding of another embedder';
  const { dimension } = fitted.embedder;
  if (title !== dimension) return `has a title key of ${title} numbers, expected ${dimension}`;
  if (passages !== dimension * decoded.passages.length) {
    return `has ${passages} numbers of passages, expected ${dimension * decoded.passages.length}`;
  }
  return null;
}

/** The arrays a search reads must hold as much as the tables, and the kept arrays must equal new ones. */
function* checkArrays(engine: Engine): Generator<Problem> {
  const { ids, passageOffsets, terms } = engine.arrays();
  const counts: [string, number, number][] = [
    ['documents', ids.length, engine.store.countDocuments()],
    ['passages', passageOffsets.at(-1) ?? 0, engine.store.countPassages()],
    ['terms', terms.count(), engine.store.value('SELECT count(*) FROM terms')],
  ];
  for (const [what, read, stored] of counts) {
    if (read !== stored) yield broken(what, `${read} are read of ${stored}`);
  }
  const { store } = engine;
  const kept = savedArrays(store.path, store.state() ?? '');
  if (kept && Buffer.compare(kept.arena.data, loadArrays(store).arena.data) !== 0)
    yield broken(arraysPath(store.path), 'is not what the index makes');
}

function* checkSources(store: Store, unread: Unread[]): Generator<Problem> {
  const files = new SourceFiles(store);
  for (const { id, path } of files.sources()) {
    if (!existsSync(path)) {
      yield stale(path, 'is not there now; its documents are kept');
      continue;
    }
    yield* checkSource(path, files, files.list(id, ''), unread);
  }
}

function* checkSource(
  source: string,
  files: SourceFiles,
  indexed: readonly KnownFile[],
  unread: Unread[],
): Generator<Problem> {
  const known = new Map(indexed.map((file) => [file.path, file]));
  const isFile = !statSync(source).isDirectory();
  for (const entry of walk(source)) {
    if ('skipped' in entry) {
      if (isFile && known.size > 0 && (entry.kind === 'not-a-document' || entry.kind === 'not-a-file')) {
        known.clear();
        yield stale(source, `is ${entry.reason} any more; its documents are kept`);
      }
      if (entry.kind !== 'unreadable') continue;
      const where = join(source, entry.skipped);
      const kept = [...known.keys()].filter((path) => isAtOrBelow(path, entry.skipped));
      for (const path of kept) known.delete(path);
      if (kept.length > 0) yield stale(where, 'cannot be read now; its documents are kept');
      else unread.push({ where, why: entry.reason });
      continue;
    }
    const file = known.get(entry.relative);
    known.delete(entry.relative);
    const where = isFile ? source : join(source, entry.relative);
    if (!file) yield stale(where, 'is not in the index');
    else if (hashOf(entry.path) === file.hash) continue;
    else if (file.failure === null) yield stale(where, 'has changed since it was indexed');
    else if (files.countDocuments(file.id) === 0) unread.push({ where, why: file.failure });
    else yield stale(where, `has changed and could not be read: ${file.failure}; its documents are kept`);
  }
  for (const path of known.keys()) yield stale(join(source, path), 'is gone, and still in the index');
}

function hashOf(path: string): string | null {
  try {
    return hash('sha256', readFileSync(path));
  } catch {
    return null;
  }
}

function broken(where: string, what: string): Problem {
  return { kind: 'broken', where, what };
}

function stale(where: string, what: string): Problem {
  return { kind: 'stale', where, what };
}

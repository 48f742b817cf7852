import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { SearchError } from '../errors.ts';
import type { Store } from './store.ts';

/** A file as it was when last read. */
export interface KnownFile {
  readonly id: number;
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  /**
   * SHA-256 of the bytes; prefixed with AGAIN if it must be read again; '' while its documents are being written.
   */
  readonly hash: string;
  readonly failure: string | null;
}

/** What is synced: a source, or its part at or below `prefix`. */
export interface Scope {
  readonly sourceId: number;
  readonly source: string;
  readonly prefix: string;
  /** Identifies the ids in use, which a rebuild replaces. */
  readonly rebuild: string | null;
}

interface SourceRow {
  readonly id: number;
  readonly path: string;
}

interface FileOnDisk {
  readonly relative: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** The tables `sources` and `files`: which files are indexed, and their state when read. */
export class SourceFiles {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * The source that a path belongs to: the known source that contains it, restricted to `prefix`; else a new
   * source, which absorbs known sources inside it.
   *
   * @param place the path before its last link is resolved, see `placeOf`; a known source that has become a link
   *   follows it
   */
  sourceFor(absolute: string, place = absolute): Scope {
    const sources = this.#followed(place, absolute);
    const around = sources.find(({ path }) => isInside(absolute, path));
    if (around) {
      const prefix = relativeTo(around.path, absolute);
      return { sourceId: around.id, source: around.path, prefix, rebuild: this.#store.meta('rebuild') };
    }
    const sourceId = this.#store.sourceId(absolute);
    for (const inner of sources.filter(({ path }) => isInside(path, absolute))) {
      this.#absorb(inner.id, sourceId, relativeTo(absolute, inner.path));
    }
    return { sourceId, source: absolute, prefix: '', rebuild: this.#store.meta('rebuild') };
  }

  /**
   * Refuses to go on with outdated ids: meanwhile a source may have been absorbed by a folder around it, removed,
   * or rebuilt.
   *
   * @throws {SearchError} INDEX_LOCKED
   */
  checkScope({ sourceId, source, rebuild }: Scope): void {
    const path = this.#store.value('SELECT path FROM sources WHERE id = ?', sourceId);
    if (path === source && this.#store.meta('rebuild') === rebuild) return;
    throw new SearchError(
      'INDEX_LOCKED',
      `Expected nobody else to remove ${source}, index a folder around it or make the index anew while it is read. Try again.`,
    );
  }

  /** The sources. One that has become a link has moved to its target, unless another source is there. */
  #followed(link: string, absolute: string): readonly SourceRow[] {
    const sources = this.sources();
    const moved = link !== absolute && sources.find(({ path }) => path === link);
    if (!moved || sources.some(({ path }) => isInside(path, absolute) || isInside(absolute, path)))
      return sources;
    this.#store.sql('UPDATE sources SET path = ? WHERE id = ?').run(absolute, moved.id);
    this.#store
      .sql('UPDATE OR REPLACE meta SET key = ? WHERE key = ?')
      .run(identityKey(absolute), identityKey(link));
    return this.sources();
  }

  /**
   * Moves the files of a source into a subfolder of another. The only file of a single-file source is the source
   * itself.
   */
  #absorb(from: number, to: number, prefix: string): void {
    const paths = this.list(from, '').map(({ path }) => path);
    const isFile = paths.length === 1 && (prefix === paths[0] || prefix.endsWith(`/${paths[0]}`));
    const folder = isFile ? prefix.slice(0, prefix.length - (paths[0]?.length ?? 0)) : `${prefix}/`;
    // Names that differ only in NFC and NFD are one here: the one already there stays, the other is deleted with
    // its source.
    this.#store
      .sql('UPDATE OR IGNORE files SET source_id = ?, path = ? || path WHERE source_id = ?')
      .run(to, folder, from);
    this.#store
      .sql(`
      UPDATE OR IGNORE documents SET source_id = @to, uri = @folder || uri
      WHERE source_id = @from AND file_id IN (SELECT id FROM files WHERE source_id = @to)`)
      .run({ from, to, folder });
    this.#store.sql('DELETE FROM sources WHERE id = ?').run(from);
  }

  /** The known files of a source at or below `prefix` ('' for all). */
  list(sourceId: number, prefix: string): KnownFile[] {
    const all = 'SELECT id, path, size, mtime_ms AS mtimeMs, hash, failure FROM files WHERE source_id = ?';
    const files = this.#store.rows<KnownFile>(`${all} ORDER BY path`, sourceId);
    return files.filter(({ path }) => isAtOrBelow(path, prefix));
  }

  /** Number of documents in files at or below an absolute path: a source, a part of one, or a folder of several. */
  countUnder(absolute: string): number {
    return this.sources()
      .filter(({ path }) => isInside(path, absolute) || isInside(absolute, path))
      .flatMap(({ id, path }) => this.list(id, relativeTo(path, absolute)))
      .reduce((sum, { id }) => sum + this.countDocuments(id), 0);
  }

  /** The indexed folders and files. Documents added by a program have none. */
  sources(): SourceRow[] {
    return this.#store.rows("SELECT id, path FROM sources WHERE path <> '' ORDER BY path");
  }

  /** When the last run that read the source completely began, in milliseconds since 1970; 0 for never. */
  indexedAt(sourceId: number): number {
    const text = this.#store.value<string | null>('SELECT indexed_at FROM sources WHERE id = ?', sourceId);
    return text === null ? 0 : Date.parse(text);
  }

  markIndexed(sourceId: number, began: Date): void {
    this.#book('UPDATE sources SET indexed_at = ? WHERE id = ?', began.toISOString(), sourceId);
  }

  /** Starts or restarts a file: its row exists, and the empty hash marks it as incomplete. Returns its id. */
  begin(sourceId: number, file: FileOnDisk): number {
    const begin = `
      INSERT INTO files (source_id, path, size, mtime_ms, hash) VALUES (?, ?, ?, ?, '')
      ON CONFLICT (source_id, path) DO UPDATE SET hash = '' RETURNING id`;
    const row = [sourceId, file.relative, file.size, file.mtimeMs];
    return this.#store.bookkeep(() => this.#store.value<number>(begin, ...row));
  }

  /** Marks a file as completely read. @param warnings remarks on it, kept until it is read again */
  complete(id: number, file: FileOnDisk, hash: string, warnings: readonly string[]): void {
    this.#book(
      'UPDATE files SET size = ?, mtime_ms = ?, hash = ?, failure = NULL WHERE id = ?',
      ...[file.size, file.mtimeMs, hash, id],
    );
    this.#book('DELETE FROM warnings WHERE file_id = ?', id);
    warnings.forEach((reason, i) => {
      this.#book('INSERT INTO warnings (file_id, position, reason) VALUES (?, ?, ?)', id, i, reason);
    });
  }

  /** The warnings of files at or below `prefix` that could be read. */
  warnings(sourceId: number, prefix: string): { readonly path: string; readonly reason: string }[] {
    const all = `
      SELECT f.path, w.reason FROM warnings w JOIN files f ON f.id = w.file_id
      WHERE f.source_id = ? AND f.failure IS NULL ORDER BY f.path, w.position`;
    const found = this.#store.rows<{ path: string; reason: string }>(all, sourceId);
    return found.filter(({ path }) => isAtOrBelow(path, prefix));
  }

  /** Records why a file could not be read. What was indexed of it before stays. */
  fail(sourceId: number, file: FileOnDisk, reason: string): void {
    this.#book(
      `INSERT INTO files (source_id, path, size, mtime_ms, hash, failure) VALUES (?, ?, ?, ?, '', ?)
      ON CONFLICT (source_id, path) DO UPDATE SET failure = excluded.failure`,
      ...[sourceId, file.relative, file.size, file.mtimeMs, reason],
    );
  }

  /** Updates size and time of a file whose bytes are unchanged. */
  touch(id: number, file: FileOnDisk): void {
    this.#book(
      'UPDATE files SET size = ?, mtime_ms = ?, failure = NULL WHERE id = ?',
      ...[file.size, file.mtimeMs, id],
    );
  }

  /** A file found at another path: its documents keep ids and embeddings, under new uris. */
  move(known: KnownFile, sourceId: number, path: string, uris: ReadonlySet<string>): void {
    this.#store.sql('UPDATE files SET source_id = ?, path = ? WHERE id = ?').run(sourceId, path, known.id);
    for (const { id, uri } of this.documentsOf(known.id)) {
      const renamed = uri.startsWith(known.path) ? path + uri.slice(known.path.length) : path;
      if (uris.has(renamed))
        this.#store
          .sql('UPDATE documents SET source_id = ?, uri = ? WHERE id = ?')
          .run(sourceId, renamed, id);
    }
  }

  /** Whether a missing file is still known at its path: it may have been recognised elsewhere as moved. */
  isStillAt({ id, path }: KnownFile): boolean {
    return this.#store.value('SELECT path FROM files WHERE id = ?', id) === path;
  }

  documentsOf(fileId: number): { readonly id: number; readonly uri: string }[] {
    return this.#store.rows('SELECT id, uri FROM documents WHERE file_id = ?', fileId);
  }

  countDocuments(fileId: number): number {
    return this.#store.value('SELECT count(*) FROM documents WHERE file_id = ?', fileId);
  }

  /** Writes rows that no search depends on. */
  #book(sql: string, ...values: readonly (string | number)[]): void {
    this.#store.bookkeep(() => this.#store.sql(sql).run(...values));
  }

  remove(fileId: number): void {
    this.#store.sql('DELETE FROM files WHERE id = ?').run(fileId);
  }
}

/** Key in `meta` of the identity of a source folder, which tells it from another folder at the same path. */
export function identityKey(source: string): string {
  return `identity of ${source}`;
}

/** The path of an entry itself: links in its folder are resolved, but not the entry if it is a link. */
export function placeOf(path: string): string {
  const absolute = resolve(path);
  const folder = dirname(absolute);
  return existsSync(folder) ? join(realpathSync(folder), basename(absolute)) : absolute;
}

/**
 * Whether the path of a known file is `folder` or below it. Everything is below '' and '.', which is what a walk
 * calls its root.
 */
export function isAtOrBelow(path: string, folder: string): boolean {
  return folder === '' || folder === '.' || path === folder || path.startsWith(`${folder}/`);
}

/** Whether an absolute path is `folder` or below it. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

function relativeTo(folder: string, path: string): string {
  return path.slice(folder.length).split(sep).filter(Boolean).join('/').normalize('NFC');
}

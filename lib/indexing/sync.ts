import { hash as digest } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { readDocuments } from '../ingest/read.ts';
import { failureOf, type ReadResult } from '../ingest/reader.ts';
import { isPassedOver, type WalkedFile, walk } from '../ingest/walk.ts';
import type { KnownFile, Scope } from '../store/files.ts';
import { identityKey, isAtOrBelow, placeOf, SourceFiles } from '../store/files.ts';
import { AGAIN } from '../store/migrations.ts';
import type { Store } from '../store/store.ts';
import { runInSlices } from '../turns.ts';
import { ahead, BATCH, chunks, inBatches, type Step, stepShare } from './ahead.ts';
import type { Indexer, IndexProgress } from './indexer.ts';
import { identityOf, isLeftEmpty } from './mounted.ts';
import { Remarks, type SyncReport } from './report.ts';

export interface SyncOptions {
  readonly onProgress?: (progress: IndexProgress) => void;
  /** Stops after the current batch. What is committed stays, and the next run continues. */
  readonly signal?: AbortSignal;
}

/**
 * A file changed or renamed since the last run began, or less than this before it, may have changed again within
 * one tick of the file system's clock. Its bytes are compared.
 */
const RACY_MS = 2000;

interface Found {
  readonly file: WalkedFile;
  readonly known: KnownFile | null;
}

/**
 * Brings the index in line with files and folders. Reads what is new or changed (by size and times, then by
 * SHA-256), recognises moved files by their bytes, and removes what is gone. An unreadable file is reported and
 * does not stop the rest.
 */
export class Sync {
  readonly #store: Store;
  readonly #files: SourceFiles;
  readonly #indexer: Indexer;
  readonly #options: SyncOptions;
  readonly #remarks = new Remarks();
  #moved = 0;

  constructor(store: Store, indexer: Indexer, options: SyncOptions = {}) {
    this.#store = store;
    this.#files = new SourceFiles(store);
    this.#indexer = indexer;
    this.#options = options;
  }

  /**
   * Syncs paths one after another.
   *
   * @throws {SearchError} INDEX_LOCKED, INDEX_UNREADABLE; an unreadable path is in `failed` instead
   */
  async run(paths: readonly string[]): Promise<SyncReport> {
    const started = performance.now();
    for (const path of paths) await this.#syncPath(path);
    if (!this.#options.signal?.aborted) await this.#indexer.finish();
    const { failed, skipped, warnings, otherKinds } = this.#remarks;
    const report = this.#indexer.report(performance.now() - started, failed);
    return { ...report, moved: this.#moved, skipped, warnings, otherKinds };
  }

  /** @param source the path as given: `path` itself, or a path inside it */
  async #syncPath(path: string, source = path): Promise<void> {
    this.#remarks.begin(source, '');
    const trouble = troubleWith(path);
    if (trouble !== null) {
      const kept = this.#files.countUnder(resolve(path));
      this.#remarks.fail(kept > 0 ? `${trouble} now; ${keptNow(kept)}` : trouble);
      return;
    }
    const absolute = realpathSync(path);
    const scope = this.#indexer.transaction(() => this.#files.sourceFor(absolute, placeOf(path)));
    // A hidden path is visible through links only, which may be anywhere in the source, so all of it is synced.
    if (scope.prefix.split('/').some(isPassedOver)) return this.#syncPath(scope.source, source);
    this.#remarks.begin(source, isFolder(scope.source) ? scope.source : dirname(scope.source));
    const began = new Date(); // changes after this moment are looked at again
    const known = this.#files.list(scope.sourceId, scope.prefix);
    const { found, closed, refusal } = await runInSlices(this.#walk(absolute, scope.source, known));
    if (refusal !== null) {
      const kept = known.reduce((sum, { id }) => sum + this.#files.countDocuments(id), 0);
      const taken = kept === 1 ? 'takes it out' : 'takes them out';
      this.#remarks.fail(kept > 0 ? `${refusal} any more; ${keptNow(kept)}, --remove ${taken}` : refusal);
      return;
    }
    const identity = this.#store.meta(identityKey(absolute));
    if (scope.prefix === '' && known.length > 0 && isLeftEmpty(absolute, identity)) {
      const reason = `the folder is empty and not the one that was indexed: is its disk mounted? Its ${known.length} files are kept; if it is meant to be empty, put any file there`;
      this.#remarks.fail(reason);
      return;
    }
    const seen = new Set(found.map(({ file }) => file.relative));
    const missing = known.filter(
      (file) => !seen.has(file.path) && !closed.some((folder) => isAtOrBelow(file.path, folder)),
    );
    await this.#readChanged(scope, found, missing);
    if (!this.#options.signal?.aborted) this.#finish(scope, absolute, missing, began);
    for (const { path, reason } of this.#files.warnings(scope.sourceId, scope.prefix))
      this.#remarks.add('warnings', path, reason);
  }

  /** Removes what is gone, and records that the source has been read. */
  #finish(scope: Scope, absolute: string, missing: readonly KnownFile[], began: Date): void {
    const gone = missing.filter((known) => this.#files.isStillAt(known));
    this.#indexer.transaction(() => {
      this.#files.checkScope(scope);
      for (const { id } of gone) {
        this.#indexer.removeIds(this.#files.documentsOf(id).map((document) => document.id));
        this.#files.remove(id);
      }
      if (scope.prefix !== '') return;
      this.#files.markIndexed(scope.sourceId, began);
      this.#store.setMeta(identityKey(absolute), identityOf(absolute) ?? '');
    });
  }

  /**
   * The files on disk, each with what is known of it. `closed` are unreadable paths; nothing in them counts as
   * gone. `refusal` says why `absolute` itself is nothing to read, such as a picture or a pipe; what was there
   * before counts as gone no more than if nothing were there now.
   */
  *#walk(
    absolute: string,
    source: string,
    files: readonly KnownFile[],
  ): Generator<undefined, { found: Found[]; closed: string[]; refusal: string | null }> {
    const isFile = !isFolder(absolute);
    const known = new Map(files.map((file) => [file.path, file]));
    const found: Found[] = [];
    const closed: string[] = [];
    let refusal: string | null = null;
    for (const entry of walk(absolute, source)) {
      yield;
      if (!('skipped' in entry)) {
        found.push({ file: entry, known: known.get(entry.relative) ?? null });
        continue;
      }
      const { skipped: path, kind, reason } = entry;
      if (kind === 'unreadable') closed.push(path);
      if (isFile && (kind === 'not-a-document' || kind === 'not-a-file')) refusal = reason;
      else if (kind === 'unreadable' || isFile) this.#remarks.add('failed', path, reason);
      else if (kind === 'not-a-document') this.#remarks.passOver(path);
      else this.#remarks.add('skipped', path, reason);
    }
    return { found, closed, refusal };
  }

  /** Reads new and changed files, while those read before are analysed and written. */
  async #readChanged(scope: Scope, found: readonly Found[], missing: readonly KnownFile[]): Promise<void> {
    const indexedAt = this.#files.indexedAt(scope.sourceId);
    const changed: Found[] = [];
    let done = 0;
    let total = 0;
    for (const one of found) {
      total += one.file.size;
      if (one.known && isUntouched(one.file, one.known, indexedAt)) {
        this.#indexer.keep(this.#files.countDocuments(one.known.id));
        done += one.file.size;
      } else changed.push(one);
    }
    const steps = this.#steps(scope.sourceId, changed, missing);
    const prepare = (batch: readonly Step[]) =>
      this.#indexer.prepare(
        batch.flatMap(({ documents }) => documents),
        scope.sourceId,
      );
    for await (const [batch, prepared] of ahead(inBatches(steps, stepShare), prepare)) {
      this.#indexer.transaction(() => {
        this.#files.checkScope(scope);
        let at = 0;
        for (const { documents, write } of batch) {
          write(prepared.slice(at, at + documents.length));
          at += documents.length;
        }
      });
      done += batch.reduce((sum, { bytes }) => sum + bytes, 0);
      const progress = { done: Math.round(done / 1000), total: Math.round(total / 1000) };
      this.#options.onProgress?.({ phase: 'read', ...progress });
      await setImmediate();
      if (this.#options.signal?.aborted) return;
    }
  }

  /** Reads files until the signal aborts. */
  async *#steps(
    sourceId: number,
    files: readonly Found[],
    missing: readonly KnownFile[],
  ): AsyncGenerator<Step> {
    // Of several files with the same bytes, the first.
    const byHash = new Map(missing.toReversed().map((file) => [file.hash.replace(AGAIN, ''), file]));
    for (const { file, known } of files) {
      if (this.#options.signal?.aborted) return;
      yield* await this.#read(sourceId, file, known, byHash);
    }
  }

  /** Reads one file. A failure is recorded, and what was indexed of the file before stays. */
  async #read(
    sourceId: number,
    file: WalkedFile,
    known: KnownFile | null,
    missing: ReadonlyMap<string, KnownFile>,
  ): Promise<Step[]> {
    const step = (write: () => void): Step => ({ documents: [], bytes: file.size, write });
    try {
      const bytes = readFileSync(file.path);
      const hash = digest('sha256', bytes);
      if (known?.hash === hash) {
        const touch = step(() => {
          this.#files.touch(known.id, file);
          this.#indexer.keep(this.#files.countDocuments(known.id));
        });
        return [touch];
      }
      const read = await readDocuments({ ...file, bytes });
      const moved = known ? null : (missing.get(hash) ?? null);
      return this.#stepsOf(sourceId, file, hash, read, moved);
    } catch (error) {
      const reason = failureOf(error);
      if (reason === null) throw error;
      this.#remarks.add('failed', file.relative, reason);
      return [step(() => this.#files.fail(sourceId, file, reason))];
    }
  }

  /** The steps that store one file. The hash is written last: until then the file counts as unread. */
  #stepsOf(
    sourceId: number,
    file: WalkedFile,
    hash: string,
    { documents, warnings }: ReadResult,
    moved: KnownFile | null,
  ): Step[] {
    const uris = new Set(documents.map(({ uri }) => uri));
    let fileId = -1;
    const begin = () => {
      if (moved && this.#files.isStillAt(moved)) {
        this.#files.move(moved, sourceId, file.relative, uris);
        this.#moved++;
      }
      fileId = this.#files.begin(sourceId, file);
    };
    const end = () => {
      const gone = this.#files.documentsOf(fileId).filter(({ uri }) => !uris.has(uri));
      this.#indexer.removeIds(gone.map(({ id }) => id));
      this.#files.complete(fileId, file, hash, warnings);
    };
    // A file without documents has one step too, which removes those it had before.
    const parts = documents.length > 0 ? [...chunks(documents, BATCH)] : [[]];
    return parts.map((part, i) => ({
      documents: part,
      bytes: file.size / parts.length,
      write: (prepared) => {
        if (i === 0) begin();
        for (const one of prepared) this.#indexer.put({ sourceId, fileId }, one);
        if (i === parts.length - 1) end();
      },
    }));
  }
}

/** Why a path cannot be read at all; null if it can be looked at. */
function troubleWith(path: string): string | null {
  try {
    statSync(path);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file or folder';
    if (code === 'EACCES' || code === 'EPERM') return 'it cannot be reached (permission denied)';
    return `it cannot be reached (the system answered ${code})`;
  }
}

function keptNow(documents: number): string {
  return `its ${documents === 1 ? 'document is' : `${documents} documents are`} kept`;
}

function isFolder(path: string): boolean {
  return statSync(path).isDirectory();
}

function isUntouched(file: WalkedFile, known: KnownFile, indexedAt: number): boolean {
  return (
    known.failure === null &&
    known.hash !== '' &&
    known.size === file.size &&
    known.mtimeMs === file.mtimeMs &&
    Math.max(file.mtimeMs, file.ctimeMs) < indexedAt - RACY_MS
  );
}

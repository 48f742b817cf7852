import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Engine } from '../engine.ts';
import { SearchError } from '../errors.ts';
import { identityOf, inFull } from '../indexing/mounted.ts';
import type { Remark, SyncReport } from '../indexing/report.ts';
import { isPassedOver, isPassedOverIn, walk } from '../ingest/walk.ts';
import { isInside } from '../store/files.ts';
import { Folders } from './folders.ts';

interface WatchOptions {
  /** Ends the watch after the current sync. */
  readonly signal: AbortSignal;
  /**
   * Called after the first sync, and after every sync that changed something or met something to report, such as an
   * unreadable file. `news` is `report` without what was reported before.
   */
  readonly onSync: (report: SyncReport, news: SyncReport) => void;
  /** Notices for the user: a folder vanished or is back, or the system watches no more files. */
  readonly onNotice: (text: string) => void;
}

/** Milliseconds. */
export const WATCH = {
  /** Quiet time after a change before it is read, because editors write a file in several steps. */
  quiet: 100,
  /** Longest wait if changes never cease. */
  patience: 500,
  /** Between two checks that the folders are still there, and the same. */
  look: 2_000,
  /** Between two scans of every file, because network disks report no changes. */
  rescan: 300_000,
  /** Between two scans where the system cannot watch; scans take at most a tenth of the time. */
  poll: 1_000,
} as const;

/**
 * Follows files and folders: syncs them, then syncs again whatever changes, until the signal aborts. Changes are
 * collected until they pause, and a sync reads only what differs. A folder that vanishes keeps its documents, and
 * is followed again when it comes back. Links are followed where a sync follows them.
 *
 * @throws {SearchError} what `sync` throws, except INDEX_LOCKED, after which it tries again; NO_INDEX when the
 *   index is deleted
 */
export async function watch(engine: Engine, paths: readonly string[], options: WatchOptions): Promise<void> {
  await new Watch(engine, paths, options).run();
}

class Watch {
  readonly #engine: Engine;
  readonly #roots: readonly string[];
  readonly #options: WatchOptions;
  /** Paths changed since the last sync began. */
  readonly #touched = new Set<string>();
  #identities: (string | null)[];
  /** Remarks already reported, each with its file; a remark is reported once, until it changes. */
  #said = new Map<string, string>();
  /** Identity of the index file. */
  readonly #file: string | null;
  readonly #folders: Folders;
  /** Timer of the next scan, where the system cannot watch. */
  #polling: NodeJS.Timeout | null = null;
  #isFirst = true;
  #lastChange = 0;
  #firstChange = 0;
  #wake: () => void = () => {};

  constructor(engine: Engine, paths: readonly string[], options: WatchOptions) {
    this.#engine = engine;
    this.#roots = paths.map((path) => resolve(path));
    this.#options = options;
    this.#identities = this.#roots.map(identityOf);
    this.#file = identityOf(engine.store.path);
    this.#folders = new Folders({
      onChange: (path) => this.#touch(path),
      onError: (error) => this.#fail(error),
      isPassedOver: (path) => this.#isPassedOver(path),
    });
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    const wake = () => this.#wake();
    signal.addEventListener('abort', wake);
    const looking = setInterval(() => this.#look(), WATCH.look);
    const rescanning = setInterval(() => this.#touchAll(), WATCH.rescan);
    try {
      // Watched before it is read, so that no change falls between the two.
      for (const root of this.#roots) this.#folders.add(root);
      await this.#sync(this.#roots);
      while (await this.#changes()) {
        const touched = [...this.#touched];
        this.#touched.clear();
        await this.#sync(scopesOf(touched, this.#roots));
      }
    } finally {
      clearInterval(looking);
      clearInterval(rescanning);
      signal.removeEventListener('abort', wake);
      clearTimeout(this.#polling ?? undefined);
      this.#folders.close();
    }
  }

  /** Resolves with true when changes have paused, with false when the watch ends. */
  async #changes(): Promise<boolean> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      const now = performance.now(); // monotonic: the system clock may be set back
      const due = Math.min(this.#lastChange + WATCH.quiet, this.#firstChange + WATCH.patience);
      if (this.#touched.size > 0 && now >= due) return true;
      await new Promise<void>((wake) => {
        this.#wake = wake;
        if (signal.aborted) wake();
        else if (this.#touched.size > 0) setTimeout(wake, due - now);
      });
    }
    return false;
  }

  async #sync(scopes: readonly string[]): Promise<void> {
    const report = await this.#tryToSync(scopes);
    if (!report) return;
    const news = this.#newsOf(report, scopes);
    const { added, updated, removed, moved, failed, skipped, warnings } = news;
    const remarks = failed.length + skipped.length + warnings.length;
    if (this.#isFirst || added + updated + removed + moved + remarks > 0) this.#options.onSync(report, news);
    this.#isFirst = false;
  }

  /** The remarks not reported before. Hidden files are not news, because editors write them all the time. */
  #newsOf(report: SyncReport, scopes: readonly string[]): SyncReport {
    const before = this.#said;
    const places = scopes.map((scope) => inFull(scope).normalize('NFC'));
    // Remarks on what was just synced are collected anew; those that do not come back have been resolved.
    this.#said = new Map([...before].filter(([, file]) => !places.some((place) => isInside(file, place))));
    const isNew = ({ file, reason }: Pick<Remark, 'file' | 'reason'>) => {
      const said = `${file}: ${reason}`;
      this.#said.set(said, file);
      return !before.has(said);
    };
    return {
      ...report,
      failed: report.failed.filter(isNew),
      // Without the reason, because the size of a file that is too large may grow.
      skipped: report.skipped.filter(
        ({ path, file }) => !isPassedOver(path) && isNew({ file, reason: 'skipped' }),
      ),
      warnings: report.warnings.filter(isNew),
    };
  }

  /** Syncs; returns null if another process holds the index, and schedules another attempt. */
  async #tryToSync(scopes: readonly string[]): Promise<SyncReport | null> {
    try {
      this.#checkIndex();
      return await this.#engine.sync(scopes, { signal: this.#options.signal });
    } catch (error) {
      this.#checkIndex();
      if (!(error instanceof SearchError) || error.code !== 'INDEX_LOCKED') throw error;
      this.#options.onNotice(error.message);
      for (const scope of scopes) this.#touch(scope);
      return null;
    }
  }

  /** Nobody would read what is written to a deleted file. @throws {SearchError} NO_INDEX */
  #checkIndex(): void {
    const { path } = this.#engine.store;
    if (identityOf(path) === this.#file) return;
    throw new SearchError(
      'NO_INDEX',
      `Expected the index ${path} to stay while folders are followed; it was deleted, or another one put in its place. Begin again.`,
    );
  }

  #touch(path: string): void {
    this.#lastChange = performance.now();
    if (this.#touched.size === 0) this.#firstChange = this.#lastChange;
    this.#touched.add(path);
    this.#wake();
  }

  #touchAll(): void {
    for (const root of this.#roots) this.#touch(root);
  }

  /** Paths that no sync reads need no watch: a link may lead to the whole disk. */
  #isPassedOver(path: string): boolean {
    const around = this.#roots.filter((root) => isInside(path, root));
    return around.length > 0 ? around.every((root) => isPassedOverIn(root, path)) : isPassedOver(path);
  }

  /** The system limits the number of watches. Scanning has no such limit, but costs time. */
  #fail({ code, message }: NodeJS.ErrnoException): void {
    if (code !== 'ENOSPC' && code !== 'EMFILE') {
      this.#options.onNotice(`Watching: ${message}`);
      return;
    }
    this.#folders.close();
    const raise = code === 'ENOSPC' ? 'fs.inotify.max_user_watches' : 'the limit of open files (ulimit -n)';
    this.#options.onNotice(
      `The system watches no more folders (${code}); looking at all files every second instead. Raising ${raise} helps.`,
    );
    this.#poll(null);
  }

  /** @param before what the previous scan saw; null for the first */
  #poll(before: string | null): void {
    const started = performance.now();
    const seen = this.#looks();
    if (seen !== before) this.#touchAll();
    const pause = Math.max(WATCH.poll, 9 * (performance.now() - started));
    if (!this.#options.signal.aborted) this.#polling = setTimeout(() => this.#poll(seen), pause);
  }

  /** A hash of what a sync would see of the files. */
  #looks(): string {
    const hash = createHash('sha256');
    for (const root of this.#roots) {
      try {
        for (const entry of walk(root)) hash.update(JSON.stringify(entry));
      } catch {
        hash.update('nothing there');
      }
    }
    return hash.digest('hex');
  }

  /** Checks the roots. A folder that was taken away and put back is another one, and has no watch yet. */
  #look(): void {
    if (identityOf(this.#engine.store.path) !== this.#file) this.#touchAll();
    const identities = this.#roots.map(identityOf);
    const before = this.#identities;
    this.#identities = identities;
    this.#roots.forEach((root, i) => {
      const [was, is] = [before[i], identities[i]];
      if (was !== null && is === null)
        this.#options.onNotice(`${root} is not there now; its documents are kept.`);
      if (was === null && is !== null) this.#options.onNotice(`${root} is back.`);
      if (this.#folders.add(root) || (is !== null && is !== was)) this.#touch(root);
    });
  }
}

/**
 * What to sync for changed paths: for each root their common folder, so that a file moved between two folders is
 * seen in both.
 */
export function scopesOf(touched: readonly string[], roots: readonly string[]): string[] {
  return roots.flatMap((root) => {
    const inside = touched.filter((path) => isInside(path, root));
    if (inside.length === 0) return [];
    let common = inside.includes(root) ? root : dirname(inside[0] as string);
    for (const path of inside) {
      while (common !== root && !path.startsWith(join(common, '/'))) common = dirname(common);
    }
    // A deleted folder tells nothing of its former contents, so its parent is synced. The same for a folder that
    // has become a link out of the root.
    while (common !== root && !isStillInside(root, common)) common = dirname(common);
    return [common];
  });
}

function isStillInside(root: string, path: string): boolean {
  try {
    return isInside(realpathSync(path), realpathSync(root));
  } catch {
    return false;
  }
}

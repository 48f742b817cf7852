import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Engine } from './engine.ts';
import { SearchError } from './errors.ts';
import { Folders } from './folders.ts';
import { identityOf } from './indexing/mounted.ts';
import type { Remark, SyncReport } from './indexing/report.ts';
import { isPassedOver, isPassedOverIn, walk } from './ingest/walk.ts';
import { isInside } from './store/files.ts';

interface WatchOptions {
  /** Ends the watch after the sync at hand. */
  readonly signal: AbortSignal;
  /**
   * After every sync that changed something, or met what there is to say of a file: it could not be read, say. After the
   * first one always. `news` is the report with what was not said before.
   */
  readonly onSync: (report: SyncReport, news: SyncReport) => void;
  /** What a person should know while it goes on: a folder vanished or is back, the system watches no more files. */
  readonly onNotice: (text: string) => void;
}

/** Milliseconds. */
export const WATCH = {
  /** Without another change until what changed is read: editors write a file in several steps. */
  quiet: 100,
  /** Changes that never cease are read after this long. */
  patience: 500,
  /** Between two looks whether the folders are still there, and the same. */
  look: 2_000,
  /** Between two looks at every file: a network disk tells nothing. */
  rescan: 300_000,
  /** Between two looks at every file where the system cannot tell; they take a tenth of the time at most. */
  poll: 1_000,
} as const;

/**
 * Follows files and folders: syncs them, then again whatever changes in them, until the signal
 * aborts. Changes are collected until they pause; a sync reads only what differs. A folder that
 * vanishes keeps its documents and is followed again when it comes back. Links are followed where
 * a sync follows them.
 *
 * @throws {SearchError} what `sync` throws, but INDEX_LOCKED: then it tries again; NO_INDEX when the index is deleted
 */
export async function watch(engine: Engine, paths: readonly string[], options: WatchOptions): Promise<void> {
  await new Watch(engine, paths, options).run();
}

class Watch {
  readonly #engine: Engine;
  readonly #roots: readonly string[];
  readonly #options: WatchOptions;
  /** What changed since the last sync began. */
  readonly #touched = new Set<string>();
  #identities: (string | null)[];
  /** What was said of files, with where they are: it is said once, until it changes. */
  #said = new Map<string, string>();
  /** The file of the index. */
  readonly #file: string | null;
  readonly #folders: Folders;
  /** Where the system cannot tell: the next look at every file. */
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

  /** Until changes have paused; false when the watch ends. */
  async #changes(): Promise<boolean> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      const now = performance.now(); // the clock of the system may be put back
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

  /** What is hidden is none: editors write hidden files all the time. */
  #newsOf(report: SyncReport, scopes: readonly string[]): SyncReport {
    const before = this.#said;
    const places = scopes.map((scope) => inFull(scope).normalize('NFC'));
    // Of what was synced everything is said anew, and what is not has been mended.
    this.#said = new Map([...before].filter(([, file]) => !places.some((place) => isInside(file, place))));
    const isNew = ({ file, reason }: Pick<Remark, 'file' | 'reason'>) => {
      const said = `${file}: ${reason}`;
      this.#said.set(said, file);
      return !before.has(said);
    };
    return {
      ...report,
      failed: report.failed.filter(isNew),
      // Whatever the reason: the size of what is too large grows.
      skipped: report.skipped.filter(
        ({ path, file }) => !isPassedOver(path) && isNew({ file, reason: 'skipped' }),
      ),
      warnings: report.warnings.filter(isNew),
    };
  }

  /** Null, and once more a little later, while another process holds the index. */
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

  /** What is written to a file that was deleted nobody will read. */
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

  /** What no sync reads nobody has to watch: a link may lead to the whole disk. */
  #isPassedOver(path: string): boolean {
    const around = this.#roots.filter((root) => isInside(path, root));
    return around.length > 0 ? around.every((root) => isPassedOverIn(root, path)) : isPassedOver(path);
  }

  /** The system's own watching has limits; looking again and again has none, but costs. */
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

  /** @param before what a look saw that was taken a moment ago */
  #poll(before: string | null): void {
    const started = performance.now();
    const seen = this.#looks();
    if (seen !== before) this.#touchAll();
    const pause = Math.max(WATCH.poll, 9 * (performance.now() - started));
    if (!this.#options.signal.aborted) this.#polling = setTimeout(() => this.#poll(seen), pause);
  }

  /** What a sync would see of the files, made short. */
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

  /** A folder that was taken away and put back is another one, which nobody watches yet. */
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
 * What to sync for paths that changed: of each root the folder they have in common, so that a
 * file that moved from one folder to another is seen in both.
 */
export function scopesOf(touched: readonly string[], roots: readonly string[]): string[] {
  return roots.flatMap((root) => {
    const inside = touched.filter((path) => isInside(path, root));
    if (inside.length === 0) return [];
    let common = inside.includes(root) ? root : dirname(inside[0] as string);
    for (const path of inside) {
      while (common !== root && !path.startsWith(join(common, '/'))) common = dirname(common);
    }
    // A folder that is gone itself says nothing of what was in it; the one above does. Nor is one
    // that is a link by now, and leads out of the root, any business of it.
    while (common !== root && !isStillInside(root, common)) common = dirname(common);
    return [common];
  });
}

/** Where a path leads; the path itself where nothing is there. */
function inFull(path: string): string {
  return identityOf(path) === null ? path : realpathSync(path);
}

function isStillInside(root: string, path: string): boolean {
  try {
    return isInside(realpathSync(path), realpathSync(root));
  } catch {
    return false;
  }
}

import { type BigIntStats, type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { basename, join } from 'node:path';
import { isLink } from '../ingest/walk.ts';

interface Watched {
  readonly watcher: FSWatcher;
  readonly identity: string;
}

interface FoldersOptions {
  /** Something at this path was created, changed or removed. */
  readonly onChange: (path: string) => void;
  /** The system refuses to watch a path. */
  readonly onError: (error: NodeJS.ErrnoException) => void;
  /** Paths that need no watch. */
  readonly isPassedOver: (path: string) => boolean;
}

/**
 * Change notifications of the operating system for folders and their subfolders. A watch on a folder reports its
 * files, so there is one watch per folder and none per file: 900 for 33,000 notes in 900 folders, set up in 0.1 s.
 * Links are followed. A link to a file has a watch of its own, because its folder does not report changes of the
 * target.
 */
export class Folders {
  readonly #options: FoldersOptions;
  readonly #watched = new Map<string, Watched>();
  #isClosed = false;

  constructor(options: FoldersOptions) {
    this.#options = options;
  }

  /**
   * Watches what is at a path now, and everything below it. Each folder is watched before it is listed, so that
   * nothing created in between is missed.
   *
   * @param isRoot whether the path itself was asked for; a file gets a watch only then, or if it is a link
   * @returns whether the watch is new
   */
  add(path: string, isRoot = true): boolean {
    if (this.#isClosed) return false;
    const found = statsOf(path);
    const identity = found && identityIn(found);
    const known = this.#watched.get(path);
    // A folder that was removed and created again has another identity.
    if (known && known.identity === identity) return false;
    if (known) this.#leave(path);
    if (!found || identity === null) return false;
    if (!found.isDirectory()) return (isRoot || isLink(path)) && this.#watch(path, identity);
    if (!this.#watch(path, identity)) return false;
    this.#addFolders(path);
    return true;
  }

  close(): void {
    this.#isClosed = true;
    for (const { watcher } of this.#watched.values()) watcher.close();
    this.#watched.clear();
  }

  #addFolders(folder: string): void {
    try {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (!entry.isFile() && !this.#options.isPassedOver(path)) this.add(path, false);
      }
    } catch {
      // Already gone; the watch on its parent reports that.
    }
  }

  #watch(path: string, identity: string): boolean {
    try {
      const watcher = watch(path, (_, name) => this.#tell(path, name));
      watcher.on('error', () => this.#leave(path));
      this.#watched.set(path, { watcher, identity });
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') this.#options.onError(error as NodeJS.ErrnoException);
      return false;
    }
  }

  #tell(watched: string, name: string | null): void {
    // A watch reports its own path by its base name, too.
    if (name === null || name === basename(watched)) this.#change(watched);
    if (name !== null && statsOf(watched)?.isDirectory()) this.#change(join(watched, name));
  }

  #change(path: string): void {
    if (this.#isClosed || this.#options.isPassedOver(path)) return;
    this.#options.onChange(path);
    this.add(path, this.#watched.has(path));
  }

  /** Ends all watches at or below a path. */
  #leave(path: string): void {
    for (const [at, { watcher }] of this.#watched) {
      if (at !== path && !at.startsWith(join(path, '/'))) continue;
      watcher.close();
      this.#watched.delete(at);
    }
  }
}

/** null if there is nothing at the path. */
function statsOf(path: string): BigIntStats | null {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return null;
  }
}

/** After a folder is removed, the next one created often reuses its inode number, but not its birth time. */
function identityIn({ dev, ino, birthtimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${birthtimeNs}`;
}

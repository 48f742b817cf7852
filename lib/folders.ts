import { type BigIntStats, type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { basename, join } from 'node:path';
import { isLink } from './ingest/walk.ts';

interface Watched {
  readonly watcher: FSWatcher;
  readonly identity: string;
}

interface FoldersOptions {
  /** Something at this path was made, changed or removed. */
  readonly onChange: (path: string) => void;
  /** What the system will not watch. */
  readonly onError: (error: NodeJS.ErrnoException) => void;
  /** What nobody has to watch. */
  readonly isPassedOver: (path: string) => boolean;
}

/**
 * What the system tells of changes in folders, and in those below them. It tells of the files in a folder, so
 * there is a watch for each folder and none for a file: of 33,000 notes in 900 folders 900, and they are set in
 * 0.1 s. Links are watched as what they lead to, a link to a file too: its folder says nothing of that file.
 */
export class Folders {
  readonly #options: FoldersOptions;
  readonly #watched = new Map<string, Watched>();
  #isClosed = false;

  constructor(options: FoldersOptions) {
    this.#options = options;
  }

  /**
   * Follows what is at a path now. Watched before it is looked into, so that nothing is made unseen between the two.
   *
   * @returns whether that is new
   */
  add(path: string, isRoot = true): boolean {
    if (this.#isClosed) return false;
    const found = statsOf(path);
    const identity = found && identityIn(found);
    const known = this.#watched.get(path);
    // A folder that was removed and made again is another one.
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
      // It is gone again, which its folder tells.
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
    // What is watched is told of by its own name, too.
    if (name === null || name === basename(watched)) this.#change(watched);
    if (name !== null && statsOf(watched)?.isDirectory()) this.#change(join(watched, name));
  }

  #change(path: string): void {
    if (this.#isClosed || this.#options.isPassedOver(path)) return;
    this.#options.onChange(path);
    this.add(path, this.#watched.has(path));
  }

  /** Watches nothing at or below a path any more. */
  #leave(path: string): void {
    for (const [at, { watcher }] of this.#watched) {
      if (at !== path && !at.startsWith(join(path, '/'))) continue;
      watcher.close();
      this.#watched.delete(at);
    }
  }
}

/** Null where nothing is. */
function statsOf(path: string): BigIntStats | null {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return null;
  }
}

/** Of a folder that is removed the next one that is made often gets the number, but not the time it was made. */
function identityIn({ dev, ino, birthtimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${birthtimeNs}`;
}

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from './store/store.ts';

/** How many files differ from what was indexed of them. */
interface Stale {
  /** Another size or time than when they were read. */
  readonly changed: number;
  /** Not there any more. */
  readonly missing: number;
}

/** Files looked at side by side. */
const PARALLEL = 32;
/** A look is taken at most this often … */
const LEAST_INTERVAL_MS = 1000;
/** … and takes at most this share of the time. */
const SHARE = 0.05;

interface FileRow {
  readonly source: string;
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/**
 * Compares the files on disk with the index by size and time, no bytes read. A look happens
 * beside the searches, never inside one: `current` is what the last look found.
 */
export class Freshness {
  readonly #store: () => Store;
  #current: Stale = { changed: 0, missing: 0 };
  #running: Promise<Stale> | null = null;
  #nextAt = 0;

  /** @param store the index as searches see it now */
  constructor(store: () => Store) {
    this.#store = store;
  }

  /** What the last look found; begins another one when that was a while ago. */
  get current(): Stale {
    // A look that fails (a closed index, say) leaves the last answer standing.
    if (this.#running === null && performance.now() >= this.#nextAt) this.look().catch(() => undefined);
    return this.#current;
  }

  /** The index has changed: look again soon. */
  expire(): void {
    this.#nextAt = 0;
  }

  /** Looks at every indexed file now; after the look that is under way, which may have begun before a change. */
  look(): Promise<Stale> {
    const look = this.#running ? this.#running.then(() => this.#look()) : this.#look();
    const running = look.finally(() => {
      if (this.#running === running) this.#running = null;
    });
    this.#running = running;
    return running;
  }

  async #look(): Promise<Stale> {
    const started = performance.now();
    const files = this.#store()
      .sql(`
        SELECT s.path AS source, f.path AS path, f.size AS size, f.mtime_ms AS mtimeMs
        FROM files f JOIN sources s ON s.id = f.source_id WHERE f.hash <> ''`)
      .all() as FileRow[];
    let changed = 0;
    let missing = 0;
    for (let at = 0; at < files.length; at += PARALLEL) {
      const states = await Promise.all(files.slice(at, at + PARALLEL).map(stateOf));
      if (!this.#store().database.open) return this.#current; // nobody asks any more
      changed += states.filter((state) => state === 'changed').length;
      missing += states.filter((state) => state === 'missing').length;
    }
    const now = performance.now();
    this.#nextAt = now + Math.max(LEAST_INTERVAL_MS, (now - started) / SHARE);
    this.#current = { changed, missing };
    return this.#current;
  }
}

async function stateOf({ source, path, size, mtimeMs }: FileRow): Promise<'same' | 'changed' | 'missing'> {
  // A source that is a single file has itself as its only path; names are kept composed (NFC),
  // and on some file systems are not.
  for (const candidate of [join(source, path), source, join(source, path.normalize('NFD'))]) {
    const found = await stat(candidate).catch(() => null);
    if (found?.isFile()) return found.size === size && found.mtimeMs === mtimeMs ? 'same' : 'changed';
  }
  return 'missing';
}

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileAt, type Listings } from '../ingest/spellings.ts';
import type { IndexSummary } from '../response.ts';
import type { KnownFile } from '../store/files.ts';
import type { Store } from '../store/store.ts';

/**
 * How many indexed files have another size or time than when indexed (`changed`), or no longer exist (`missing`).
 */
type Stale = IndexSummary['stale'];

/** Files checked concurrently. */
const PARALLEL = 32;
/** Least interval between two checks … */
const MIN_INTERVAL_MS = 1000;
/** … and the largest share of the time that checks may take. */
const MAX_TIME_SHARE = 0.05;

interface FileRow extends Pick<KnownFile, 'id' | 'path' | 'size' | 'mtimeMs'> {
  readonly source: string;
}

/**
 * Compares the files on disk with the index by size and time, without reading them. A check runs in the background,
 * never within a search: `current` is the result of the last one.
 */
export class Freshness {
  readonly #store: () => Store;
  #current: Stale = { changed: 0, missing: 0 };
  #running: Promise<Stale> | null = null;
  #nextAt = 0;

  /** @param store gives the index as searches see it now */
  constructor(store: () => Store) {
    this.#store = store;
  }

  /** The result of the last check; starts another if that is due. */
  get current(): Stale {
    // A check that fails, for instance on a closed index, leaves the last result in place.
    if (this.#running === null && performance.now() >= this.#nextAt) this.look().catch(() => undefined);
    return this.#current;
  }

  /** Makes the next check due at once, because the index has changed. */
  expire(): void {
    this.#nextAt = 0;
  }

  /**
   * Checks every indexed file now. A check already running may have begun before a change, so this one runs after
   * it.
   */
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
    const listings: Listings = new Map();
    let changed = 0;
    let missing = 0;
    for (let last = 0; ; ) {
      const store = this.#store();
      if (!store.database.open) return this.#current; // closed: nobody asks any more
      // Reads rows in portions of PARALLEL: reading all 33,000 of a large library at once took 40 ms.
      const some = `
        SELECT f.id, s.path AS source, f.path AS path, f.size AS size, f.mtime_ms AS mtimeMs
        FROM files f JOIN sources s ON s.id = f.source_id
        WHERE f.hash <> '' AND f.id > ? ORDER BY f.id LIMIT ${PARALLEL}`;
      const files = store.rows<FileRow>(some, last);
      if (files.length === 0) break;
      last = files.at(-1)?.id ?? last;
      const states = await Promise.all(files.map((file) => stateOf(file, listings)));
      changed += states.filter((state) => state === 'changed').length;
      missing += states.filter((state) => state === 'missing').length;
    }
    const now = performance.now();
    this.#nextAt = now + Math.max(MIN_INTERVAL_MS, (now - started) / MAX_TIME_SHARE);
    this.#current = { changed, missing };
    return this.#current;
  }
}

async function stateOf(
  { source, path, size, mtimeMs }: FileRow,
  listings: Listings,
): Promise<'same' | 'changed' | 'missing'> {
  // For a single-file source, the source itself is the file.
  for (const placeOf of [() => join(source, path), () => source, () => fileAt(source, path, listings)]) {
    const found = await stat(placeOf() ?? '').catch(() => null);
    if (found?.isFile()) return found.size === size && found.mtimeMs === mtimeMs ? 'same' : 'changed';
  }
  return 'missing';
}

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileAt, type Listings } from './ingest/spellings.ts';
import type { IndexSummary } from './response.ts';
import type { Store } from './store/store.ts';

/** How many files differ from what was indexed of them: of another size or time, or not there any more. */
type Stale = IndexSummary['stale'];

/** Files looked at side by side. */
const PARALLEL = 32;
/** A look is taken at most this often … */
const LEAST_INTERVAL_MS = 1000;
/** … and takes at most this share of the time. */
const SHARE = 0.05;

interface FileRow {
  readonly id: number;
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
    const listings: Listings = new Map();
    let changed = 0;
    let missing = 0;
    for (let last = 0; ; ) {
      const store = this.#store();
      if (!store.database.open) return this.#current; // nobody asks any more
      // As many as are looked at together: all 33,000 of a large library took 40 ms to read.
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
    this.#nextAt = now + Math.max(LEAST_INTERVAL_MS, (now - started) / SHARE);
    this.#current = { changed, missing };
    return this.#current;
  }
}

async function stateOf(
  { source, path, size, mtimeMs }: FileRow,
  listings: Listings,
): Promise<'same' | 'changed' | 'missing'> {
  // A source that is a single file has itself as its only path.
  for (const placeOf of [() => join(source, path), () => source, () => fileAt(source, path, listings)]) {
    const found = await stat(placeOf() ?? '').catch(() => null);
    if (found?.isFile()) return found.size === size && found.mtimeMs === mtimeMs ? 'same' : 'changed';
  }
  return 'missing';
}

import { on } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { identityOf } from './indexing/mounted.ts';
import type { LoadAnswer } from './load-worker.ts';
import { packageFile } from './root.ts';
import { receive, type SearchArrays, searchArrays } from './store/arrays.ts';
import { isLarge, openArrays } from './store/kept.ts';
import { countFacets } from './store/library.ts';
import { passOn, remember } from './store/remembered.ts';
import { Store } from './store/store.ts';

/** Milliseconds between two looks whether the index has changed, where no search looks, and before one that failed is made again. */
const LOOK = 250;
/** How often a thread that loads may find that somebody has written meanwhile. */
const ATTEMPTS = 100;

/** Arrays, and a connection that sees the index in the state they were made of. */
interface View {
  readonly store: Store;
  readonly arrays: SearchArrays;
  readonly state: string | null;
}

/**
 * The index as a server reads it. What a search reads in arrays and what it reads in the index
 * is always of one state: a connection holds a transaction open in the state of the arrays. When
 * the index has changed, a small library is read anew at once. A large one is read in a thread of
 * its own, and until that is done searches see it as it was. So they do when its file is deleted,
 * until there is another index in its place.
 */
export class Live {
  readonly #path: string;
  /** Whoever made this closes it. */
  readonly #given: Store;
  /** Sees every change. */
  #outside: Store;
  /** The file that `#outside` and `#spare` have open. */
  #file: string | null;
  #view: View | null = null;
  /** The connection of the next view: that of the one before, as opening one takes a millisecond. */
  #spare: Store | null = null;
  /** The connection of a view of a file that is there no more. */
  #last: Store | null = null;
  #seen = '';
  #loading: Worker | null = null;
  #failure: unknown = null;
  #isTidy = true;
  #restUntil = 0;
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(path: string, outside: Store) {
    this.#path = path;
    this.#given = outside;
    this.#outside = outside;
    this.#file = identityOf(path);
    this.#timer = setInterval(() => this.#look(), LOOK);
    this.#timer.unref();
  }

  /** null until the index has been read for the first time. */
  get view(): View | null {
    return this.#view;
  }

  /** Reads the index for the first time. @throws {SearchError} INDEX_UNREADABLE */
  async start(): Promise<void> {
    this.refresh();
    while (!this.#view && !this.#closed) {
      if (this.#failure) throw this.#failure;
      await setTimeout(5);
    }
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    void this.#loading?.terminate();
    this.#view?.arrays.looks.close();
    this.#view?.store.close();
    this.#spare?.close();
    if (this.#outside !== this.#given) this.#outside.close();
  }

  /** Looks whether the index has changed, and begins to read it if so. */
  refresh(): void {
    if (this.#closed || this.#loading || performance.now() < this.#restUntil) return;
    this.#attempt(() => {
      const seen = this.#outside.dataVersion();
      if (seen === this.#seen) return;
      this.#seen = seen;
      this.#isTidy = false;
      const store = this.#pin();
      const state = store.state();
      // Another index has been begun in place of this one, and has nothing yet.
      if (this.#view?.state && state === null) return;
      if (this.#view && state === this.#view.state) this.#show({ ...this.#view, store });
      else if (isLarge(store)) void this.#loadAside(store);
      else this.#readHere(store);
    });
  }

  #look(): void {
    this.#attempt(() => this.#reopen());
    const seen = this.#seen;
    this.refresh();
    if (seen === this.#seen && !this.#loading && !this.#isTidy) this.#attempt(() => this.#tidy());
  }

  /** Where it fails the view stays, which is said once, until there is something to show again; and it is done again soon. */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#seen = '';
      this.#restUntil = performance.now() + LOOK;
      if (this.#view && this.#failure === null) {
        const why = error instanceof Error ? error.message : String(error);
        process.emitWarning(`The index cannot be read; until it can, searches go on in it as it was. ${why}`);
      }
      this.#failure = error;
    }
  }

  /** Opens the file that has come in place of the one that is open, as who deletes an index and indexes again has it. */
  #reopen(): void {
    const file = identityOf(this.#path);
    if (file === this.#file || this.#loading) return;
    this.#spare?.close();
    this.#spare = null;
    const outside = new Store({ path: this.#path, mustExist: true });
    if (this.#outside !== this.#given) this.#outside.close();
    this.#outside = outside;
    this.#file = file;
    this.#last = this.#view?.store ?? null;
  }

  /**
   * SQLite begins its log of writes (-wal) anew when all of it is in the database and nobody reads
   * from it. A transaction held open does, until it is begun anew after a checkpoint: where nobody
   * has written since the last look, there is time for that.
   */
  #tidy(): void {
    // Of a large library the thread that has read it did that.
    if (!isLarge(this.#outside)) this.#checkpoint();
    const store = this.#pin();
    if (!this.#view || store.state() !== this.#view.state) return;
    this.#show({ ...this.#view, store });
    this.#isTidy = true;
  }

  #checkpoint(): void {
    try {
      this.#outside.database.pragma('wal_checkpoint(PASSIVE)');
    } catch {
      // The disk is full, which who writes is told. All of it can be read, and after the next change there may be room.
    }
  }

  /** A connection that sees the index as it is now, from now on. */
  #pin(): Store {
    const store = this.#spare ?? new Store({ path: this.#path, mustExist: true });
    this.#spare = store;
    if (store.database.inTransaction) store.database.exec('ROLLBACK');
    store.database.exec('BEGIN');
    store.state(); // the first read is what fixes it
    return store;
  }

  #show(view: View): void {
    const before = this.#view;
    this.#view = view;
    this.#failure = null;
    this.#spare = null;
    if (!before) return;
    if (before.arrays === view.arrays) passOn(before.store, view.store);
    else before.arrays.looks.close();
    if (before.store === this.#last) before.store.close();
    else this.#spare = before.store;
    // Nobody reads it any more: a transaction held open would keep the log of writes growing.
    if (this.#spare?.database.inTransaction) this.#spare.database.exec('ROLLBACK');
  }

  #readHere(store: Store): void {
    this.#show({ store, arrays: searchArrays(openArrays(store)), state: store.state() });
  }

  async #loadAside(first: Store): Promise<void> {
    const started = performance.now();
    const worker = new Worker(packageFile('dist/lib/load-worker.js'), { workerData: this.#path });
    worker.on('error', () => {}); // it comes to `#ask` as well, while that is asking
    this.#loading = worker;
    try {
      const view = await this.#ask(worker, first);
      if (!this.#closed) this.#show(view);
    } catch {
      void worker.terminate(); // which may still wait to be asked
      // Without a thread, with a pause for everybody.
      if (!this.#closed) this.#attempt(() => this.#readHere(this.#pin()));
    } finally {
      this.#loading = null;
      // As long again for others: who writes without pause is not read without pause.
      const now = performance.now();
      this.#restUntil = Math.max(this.#restUntil, now + (now - started));
    }
  }

  async #ask(worker: Worker, first: Store): Promise<View> {
    const answers = on(worker, 'message', { close: ['exit'] });
    let store = first;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const state = store.state();
      worker.postMessage(state);
      const { done, value } = await answers.next();
      if (done) break;
      const [answer] = value as [LoadAnswer];
      if (answer) {
        remember(store, countFacets, answer.facets);
        return { store, state, arrays: searchArrays(receive(answer.sent)) };
      }
      store = this.#pin();
    }
    throw new Error('The index could not be read aside.');
  }
}

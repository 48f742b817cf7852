import { on } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { identityOf } from '../indexing/mounted.ts';
import { packageFile } from '../root.ts';
import { receive, type SearchArrays, searchArrays } from '../store/arrays.ts';
import { countFacets } from '../store/library.ts';
import { remember, shareCache } from '../store/remembered.ts';
import { isLarge, openArrays } from '../store/saved-arrays.ts';
import { Store } from '../store/store.ts';
import type { LoadAnswer } from './load-worker.ts';

/** Milliseconds between two checks for changes while no search checks, and before a failed one is repeated. */
const CHECK_MS = 250;
/** How often loading in a thread may find that the index was written meanwhile, before it is given up. */
const MAX_ATTEMPTS = 100;

/** Arrays, and a connection that sees the index in the state they were made from. */
interface View {
  readonly store: Store;
  readonly arrays: SearchArrays;
  readonly state: string | null;
}

/**
 * The index as a server reads it. Arrays and database always show a search the same state: a connection holds a
 * read transaction open in the state of the arrays. After a change, a small library is read again at once. A large
 * one is read in a worker thread, and searches continue on its previous state until that is done. They also do so
 * if the file is deleted, until another index takes its place.
 */
export class Live {
  readonly #path: string;
  /** The store given to the constructor; its owner closes it. */
  readonly #given: Store;
  /** A connection outside the pinned transaction, which sees every change. */
  #outside: Store;
  /** Identity of the file that `#outside` and `#spare` have open. */
  #file: string | null;
  #view: View | null = null;
  /** A connection for the next view, reused from the previous one, because opening one takes a millisecond. */
  #spare: Store | null = null;
  /** The connection of a view whose file no longer exists. */
  #last: Store | null = null;
  #seenVersion = '';
  #loading: Worker | null = null;
  #failure: unknown = null;
  #isTidy = true;
  #restUntil = 0;
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(outside: Store) {
    this.#path = outside.path;
    this.#given = outside;
    this.#outside = outside;
    this.#file = identityOf(outside.path);
    this.#timer = setInterval(() => this.#look(), CHECK_MS);
    this.#timer.unref();
  }

  /** null until the index has been read for the first time. */
  get view(): View | null {
    return this.#view;
  }

  /** Reads the index for the first time. @throws {SearchError} INDEX_UNREADABLE, and what else opening throws */
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

  /** Checks whether the index has changed, and starts to read it if so. */
  refresh(): void {
    if (this.#closed || this.#loading || performance.now() < this.#restUntil) return;
    this.#attempt(() => {
      const seen = this.#outside.dataVersion();
      if (seen === this.#seenVersion) return;
      this.#seenVersion = seen;
      this.#isTidy = false;
      const store = this.#pin();
      const state = store.state();
      // The index was replaced by another that is still empty: keep the old view.
      if (this.#view?.state && state === null) return;
      if (this.#view && state === this.#view.state) this.#show({ ...this.#view, store });
      else if (isLarge(store)) void this.#loadAside(store);
      else this.#readHere(store);
    });
  }

  #look(): void {
    this.#attempt(() => this.#reopen());
    const seen = this.#seenVersion;
    this.refresh();
    if (seen === this.#seenVersion && !this.#loading && !this.#isTidy) this.#attempt(() => this.#tidy());
  }

  /**
   * Runs work that may fail. After a failure the view stays and the work is repeated soon; a warning is given once,
   * until a view is shown again.
   */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#seenVersion = '';
      this.#restUntil = performance.now() + CHECK_MS;
      if (this.#view && this.#failure === null) {
        const why = error instanceof Error ? error.message : String(error);
        process.emitWarning(`The index cannot be read; until it can, searches go on in it as it was. ${why}`);
      }
      this.#failure = error;
    }
  }

  /** Opens the file that has replaced the open one, as when somebody deletes an index and indexes again. */
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
   * Lets SQLite restart its write-ahead log (-wal), which otherwise only grows. It restarts when everything in it
   * is in the database and no reader uses it; the open transaction is such a reader until it is restarted after a
   * checkpoint. Done when nothing was written since the last check.
   */
  #tidy(): void {
    // The thread that read a large library has done the checkpoint.
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
      // The disk is full; the writer is told that. Reading still works, and there may be room after the next
      // change.
    }
  }

  /** A connection whose transaction is fixed to the current state of the index. */
  #pin(): Store {
    const store = this.#spare ?? new Store({ path: this.#path, mustExist: true });
    this.#spare = store;
    if (store.database.inTransaction) store.database.exec('ROLLBACK');
    store.database.exec('BEGIN');
    store.state(); // the first read fixes the state
    return store;
  }

  #show(view: View): void {
    const before = this.#view;
    this.#view = view;
    this.#failure = null;
    this.#spare = null;
    if (!before) return;
    if (before.arrays === view.arrays) shareCache(before.store, view.store);
    else before.arrays.looks.close();
    if (before.store === this.#last) before.store.close();
    else this.#spare = before.store;
    // A transaction held open by an unused connection would keep the log growing.
    if (this.#spare?.database.inTransaction) this.#spare.database.exec('ROLLBACK');
  }

  #readHere(store: Store): void {
    this.#show({ store, arrays: searchArrays(openArrays(store)), state: store.state() });
  }

  async #loadAside(first: Store): Promise<void> {
    const started = performance.now();
    const worker = new Worker(packageFile('dist/lib/upkeep/load-worker.js'), { workerData: this.#path });
    worker.on('error', () => {}); // `#ask` rejects with the same error while it waits
    this.#loading = worker;
    try {
      const view = await this.#ask(worker, first);
      if (!this.#closed) this.#show(view);
    } catch {
      void worker.terminate(); // it may still be waiting for a message
      // Without a thread, at the cost of a pause for all searches.
      if (!this.#closed) this.#attempt(() => this.#readHere(this.#pin()));
    } finally {
      this.#loading = null;
      // Rest as long as reading took, so that constant writes do not cause constant reading.
      const now = performance.now();
      this.#restUntil = Math.max(this.#restUntil, now + (now - started));
    }
  }

  async #ask(worker: Worker, first: Store): Promise<View> {
    const answers = on(worker, 'message', { close: ['exit'] });
    let store = first;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
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

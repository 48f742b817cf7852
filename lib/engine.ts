import { type Calibration, decodeCalibration, readCalibration } from './attention/calibration.ts';
import type { DocumentInput } from './document.ts';
import { closedError, invalidParameter, noDocument, SearchError } from './errors.ts';
import { type Explanation, explainDocument } from './explain/explain.ts';
import { Indexer, type IndexProgress } from './indexing/indexer.ts';
import type { SyncReport } from './indexing/report.ts';
import type { SyncOptions } from './indexing/sync.ts';
import { Thesaurus } from './lexical/thesaurus.ts';
import { checkDone, checkId, checkList, checkNames, checkTexts, checkType } from './query/options.ts';
import { keep, type Run, runQuery } from './query/query.ts';
import type { IndexReport, IndexSummary, SearchOptions, SearchResponse } from './response.ts';
import { packageFile } from './root.ts';
import { respond } from './search.ts';
import { type SearchArrays, searchArrays } from './store/arrays.ts';
import { isLarge, openArrays } from './store/saved-arrays.ts';
import { Store, type StoredDocument } from './store/store.ts';
import { Analyzer } from './text/analyzer.ts';
import { Freshness } from './upkeep/freshness.ts';
import { Live } from './upkeep/live.ts';

export interface EngineOptions {
  /** Index file, created if missing, or ':memory:' (the default). */
  readonly path?: string;
  /** Throw NO_INDEX instead of creating the file, which has to be named then; default false. */
  readonly mustExist?: boolean;
  /** Coefficients; default data/calibration.json of this package. */
  readonly calibration?: Calibration;
}

export interface IndexOptions {
  /** Called on progress. In the phase `embed`, calls on the engine from inside it throw NOT_READY. */
  readonly onProgress?: (progress: IndexProgress) => void;
}

/**
 * A search engine over one index file. Besides the errors listed, every call throws NOT_READY on a closed engine, and
 * INDEX_UNREADABLE on a damaged file, or on writing to a full or read-only disk. `onProgress` may call it, too, except in
 * the phase `embed`: then calls other than `document` and `version` throw NOT_READY.
 *
 * @example
 * const engine = Engine.open({ path: 'notes.db' });
 * await engine.index([{ uri: 'a', title: 'Softmax', content: 'Weights that sum to one.', format: 'text' }]);
 * engine.search('weights').results[0]?.title; // 'Softmax'
 * engine.close();
 */
export class Engine {
  readonly calibration: Calibration;
  /** Caches words, some 300 bytes each. Large libraries are indexed in a thread with its own analyzer. */
  readonly analyzer = new Analyzer(10_000);
  /** How far the files on disk have changed since they were indexed. */
  readonly freshness: Freshness;
  readonly #store: Store;
  /** Runs work in a transaction. Made once, because making one takes longer than running it. */
  readonly #inTransaction: (work: () => unknown) => unknown;
  #thesaurus: Thesaurus | null = null;
  #arrays: SearchArrays | null = null;
  #seenVersion = '';
  #arraysState = '';
  #live: Live | null = null;
  #snapshotDepth = 0;

  /** Loaded when a query first needs it. */
  get thesaurus(): Thesaurus {
    this.#thesaurus ??= Thesaurus.read(packageFile('data/thesaurus'), (text) => this.analyzer.terms(text));
    return this.#thesaurus;
  }

  private constructor(store: Store, calibration: Calibration) {
    this.#store = store;
    this.calibration = calibration;
    this.freshness = new Freshness(() => this.store);
    this.#inTransaction = store.database.transaction((work: () => unknown) => work());
  }

  /** @throws {SearchError} NO_INDEX, INDEX_UNREADABLE, INDEX_TOO_NEW, INDEX_LOCKED, INVALID_PARAMETER, UNKNOWN_PARAMETER */
  static open(options: EngineOptions = {}): Engine {
    checkNames(options, { path: 'string', mustExist: 'boolean', calibration: 'object' });
    const calibration = options.calibration
      ? decodeCalibration(options.calibration)
      : readCalibration(packageFile('data/calibration.json'));
    const store = new Store({ path: options.path ?? ':memory:', mustExist: options.mustExist ?? false });
    return new Engine(store, calibration);
  }

  /** Closes the connection and ends all threads. A write in progress stops after its last committed batch. */
  close(): void {
    this.#live?.close();
    this.#arrays?.looks.close();
    this.#store.close();
  }

  /** The index as searches see it now. */
  get store(): Store {
    return this.#live?.view?.store ?? this.#store;
  }

  /**
   * For servers, which must not pause: from now on, a large library that has changed is loaded in a thread while searches
   * continue on its previous state. Resolves when there is something to search; until then searches throw NOT_READY.
   *
   * @throws {SearchError} INDEX_UNREADABLE, NOT_READY
   */
  async goLive(): Promise<void> {
    this.#checkOpen();
    if (this.#live || this.#store.database.memory) return; // nobody else writes it
    this.#live = new Live(this.#store);
    await this.#live.start();
  }

  /** Whether there is something to search. */
  get isReady(): boolean {
    return this.#store.database.open && (this.#live === null || this.#live.view !== null);
  }

  /** A name for the state of the index: it changes whenever an answer could. */
  version(): string {
    if (this.#snapshotDepth === 0) this.#live?.refresh();
    return this.store.dataVersion();
  }

  /**
   * Adds documents, replacing those with the same uri; an unchanged document costs only a hash. Commits batches of 256 and
   * reads a few ahead; an async iterable that pauses has its documents committed within a second. After an invalid
   * document, or an error of the iterable, what came before is committed first. Until the call ends, new documents are
   * found by their words only.
   *
   * @throws {SearchError} INVALID_DOCUMENT, INVALID_PARAMETER, UNKNOWN_PARAMETER, INDEX_LOCKED
   */
  async index(
    documents: Iterable<DocumentInput> | AsyncIterable<DocumentInput>,
    options: IndexOptions = {},
  ): Promise<IndexReport> {
    this.#checkOpen();
    checkList('documents', 'documents', documents, Symbol.iterator, Symbol.asyncIterator);
    checkNames(options, { onProgress: 'function' });
    const started = performance.now();
    return await this.#write(options.onProgress, async (indexer) => {
      await indexer.addAll(documents);
      await indexer.finish();
      return indexer.report(performance.now() - started);
    });
  }

  /**
   * Brings the index in line with files and folders on disk: reads what is new or changed, removes what is gone. Files that
   * cannot be read are listed in the report, with the reason.
   *
   * @throws {SearchError} INVALID_PARAMETER, UNKNOWN_PARAMETER, INDEX_LOCKED
   */
  async sync(paths: readonly string[], options: SyncOptions = {}): Promise<SyncReport> {
    this.#checkOpen();
    const given = checkTexts('paths', paths);
    checkNames(options, { onProgress: 'function', signal: null });
    const { signal } = options;
    if (signal !== undefined && !(signal instanceof AbortSignal))
      throw invalidParameter('signal', 'an AbortSignal', signal);
    // Imported on demand: a process that only searches never loads the parsers.
    const { Sync } = await import('./indexing/sync.ts');
    return await this.#write(options.onProgress, (indexer) =>
      new Sync(this.#store, indexer, options).run(given),
    );
  }

  /**
   * Removes documents by uri, among those that `index` added; returns how many were removed.
   *
   * @throws {SearchError} INVALID_PARAMETER, INDEX_LOCKED
   */
  async remove(uris: Iterable<string>): Promise<number> {
    this.#checkOpen();
    const given = checkTexts('uris', uris);
    return await this.#write(undefined, async (indexer) => {
      const removed = indexer.removeUris(given);
      await indexer.finish();
      return removed;
    });
  }

  /**
   * Attends to all documents. The run holds the logits of all N; `search` and `explain` are written from one.
   *
   * @throws {SearchError} EMPTY_QUERY, QUERY_TOO_LONG, INVALID_PARAMETER, UNKNOWN_PARAMETER
   */
  attend(text: string, options: SearchOptions = {}): Run {
    return keep(runQuery(this, text, options));
  }

  /**
   * Attends to all documents and lists those with the largest weights.
   *
   * @throws {SearchError} EMPTY_QUERY, QUERY_TOO_LONG, INVALID_PARAMETER, UNKNOWN_PARAMETER
   */
  search(text: string, options: SearchOptions = {}): SearchResponse {
    return this.snapshot(() => respond(this, runQuery(this, text, options)));
  }

  /**
   * The arithmetic behind one document's weight, whether it is listed or not.
   *
   * @throws {SearchError} NOT_FOUND, EMPTY_QUERY, QUERY_TOO_LONG, INVALID_PARAMETER, UNKNOWN_PARAMETER
   */
  explain(text: string, id: number, options: SearchOptions = {}): Explanation {
    checkId(id);
    return this.snapshot(() => explainDocument(this, runQuery(this, text, options), id));
  }

  /**
   * Runs synchronous `work` on one state of the index: otherwise another process may remove a document between ranking and
   * reading it. A promise is refused, because code after an `await` would run outside the snapshot.
   *
   * @throws {SearchError} INVALID_PARAMETER, NOT_READY
   */
  snapshot<T>(work: () => T): T {
    this.#checkOpen();
    checkType('work', work, 'function');
    if (this.#snapshotDepth === 0) this.#live?.refresh();
    this.#snapshotDepth++;
    const whole = () => {
      const done = work();
      checkDone(done);
      return done;
    };
    try {
      return this.#live ? whole() : (this.#inTransaction(whole) as T);
    } finally {
      this.#snapshotDepth--;
    }
  }

  /** A stored document. @throws {SearchError} NOT_FOUND, INVALID_PARAMETER */
  document(id: number): StoredDocument {
    checkId(id);
    const document = this.store.document(id);
    if (!document) throw noDocument(id);
    return document;
  }

  /** The arrays a search reads; loaded at first use, and again after this or another process has written. */
  arrays(): SearchArrays {
    this.#checkOpen();
    const version = this.version();
    if (version !== this.#seenVersion) {
      this.freshness.expire();
      if (!this.#live) this.#load(version);
      this.#seenVersion = version;
    }
    const arrays = this.#live ? this.#live.view?.arrays : this.#arrays;
    if (!arrays) {
      throw new SearchError('NOT_READY', 'The index is being read. Try again in a second.');
    }
    return arrays;
  }

  async #write<T>(
    onProgress: IndexOptions['onProgress'],
    work: (indexer: Indexer) => Promise<T>,
  ): Promise<T> {
    const indexer = new Indexer(this.#store, this.analyzer, onProgress);
    try {
      const done = await work(indexer);
      // A fit has read the whole library too. The arrays are saved for the next process that opens it.
      if (indexer.hasRefitted && !this.#live && isLarge(this.#store))
        this.#inTransaction(() => openArrays(this.#store));
      return done;
    } finally {
      indexer.close();
    }
  }

  #checkOpen(): void {
    if (!this.#store.database.open) throw closedError();
    // A read now would see half a state, and be cached as the previous one.
    if (this.#store.isWriting) {
      const what = 'Expected onProgress to return before the engine is asked: it is writing just now.';
      throw new SearchError('NOT_READY', what);
    }
  }

  #load(version: string): void {
    this.#inTransaction(() => {
      const state = this.#store.state() ?? version;
      if (state === this.#arraysState) return;
      const loaded = openArrays(this.#store);
      this.#arrays?.looks.close();
      this.#arrays = searchArrays(loaded);
      this.#arraysState = state;
    });
  }

  /** How much there is to search, and how far the files have changed since. */
  status({ ids, passageOffsets, embedder }: SearchArrays = this.arrays()): IndexSummary {
    return {
      documents: ids.length,
      passages: passageOffsets.at(-1) ?? 0,
      embedder: embedder?.fingerprint ?? 'none',
      indexedAt: this.store.meta('indexedAt'),
      stale: this.freshness.current,
    };
  }
}

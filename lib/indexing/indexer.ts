import { setImmediate } from 'node:timers/promises';
import type { DocumentInput } from '../document.ts';
import type { IndexReport } from '../response.ts';
import { renumberTerms } from '../store/blobs.ts';
import type { DocumentKey, Store, StoredDocument } from '../store/store.ts';
import { ANALYZER_VERSION, type Analyzer } from '../text/analyzer.ts';
import { ahead, BATCH, chunks, inBatches, withPauses } from './ahead.ts';
import { Analysts, type Numbered } from './analysts.ts';
import { embedDocuments } from './embeddings.ts';
import { asStored, checkDocument, wellFormed } from './given.ts';

/** Progress of `Engine.index` and `Engine.sync`. */
export interface IndexProgress {
  /**
   * Unit of `done` and `total`: kilobytes of files in `read`, documents in `documents` and `embed`, percent in
   * `fit`.
   */
  readonly phase: 'read' | 'documents' | 'fit' | 'embed';
  readonly done: number;
  /** null while the number of documents is unknown. */
  readonly total: number | null;
}

/** Milliseconds after which documents that have arrived are committed, while the next ones are awaited. */
const PAUSE_MS = 1000;

/** A document as `put` takes it. `language` is null if the index had the same version when it was looked up. */
export interface Prepared extends Numbered {
  readonly document: DocumentInput;
}

/**
 * The writing side of the index. Documents are committed in batches, with their terms. Then `finish` embeds
 * documents without an embedding, and refits the basis if `needsRefit` in embedding/lsa.ts says so. If the process
 * is killed in between, documents are found by their words, and the next `finish` completes them.
 */
export class Indexer {
  readonly #store: Store;
  readonly #analysts: Analysts;
  readonly #onProgress: (progress: IndexProgress) => void;
  readonly #counts = { added: 0, updated: 0, unchanged: 0, removed: 0 };
  /** Passages added or removed in the current transaction. */
  #changed = 0;
  /** Whether `finish` has refitted the basis. */
  hasRefitted = false;
  /** The rebuild that the known term ids belong to. */
  #rebuild: string | null = null;

  constructor(store: Store, analyzer: Analyzer, onProgress: (progress: IndexProgress) => void = () => {}) {
    this.#store = store;
    this.#analysts = new Analysts(analyzer);
    this.#onProgress = onProgress;
  }

  /** Ends the worker thread. */
  close(): void {
    this.#analysts.close();
  }

  /**
   * Adds or replaces documents handed over by a program, one transaction per batch. Documents that have arrived
   * while the next are awaited form a batch too.
   */
  async addAll(documents: Iterable<DocumentInput> | AsyncIterable<DocumentInput>): Promise<void> {
    const total = Array.isArray(documents) ? documents.length : null;
    const sourceId = this.transaction(() => this.#store.sourceId(''));
    let done = 0;
    const prepare = (batch: DocumentInput[]) => this.prepare(batch, sourceId);
    // A list or synchronous generator cannot pause.
    const mayPause = Symbol.asyncIterator in documents;
    const coming = mayPause ? withPauses(checked(documents), PAUSE_MS) : checked(documents);
    const batches = inBatches<DocumentInput>(coming, () => 1 / BATCH);
    const isShort = ({ length }: DocumentInput[]) => length < BATCH;
    for await (const [batch, prepared] of ahead(batches, prepare, isShort)) {
      if (batch.length === 0) continue;
      this.transaction(() => {
        // Looked up again: another process may have rebuilt the index, with other ids.
        const key = { sourceId: this.#store.sourceId(''), fileId: null };
        for (const one of prepared) this.put(key, one);
      });
      done += batch.length;
      this.#onProgress({ phase: 'documents', done, total });
      await setImmediate(); // let timers, signals and sockets have their turn
    }
  }

  /** Hashes documents, and analyses those that are new or changed. */
  async prepare(documents: readonly DocumentInput[], sourceId: number): Promise<Prepared[]> {
    const given = documents.map((document) => {
      const known = this.#store.documentHash(sourceId, document.uri);
      return { document, knownHash: known?.hash ?? null };
    });
    const numbered = await this.#analysts.analyze(given);
    return numbered.map((one, i) => ({ ...one, document: documents[i] as DocumentInput }));
  }

  /** Runs a write transaction that also updates the count of changed passages. */
  transaction<T>(work: () => T): T {
    return this.#store.transaction(() => {
      // If another process has rebuilt the index meanwhile, terms have other ids.
      const rebuild = this.#store.meta('rebuild');
      if (rebuild !== this.#rebuild) this.#analysts.forgetIds();
      this.#rebuild = rebuild;
      const result = work();
      if (this.#changed > 0) {
        const before = Number(this.#store.meta('changedPassages') ?? 0);
        this.#store.setMeta('changedPassages', String(before + this.#changed));
        this.#changed = 0;
      }
      return result;
    });
  }

  /** Stores one document unless the index has the same version. Inside `transaction`. */
  put(key: DocumentKey, prepared: Prepared): void {
    const { document, hash, language, spans } = prepared;
    const known = this.#store.documentHash(key.sourceId, document.uri);
    if (known?.hash === hash) {
      this.#counts.unchanged++;
      return;
    }
    if (language === null) {
      // It was unchanged when looked up, but has been changed or removed since.
      this.put(key, { ...this.#analyzed(document), document });
      return;
    }
    if (known) this.#changed += this.#sizeOf(known.id);
    const terms = this.#withIds(prepared);
    this.#store.putDocument(key, document, { hash, language, spans, terms }, known?.id ?? null);
    this.#changed += spans.length / 2;
    if (known) this.#counts.updated++;
    else this.#counts.added++;
  }

  /** Counts documents that needed no work as unchanged. */
  keep(documents: number): void {
    this.#counts.unchanged += documents;
  }

  /** Removes documents by id. Inside `transaction`. */
  removeIds(ids: Iterable<number>): void {
    for (const id of ids) {
      this.#changed += this.#sizeOf(id);
      this.#counts.removed += this.#store.sql('DELETE FROM documents WHERE id = ?').run(id).changes;
    }
  }

  /** Number of passages of a stored document; 0 for an unknown id. */
  #sizeOf(id: number): number {
    const size = 'SELECT length(passages) / 8 FROM forward WHERE document_id = ?';
    return this.#store.value<number | undefined>(size, id) ?? 0;
  }

  /** Removes documents added by a program, by uri; returns how many there were. */
  removeUris(uris: readonly string[]): number {
    return this.transaction(() => {
      const source = this.#store.sourceId('');
      // Earlier versions did not compose uris (NFC).
      const wanted = new Set(uris.map(wellFormed).flatMap((uri) => [uri, uri.normalize()]));
      const ids = Array.from(wanted, (uri) => this.#store.documentHash(source, uri)?.id).filter(
        (id) => id !== undefined,
      );
      this.removeIds(ids);
      return ids.length;
    });
  }

  /**
   * Embeds documents without an embedding. If an earlier analyser made the stored terms, first analyses everything
   * again.
   */
  async finish(): Promise<void> {
    const store = this.#store;
    const isCurrent = store.meta('analyzer') === ANALYZER_VERSION;
    // An index that was never finished does not say which analyser made its terms, unless all its documents are
    // new.
    if (!isCurrent && this.#counts.added < store.countDocuments()) await this.#renewTerms();
    this.hasRefitted = await embedDocuments(store, this.#onProgress);
    if (isCurrent && store.meta('indexedAt') !== null && !this.#wroteAnything()) return;
    store.transaction(() => {
      store.setMeta('analyzer', ANALYZER_VERSION);
      store.setMeta('indexedAt', new Date().toISOString());
    });
  }

  /** Analyses all stored documents again, in batches. If killed in between, the next run starts over. */
  async #renewTerms(): Promise<void> {
    const store = this.#store;
    const ids = store.values<number>('SELECT id FROM documents ORDER BY id');
    let done = 0;
    for (const batch of chunks(ids, BATCH)) {
      this.transaction(() => {
        for (const id of batch) {
          const stored = store.document(id);
          if (!stored) continue; // another process has removed it since the ids were read
          const analyzed = this.#analyzed(stored);
          store.putForward(id, analyzed.spans, this.#withIds(analyzed));
          this.#changed += analyzed.spans.length / 2; // all passages change, so the basis will be refitted
        }
      });
      done += batch.length;
      this.#onProgress({ phase: 'documents', done, total: ids.length });
      await setImmediate(); // let timers, signals and sockets have their turn
    }
  }

  #analyzed(document: DocumentInput | StoredDocument): Numbered {
    return this.#analysts.analyzeHere([{ document, knownHash: null }])[0] as Numbered;
  }

  /**
   * Replaces term numbers by ids in the index, looked up on first use. Writing documents in order therefore gives
   * ids in order. Inside `transaction`.
   */
  #withIds({ terms, numbering }: Numbered): Int32Array {
    renumberTerms(terms, (number) => {
      numbering.ids[number] ??= this.#store.termId(numbering.terms[number] as string);
      return numbering.ids[number];
    });
    return terms;
  }

  #wroteAnything(): boolean {
    const { added, updated, removed } = this.#counts;
    return added + updated + removed > 0;
  }

  report(tookMs: number, failed: IndexReport['failed'] = []): IndexReport {
    return {
      ...this.#counts,
      failed,
      documents: this.#store.countDocuments(),
      passages: this.#store.countPassages(),
      tookMs: Math.round(tookMs),
    };
  }
}

async function* checked(
  documents: Iterable<DocumentInput> | AsyncIterable<DocumentInput>,
): AsyncGenerator<DocumentInput> {
  for await (const document of documents) {
    checkDocument(document);
    yield asStored(document);
  }
}

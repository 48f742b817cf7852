import type { LsaEmbedder } from '../embedding/lsa.ts';
import { buildPostings, type ForwardIndex, type Postings } from '../lexical/postings.ts';
import { type KeyMatrix, KeySpace, strideOf } from '../math/keys.ts';
import type { Store } from './store.ts';

/** How many times a title word counts in BM25. Measured: 3 gains up to two points on four of six collections. */
export const TITLE_WEIGHT = 3;

/** Everything a search reads, in flat arrays built from the store. Position i is document ids[i]. */
export interface SearchArrays {
  /** Document ids, ascending. */
  readonly ids: Int32Array;
  readonly terms: ReadonlyMap<string, number>;
  readonly postings: Postings;
  readonly embedder: LsaEmbedder | null;
  /** N × d: the keys. */
  readonly titleKeys: KeyMatrix;
  /** P × d, the passages of document i at rows passageOffsets[i] … passageOffsets[i+1). */
  readonly passageKeys: KeyMatrix;
  readonly passageOffsets: Int32Array;
}

type Row = [id: number, spanBytes: number, terms: Buffer, title: Buffer | null, passages: Buffer | null];

/** Reads the whole index into arrays. Documents without an embedding yet have zero keys: found by words alone. */
export function loadArrays(store: Store): SearchArrays {
  store.forgetTerms();
  const fitted = store.embedder();
  const dimension = fitted?.embedder.dimension ?? 0;
  const documents = store.countDocuments();
  const entries = store
    .sql('SELECT coalesce(sum(length(terms)), 0) / 8 FROM forward')
    .pluck()
    .get() as number;
  const passages = store.countPassages();
  const builder = new ArraysBuilder(
    documents,
    entries,
    passages,
    dimension,
    (store.sql('SELECT coalesce(max(id), 0) FROM terms').pluck().get() as number) + 1,
  );
  const rows = store
    .sql(`
    SELECT f.document_id, length(f.passages), f.terms, e.title, e.passages
    FROM forward f LEFT JOIN embeddings e ON e.document_id = f.document_id AND e.embedder_id = ?
    ORDER BY f.document_id`)
    .raw()
    .iterate(fitted?.id ?? -1) as Iterable<Row>;
  for (const row of rows) builder.add(row);
  return builder.build(store.termIds(), fitted?.embedder ?? null);
}

/** The first lists of a document's terms: title and aliases. */
const NAMES = 2;
/** The matrices of the key space. */
const TITLES = 0;
const PASSAGES = 1;

class ArraysBuilder {
  readonly #ids: Int32Array;
  readonly #offsets: Int32Array;
  readonly #terms: Int32Array;
  readonly #titleCounts: Uint16Array;
  readonly #contentCounts: Uint16Array;
  readonly #keys: KeySpace;
  readonly #passageOffsets: Int32Array;
  readonly #dimension: number;
  readonly #termCount: number;
  /** Where a term of the current document was put; valid only when ≥ the document's start. */
  readonly #seen: Int32Array;
  #document = 0;
  #entry = 0;

  constructor(documents: number, entries: number, passages: number, dimension: number, termCount: number) {
    this.#ids = new Int32Array(documents);
    this.#offsets = new Int32Array(documents + 1);
    this.#terms = new Int32Array(entries);
    this.#titleCounts = new Uint16Array(entries);
    this.#contentCounts = new Uint16Array(entries);
    this.#keys = new KeySpace(dimension, [documents, passages]);
    this.#passageOffsets = new Int32Array(documents + 1);
    this.#dimension = dimension;
    this.#termCount = termCount;
    this.#seen = new Int32Array(termCount).fill(-1);
  }

  add([id, spanBytes, terms, title, passages]: Row): void {
    const document = this.#document++;
    this.#ids[document] = id;
    this.#addTerms(terms);
    this.#offsets[document + 1] = this.#entry;
    const passage = this.#passageOffsets[document] ?? 0;
    this.#passageOffsets[document + 1] = passage + spanBytes / 8;
    if (title) this.#addKeys(TITLES, document, title);
    if (passages) this.#addKeys(PASSAGES, passage, passages);
  }

  /** Copies keys of `dimension` bytes each into rows of `stride` bytes. */
  #addKeys(matrix: number, row: number, blob: Buffer): void {
    const keys = this.#keys.keys(matrix);
    const dimension = this.#dimension;
    const stride = strideOf(dimension);
    if (stride === dimension) {
      keys.set(blob, row * stride);
      return;
    }
    for (let from = 0, to = row * stride; from < blob.length; from += dimension, to += stride) {
      keys.set(blob.subarray(from, from + dimension), to);
    }
  }

  #addTerms(blob: Buffer): void {
    const lists = blob.readInt32LE(0);
    const start = this.#entry;
    let at = 4 * (1 + lists);
    for (let list = 0; list < lists; list++) {
      // An alias is another name: it counts like the title.
      const counts = list < NAMES ? this.#titleCounts : this.#contentCounts;
      for (let left = blob.readInt32LE(4 + 4 * list); left > 0; left--, at += 8) {
        const term = blob.readInt32LE(at);
        let entry = this.#seen[term] ?? -1;
        if (entry < start) {
          entry = this.#entry++;
          this.#seen[term] = entry;
          this.#terms[entry] = term;
        }
        counts[entry] = Math.min(65535, (counts[entry] ?? 0) + blob.readInt32LE(at + 4));
      }
    }
  }

  build(terms: ReadonlyMap<string, number>, embedder: LsaEmbedder | null): SearchArrays {
    const entries = this.#entry;
    const forward: ForwardIndex = {
      documents: this.#document,
      termCount: this.#termCount,
      offsets: this.#offsets,
      terms: this.#terms.subarray(0, entries),
      titleCounts: this.#titleCounts.subarray(0, entries),
      contentCounts: this.#contentCounts.subarray(0, entries),
    };
    return {
      ids: this.#ids,
      terms,
      postings: buildPostings(forward, TITLE_WEIGHT),
      embedder,
      titleKeys: this.#keys.seal(TITLES),
      passageKeys: this.#keys.seal(PASSAGES),
      passageOffsets: this.#passageOffsets,
    };
  }
}

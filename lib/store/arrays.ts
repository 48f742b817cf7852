import type { DocumentKeys } from '../attention/keys.ts';
import { Looks } from '../attention/look.ts';
import { LsaEmbedder } from '../embedding/lsa.ts';
import { type ForwardIndex, fillPostings, type Postings, postingsIn } from '../lexical/postings.ts';
import { Terms } from '../lexical/terms.ts';
import { countTitleTerms, fillTitleTerms, type TitleTerms, untitledOf } from '../lexical/title-terms.ts';
import { type KeyViews, keyMatrixIn, measureRows, strideOf } from '../math/keys.ts';
import { KernelMemory, type SharedMemory } from '../math/memory.ts';
import { type Arena, arenaOf, type Sizes } from './arena.ts';
import { int32View, listsAt } from './blobs.ts';
import { joined, lists, orZeros } from './columns.ts';
import { decoded } from './sqlite.ts';
import type { Store } from './store.ts';

/** How many times a title word counts in BM25. Measured: 3 gains up to two points on four of six collections. */
export const TITLE_WEIGHT = 3;

/**
 * Everything a search reads, as flat arrays. Position i stands for document ids[i]; ids ascend. N documents,
 * P passages, d dimensions.
 */
export interface SearchArrays extends DocumentKeys {
  readonly terms: Terms;
  readonly postings: Postings;
  /** Empty without an embedder, which gives the weights of terms. */
  readonly titleTerms: TitleTerms;
  /** Positions, ascending, of the documents without a term in their title; of all before the first fit. */
  readonly untitled: Int32Array;
  /** null before the first fit. */
  readonly embedder: LsaEmbedder | null;
  /** (2P): start and end of every passage in its document's content, UTF-16 units. */
  readonly passageSpans: Int32Array;
  /** Scores all documents. */
  readonly looks: Looks;
}

/** What the arrays are made of: one memory that threads can share, and the facts beside it. */
export interface Loaded {
  readonly arena: Arena;
  readonly embedder: { readonly fingerprint: string; readonly passages: number } | null;
}

/** `Loaded` in the form that is sent between threads; nothing is copied. */
export interface Sent {
  readonly sizes: Sizes;
  readonly memory: SharedMemory | SharedArrayBuffer;
  readonly embedder: Loaded['embedder'];
}

/** Prepares arrays for `postMessage`. */
export function send({ arena: { sizes, memory }, embedder }: Loaded): Sent {
  return { sizes, memory: memory.shared?.memory ?? memory.buffer, embedder };
}

/** The arrays that another thread has sent. */
export function receive({ sizes, memory, embedder }: Sent): Loaded {
  return { arena: arenaOf(sizes, new KernelMemory(memory)), embedder };
}

/** The arrays in an arena, in the form a search reads. */
export function searchArrays({ arena, embedder }: Loaded): SearchArrays {
  const { views, memory, sizes } = arena;
  const { dimension, documents } = sizes;
  const matrix = (keys: Int8Array, inverseNorms: Float32Array) =>
    keyMatrixIn(keyViews(arena, keys, inverseNorms));
  const { rows, idf, basis } = views;
  const titleTerms = titleTermsIn(views);
  return {
    ids: views.ids,
    terms: new Terms(views),
    postings: postingsIn({ ...views, offsets: views.postingOffsets }),
    titleTerms,
    untitled: untitledOf(titleTerms, documents),
    embedder:
      embedder &&
      new LsaEmbedder({ dimension, passages: embedder.passages, rows, idf, basis }, embedder.fingerprint),
    titleKeys: matrix(views.titleKeys, views.titleNorms),
    passageKeys: matrix(views.passageKeys, views.passageNorms),
    passageOffsets: views.passageOffsets,
    passageSpans: views.passageSpans,
    looks: new Looks(memory, views, documents),
  };
}

/** Approximate bytes read per statement. */
const BATCH = 2 ** 20;

/**
 * Reads the whole index into arrays. Documents without an embedding get zero keys, and are found by words only.
 *
 * @throws {SearchError} INDEX_UNREADABLE
 */
export function loadArrays(store: Store): Loaded {
  return decoded(store.path, () => readArrays(store));
}

function readArrays(store: Store): Loaded {
  const fitted = store.embedder();
  const dimension = fitted?.embedder.dimension ?? 0;
  // An upper bound on the entries: each is a pair of int32.
  const columns = ['document_id', 'length(passages) / 8', 'length(terms)'];
  const [ids, passages, bytes] = lists(store, columns, 'forward ORDER BY document_id') as [
    number[],
    number[],
    number[],
  ];
  const terms = store.lastTermId() + 1;
  const builder = new ArraysBuilder(
    {
      documents: ids.length,
      passages: passages.reduce((sum, count) => sum + count, 0),
      dimension,
      terms,
      // An upper bound on the UTF-16 units: a text never has more of them than UTF-8 bytes.
      letters: store.value('SELECT coalesce(sum(octet_length(term)), 0) FROM terms'),
      slots: Terms.slotsFor(store.value('SELECT count(*) FROM terms')),
      basis: fitted?.embedder.model.idf.length ?? 0,
      entries: bytes.reduce((sum, length) => sum + length, 0) / 8,
      titleEntries: bytes.reduce((sum, length) => sum + length, 0) / 8,
    },
    ids,
    passages,
  );
  const read = store
    .sql(`
    SELECT ${['terms', 'spans', 'title', 'passages'].map(joined).join(', ')}
    FROM (SELECT f.terms AS terms, f.passages AS spans,
            ${orZeros('e.title', '@dimension')} AS title,
            ${orZeros('e.passages', '@dimension * (length(f.passages) / 8)')} AS passages
          FROM forward f LEFT JOIN embeddings e ON e.document_id = f.document_id AND e.embedder_id = @embedder
          WHERE f.document_id BETWEEN @first AND @last ORDER BY f.document_id)`)
    .raw();
  for (let from = 0, to = 0; from < ids.length; from = to) {
    for (let size = 0; to < ids.length && size < BATCH; to++)
      size += (bytes[to] ?? 0) + ((passages[to] ?? 0) + 1) * dimension;
    const bound = { embedder: fitted?.id ?? -1, dimension, first: ids[from], last: ids[to - 1] };
    builder.add(from, to, read.get(bound) as Batch);
  }
  const arena = builder.build(fitted?.embedder ?? null);
  const [words, numbers] = lists(store, ['term', 'id'], 'terms ORDER BY id') as [string[], number[]];
  Terms.write(
    arena.views,
    words.map((term, i) => [term, numbers[i] ?? 0] as const),
  );
  if (!fitted) return { arena, embedder: null };
  const { model, fingerprint } = fitted.embedder;
  // The kernel does not check bounds.
  if (model.rows.some((row) => row >= model.idf.length)) throw new RangeError('a row beyond the basis');
  // Terms added after the fit have no row.
  arena.views.rows.fill(-1).set(model.rows.subarray(0, terms));
  arena.views.idf.set(model.idf);
  arena.views.basis.set(model.basis);
  return { arena, embedder: { fingerprint, passages: model.passages } };
}

function titleTermsIn({ titleOffsets, titleDocuments, titleShares }: Arena['views']): TitleTerms {
  return { offsets: titleOffsets, documentIds: titleDocuments, shares: titleShares };
}

function keyViews({ memory, sizes, views }: Arena, keys: Int8Array, inverseNorms: Float32Array): KeyViews {
  const { dimension } = sizes;
  const query = views.queries.subarray(0, strideOf(dimension));
  return { memory, dimension, keys, inverseNorms, query, out: views.dots };
}

/** The lists of names in a document's terms: title and aliases. */
const NAMES = 2;

/** Several documents, each column concatenated: terms (see `TermWriter`), spans, title keys, passage keys. */
type Batch = readonly [terms: Buffer, spans: Buffer, titles: Buffer, passages: Buffer];

class ArraysBuilder {
  readonly #arena: Arena;
  readonly #offsets: Int32Array;
  readonly #terms: Int32Array;
  readonly #titleCounts: Uint16Array;
  readonly #ownTitleCounts: Uint16Array;
  readonly #contentCounts: Uint16Array;
  /** Entry of a term; valid only for the current document, that is if ≥ its first entry. */
  readonly #seen: Int32Array;
  #entry = 0;

  /** @param sizes with `entries` as upper bounds */
  constructor(sizes: Sizes, ids: readonly number[], passages: readonly number[]) {
    this.#arena = arenaOf(sizes);
    this.#offsets = new Int32Array(sizes.documents + 1);
    this.#terms = new Int32Array(sizes.entries);
    this.#titleCounts = new Uint16Array(sizes.entries);
    this.#ownTitleCounts = new Uint16Array(sizes.entries);
    this.#contentCounts = new Uint16Array(sizes.entries);
    this.#seen = new Int32Array(sizes.terms).fill(-1);
    const { views } = this.#arena;
    views.ids.set(ids);
    let end = 0;
    passages.forEach((count, i) => {
      end += count;
      views.passageOffsets[i + 1] = end;
    });
  }

  /** Adds documents from … to − 1, in order. */
  add(from: number, to: number, [terms, spans, titles, passages]: Batch): void {
    const { passageOffsets, passageSpans, titleKeys, passageKeys } = this.#arena.views;
    const first = passageOffsets[from] ?? 0;
    passageSpans.set(int32View(spans), 2 * first);
    this.#addKeys(titleKeys, from, titles);
    this.#addKeys(passageKeys, first, passages);
    const encoded = int32View(terms);
    for (let document = from, at = 0; document < to; document++) {
      at = this.#addTerms(encoded, at);
      this.#offsets[document + 1] = this.#entry;
    }
  }

  /** Copies keys of `dimension` bytes into rows of `stride` bytes. */
  #addKeys(keys: Int8Array, row: number, blob: Buffer): void {
    const { dimension } = this.#arena.sizes;
    const stride = strideOf(dimension);
    if (stride === dimension) {
      keys.set(blob, row * stride);
      return;
    }
    for (let from = 0, to = row * stride; from < blob.length; from += dimension, to += stride) {
      keys.set(blob.subarray(from, from + dimension), to);
    }
  }

  /** Adds the document whose terms start at `start`; returns where they end. */
  #addTerms(encoded: Int32Array, start: number): number {
    const lists = listsAt(encoded, start);
    const firstEntry = this.#entry;
    let at = start + 1 + lists;
    for (let list = 0; list < lists; list++) {
      // An alias is another name, so it counts like the title.
      const counts = list < NAMES ? this.#titleCounts : this.#contentCounts;
      for (let left = encoded[start + 1 + list] ?? 0; left > 0; left--, at += 2) {
        const term = encoded[at] ?? 0;
        let entry = this.#seen[term] ?? -1;
        if (entry < firstEntry) {
          entry = this.#entry++;
          this.#seen[term] = entry;
          this.#terms[entry] = term;
        }
        counts[entry] = Math.min(65535, (counts[entry] ?? 0) + (encoded[at + 1] ?? 0));
        if (list === 0) this.#ownTitleCounts[entry] = counts[entry] as number;
      }
    }
    return at;
  }

  /** The arena with keys and postings, laid out again now that the number of entries is known. */
  build(embedder: LsaEmbedder | null): Arena {
    const entries = this.#entry;
    const forward: ForwardIndex = {
      documents: this.#arena.sizes.documents,
      termCount: this.#arena.sizes.terms,
      offsets: this.#offsets,
      terms: this.#terms.subarray(0, entries),
      titleCounts: this.#titleCounts.subarray(0, entries),
      ownTitleCounts: this.#ownTitleCounts.subarray(0, entries),
      contentCounts: this.#contentCounts.subarray(0, entries),
    };
    const titleEntries = embedder ? countTitleTerms(forward) : 0;
    const sizes = { ...this.#arena.sizes, entries, titleEntries };
    const arena = arenaOf(sizes, this.#arena.memory);
    const { views } = arena;
    measureRows(keyViews(arena, views.titleKeys, views.titleNorms));
    measureRows(keyViews(arena, views.passageKeys, views.passageNorms));
    fillPostings(forward, TITLE_WEIGHT, { ...views, offsets: views.postingOffsets });
    if (embedder) {
      const { rows } = embedder.model;
      const weightOf = (term: number, count: number) => embedder.weight(rows[term] ?? -1, count);
      fillTitleTerms(forward, weightOf, titleTermsIn(views));
    }
    return arena;
  }
}

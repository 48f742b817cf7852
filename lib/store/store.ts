import { randomUUID } from 'node:crypto';
import type { Database, Statement } from 'better-sqlite3';
import type { DocumentFormat, DocumentInput, Property } from '../document.ts';
import { LsaEmbedder, type LsaModel } from '../embedding/lsa.ts';
import type { Analyzed } from './analysis.ts';
import { type DocumentTerms, decodeTerms, float32From, int32From, toBlob } from './blobs.ts';
import { type OpenOptions, openDatabase } from './open.ts';
import { decoded } from './sqlite.ts';

export interface StoredDocument {
  readonly id: number;
  readonly uri: string;
  readonly title: string;
  readonly content: string;
  readonly format: DocumentFormat;
  readonly source: string | null;
  /** BCP 47 tag, see `DocumentFilter.language`. */
  readonly language: string;
  readonly tags: readonly string[];
  readonly properties: readonly Property[];
  readonly aliases: readonly string[];
  readonly links: readonly string[];
  readonly date: string | null;
  /** ISO 8601. */
  readonly indexedAt: string;
  /** Absolute path of the indexed folder or file; '' if a program added the document. */
  readonly sourcePath: string;
  /** Path of its file below that folder, with /; null if a program added the document. */
  readonly filePath: string | null;
}

/** Identity and title of a document. */
export type Named = Pick<StoredDocument, 'id' | 'title' | 'uri'>;

/** Where a document comes from; `fileId` is null if a program added it. */
export interface DocumentKey {
  readonly sourceId: number;
  readonly fileId: number | null;
}

/** A row of the table, in which lists are JSON. */
export type DocumentRow = Omit<StoredDocument, ListColumn> & Readonly<Record<ListColumn, string>>;
type EmbedderRow = { readonly id: number; readonly fingerprint: string } & Readonly<
  Record<'dimension' | 'passages', number> & Record<'rows' | 'idf' | 'basis', Buffer>
>;
type ListColumn = 'tags' | 'properties' | 'aliases' | 'links';

/** The columns written by `putDocument`, in its order. */
const COLUMNS =
  'source_id, file_id, uri, title, format, language, tags, properties, aliases, links, date, hash, indexed_at';
const VALUES = COLUMNS.replace(/\w+/g, '?');
const INSERT = `INSERT INTO documents (${COLUMNS}) VALUES (${VALUES})`;
const UPDATE = `UPDATE documents SET (${COLUMNS}) = (${VALUES}) WHERE id = ?`;

/** Number of stores opened. */
let stores = 0;

/** Typed access to the index file: SQL and decoding only. Each statement is prepared once. */
export class Store {
  readonly database: Database;
  readonly path: string;
  readonly #statements = new Map<string, Statement>();
  readonly #number = ++stores;
  /** Rows changed by the current transaction that do not count as a new state. */
  #booked = 0;
  /** Whether a transaction is open. What is read inside it may be rolled back. */
  #isWriting = false;

  constructor(options: OpenOptions) {
    this.path = options.path;
    this.database = openDatabase(options);
  }

  close(): void {
    this.database.close();
  }

  /**
   * Runs a transaction that takes the write lock at the start, so that a second writer waits instead of failing
   * midway. If it changed rows outside `bookkeep`, the index gets a new `state`.
   *
   * @throws {SearchError} INDEX_LOCKED, INDEX_UNREADABLE
   */
  transaction<T>(work: () => T): T {
    const whole = () => {
      const before = this.#changes();
      this.#booked = 0;
      const result = work();
      if (this.#changes() - before > this.#booked) this.setMeta('state', randomUUID());
      return result;
    };
    const isWithin = this.#isWriting;
    this.#isWriting = true;
    try {
      return this.database.transaction(whole).immediate();
    } finally {
      this.#isWriting = isWithin;
    }
  }

  get isWriting(): boolean {
    return this.#isWriting;
  }

  /** Writes rows that no search depends on, such as sizes and times of files. Inside `transaction`. */
  bookkeep<T>(work: () => T): T {
    const before = this.#changes();
    const result = work();
    this.#booked += this.#changes() - before;
    return result;
  }

  #changes(): number {
    return this.value('SELECT total_changes()');
  }

  /**
   * Identifies what searches find: changes whenever documents, terms or embeddings change, and differs between
   * index files. null for an index that was never written to.
   */
  state(): string | null {
    return this.meta('state');
  }

  /** A statement, prepared on first use. */
  sql(text: string): Statement {
    const known = this.#statements.get(text);
    if (known) return known;
    const made = this.database.prepare(text);
    this.#statements.set(text, made);
    return made;
  }

  /** The only value of the only row; undefined if there is no row. */
  value<T>(sql: string, ...bound: unknown[]): T {
    return this.sql(sql)
      .pluck()
      .get(...bound) as T;
  }

  /** The only value of each row. */
  values<T>(sql: string, ...bound: unknown[]): T[] {
    return this.sql(sql)
      .pluck()
      .all(...bound) as T[];
  }

  rows<T>(sql: string, ...bound: unknown[]): T[] {
    return this.sql(sql).all(...bound) as T[];
  }

  /** Changes when another connection commits, and when this one changes a row. Differs between stores. */
  dataVersion(): string {
    return `${this.#number}:${this.value('PRAGMA data_version')}:${this.#changes()}`;
  }

  meta(key: string): string | null {
    return this.value<string | undefined>('SELECT value FROM meta WHERE key = ?', key) ?? null;
  }

  setMeta(key: string, value: string): void {
    const set = this.sql(
      'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
    this.bookkeep(() => set.run(key, value));
  }

  /** The id of a source, created if new. */
  sourceId(path: string): number {
    this.bookkeep(() => this.sql('INSERT INTO sources (path) VALUES (?) ON CONFLICT DO NOTHING').run(path));
    return this.value('SELECT id FROM sources WHERE path = ?', path);
  }

  /** The id of a term, created if new. Inside `transaction`. */
  termId(term: string): number {
    const made = this.sql('INSERT INTO terms (term) VALUES (?) ON CONFLICT DO NOTHING').run(term);
    return made.changes > 0
      ? Number(made.lastInsertRowid)
      : this.value('SELECT id FROM terms WHERE term = ?', term);
  }

  /** 0 without terms. */
  lastTermId(): number {
    return this.value('SELECT coalesce(max(id), 0) FROM terms');
  }

  documentHash(sourceId: number, uri: string): { id: number; hash: string } | null {
    const found = this.sql('SELECT id, hash FROM documents WHERE source_id = ? AND uri = ?');
    return (found.get(sourceId, uri) as { id: number; hash: string } | undefined) ?? null;
  }

  /** Inserts a document, or replaces the `known` one and deletes its embedding. */
  putDocument(
    { sourceId, fileId }: DocumentKey,
    document: DocumentInput,
    { hash, language, spans, terms }: Analyzed & { readonly language: string },
    known: number | null,
  ): void {
    const put = this.sql(known === null ? INSERT : UPDATE);
    const { lastInsertRowid } = put.run(
      ...[sourceId, fileId, document.uri, document.title, document.format, language],
      ...[document.tags, document.properties, document.aliases, document.links].map((list) =>
        JSON.stringify(list ?? []),
      ),
      ...[document.date ?? null, hash, new Date().toISOString()],
      ...(known === null ? [] : [known]),
    );
    const id = known ?? Number(lastInsertRowid);
    this.sql('INSERT OR REPLACE INTO contents (document_id, content, source) VALUES (?, ?, ?)').run(
      ...[id, document.content, document.source ?? null],
    );
    this.putForward(id, spans, terms);
  }

  /** Stores the passages of a document and their terms, and deletes its embedding, which no longer matches. */
  putForward(id: number, spans: Int32Array, terms: Int32Array): void {
    this.sql('INSERT OR REPLACE INTO forward (document_id, passages, terms) VALUES (?, ?, ?)').run(
      ...[id, toBlob(spans), toBlob(terms)],
    );
    this.sql('DELETE FROM embeddings WHERE document_id = ?').run(id);
  }

  document(id: number): StoredDocument | null {
    const row = this.sql(`
      SELECT d.id, uri, title, content, format, source, language, tags, properties, aliases, links, date,
        d.indexed_at AS indexedAt, s.path AS sourcePath, f.path AS filePath
      FROM documents d JOIN contents ON document_id = d.id JOIN sources s ON s.id = d.source_id LEFT JOIN files f ON f.id = d.file_id
      WHERE d.id = ?`).get(id) as DocumentRow | undefined;
    if (!row) return null;
    const list = (json: string) => listFrom(this, json);
    return {
      ...{ ...row, tags: list(row.tags), aliases: list(row.aliases), links: list(row.links) },
      properties: listFrom<Property>(this, row.properties),
    };
  }

  /** null for an unknown id. */
  named(id: number): Named | null {
    return (
      (this.sql('SELECT id, title, uri FROM documents WHERE id = ?').get(id) as Named | undefined) ?? null
    );
  }

  /** The terms of a document; none for an unknown id. */
  documentTerms(id: number): DocumentTerms {
    const blob = this.value<Buffer | undefined>('SELECT terms FROM forward WHERE document_id = ?', id);
    return decoded(this.path, () => decodeTerms(blob ? int32From(blob) : Int32Array.of(0)));
  }

  countDocuments(): number {
    return this.value('SELECT count(*) FROM documents');
  }

  countPassages(): number {
    return this.value('SELECT coalesce(sum(length(passages)), 0) / 8 FROM forward');
  }

  /** The embedder in use, with its row id; null before the first fit. */
  embedder(): { readonly id: number; readonly embedder: LsaEmbedder } | null {
    const row = this.sql('SELECT * FROM embedders ORDER BY id DESC LIMIT 1').get() as EmbedderRow | undefined;
    if (!row) return null;
    const { id, fingerprint, dimension, passages } = row;
    const model = decoded(
      this.path,
      (): LsaModel => ({
        dimension,
        passages,
        rows: int32From(row.rows),
        idf: float32From(row.idf),
        basis: float32From(row.basis),
      }),
    );
    return { id, embedder: new LsaEmbedder(model, fingerprint) };
  }

  /** Makes `embedder` the one in use, and deletes earlier ones with their embeddings. Returns its row id. */
  replaceEmbedder(embedder: LsaEmbedder): number {
    const { dimension, passages, rows, idf, basis } = embedder.model;
    this.sql('DELETE FROM embeddings').run();
    this.sql('DELETE FROM embedders').run();
    const made = this.sql(`
      INSERT INTO embedders (fingerprint, dimension, passages, rows, idf, basis, fitted_at) VALUES (?, ?, ?, ?, ?, ?, ?)`).run(
      ...[embedder.fingerprint, dimension, passages, toBlob(rows), toBlob(idf), toBlob(basis)],
      new Date().toISOString(),
    );
    return Number(made.lastInsertRowid);
  }

  putEmbedding(documentId: number, embedderId: number, title: Int8Array, passages: Int8Array): void {
    this.sql(
      'INSERT OR REPLACE INTO embeddings (document_id, embedder_id, title, passages) VALUES (?, ?, ?, ?)',
    ).run(documentId, embedderId, toBlob(title), toBlob(passages));
  }
}

/** A list from a JSON column. @throws {SearchError} INDEX_UNREADABLE */
export function listFrom<T = string>({ path }: Store, json: string): T[] {
  return decoded(path, () => JSON.parse(json) as T[]);
}

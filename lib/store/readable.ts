import { int32From } from './blobs.ts';
import type { Store } from './store.ts';

/** The part of a document that answers show. */
export interface ReadableDocument {
  readonly id: number;
  readonly uri: string;
  readonly title: string;
  readonly content: string;
  /** [start, end) of every passage, in order. */
  readonly spans: Int32Array;
}

/** What an answer is written from, in one statement: far cheaper than the whole document. */
export function readableDocument(store: Store, id: number): ReadableDocument | null {
  const row = store
    .sql(`
    SELECT d.uri, d.title, d.content, f.passages
    FROM documents d LEFT JOIN forward f ON f.document_id = d.id WHERE d.id = ?`)
    .raw()
    .get(id) as [uri: string, title: string, content: string, passages: Buffer | null] | undefined;
  if (!row) return null;
  const [uri, title, content, passages] = row;
  return { id, uri, title, content, spans: passages ? int32From(passages) : new Int32Array(0) };
}

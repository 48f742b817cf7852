import type { DocumentFormat } from '../document.ts';
import type { Store } from './store.ts';

/** The part of a document that answers show. */
export interface ReadableDocument {
  readonly id: number;
  readonly uri: string;
  readonly title: string;
  readonly content: string;
  readonly format: DocumentFormat;
  readonly language: string;
}

/** What an answer is written from, in one statement: far cheaper than the whole document. */
export function readableDocument(store: Store, id: number): ReadableDocument | null {
  const row = store
    .sql('SELECT uri, title, content, format, language FROM documents WHERE id = ?')
    .raw()
    .get(id) as
    | [uri: string, title: string, content: string, format: DocumentFormat, language: string]
    | undefined;
  if (!row) return null;
  const [uri, title, content, format, language] = row;
  return { id, uri, title, content, format, language };
}

import type { Property } from '../document.ts';
import { type DocumentRow, listFrom, type Store, type StoredDocument } from './store.ts';

/** The part of a document that answers show. */
export type ReadableDocument = Pick<
  StoredDocument,
  'id' | 'uri' | 'title' | 'content' | 'format' | 'language' | 'tags' | 'aliases' | 'properties' | 'date'
>;

/** What an answer needs, in one statement: far cheaper than the whole document. null for an unknown id. */
export function readableDocument(store: Store, id: number): ReadableDocument | null {
  const row = store
    .sql(
      `SELECT id, uri, title, content, format, language, tags, aliases, properties, date
       FROM documents JOIN contents ON document_id = id WHERE id = ?`,
    )
    .get(id) as Pick<DocumentRow, keyof ReadableDocument> | undefined;
  if (!row) return null;
  const list = <Item>(stored: string) => listFrom<Item>(store, stored);
  return {
    ...row,
    tags: list<string>(row.tags),
    aliases: list<string>(row.aliases),
    properties: list<Property>(row.properties),
  };
}

/** The first characters of a document's source; null if it has none beside its content. */
export function sourceOf(store: Store, id: number, characters: number): string | null {
  return store.value('SELECT substr(source, 1, ?) FROM contents WHERE document_id = ?', characters, id);
}

/** The beginning of a document. */
export interface Opening {
  readonly title: string;
  readonly content: string;
  readonly source: string | null;
  /** Whether `content` is all of it. */
  readonly isWhole: boolean;
}

/**
 * The first characters of a document and of its source, so that megabytes after them are not made into a string.
 */
export function openingOf(store: Store, id: number, characters: number): Opening | null {
  // Two statements: in one, SQLite takes five times as long to read two long texts.
  const opening = store.sql(
    'SELECT title, substr(content, 1, ?) FROM documents JOIN contents ON document_id = id WHERE id = ?',
  );
  const row = opening.raw().get(characters, id) as [title: string, content: string] | undefined;
  if (!row) return null;
  const [title, content] = row;
  return { title, content, source: sourceOf(store, id, characters), isWhole: content.length < characters };
}

import type { Store } from './store.ts';

/** Part of the list of documents. */
export interface DocumentPage {
  /** How many fit altogether. */
  readonly total: number;
  readonly offset: number;
  readonly documents: readonly {
    readonly id: number;
    readonly title: string;
    readonly uri: string;
    readonly language: string;
    readonly date: string | null;
  }[];
}

/** Documents whose title contains `text` (upper and lower case alike), those that begin with it first, then by id. */
export function findTitles(
  store: Store,
  text: string,
  limit: number,
): { readonly id: number; readonly title: string }[] {
  const pattern = escapeLike(text);
  return store
    .sql(
      `SELECT id, title FROM documents WHERE title LIKE @inside ESCAPE '\\'
       ORDER BY title NOT LIKE @first ESCAPE '\\', length(title), id LIMIT @limit`,
    )
    .all({ inside: `%${pattern}%`, first: `${pattern}%`, limit }) as { id: number; title: string }[];
}

/** A page of the documents whose title contains `title` ('' for all), in the order of their ids. */
export function listDocuments(
  store: Store,
  { title, limit, offset }: { readonly title: string; readonly limit: number; readonly offset: number },
): DocumentPage {
  const where = "WHERE title LIKE @pattern ESCAPE '\\'";
  const pattern = `%${escapeLike(title)}%`;
  const total = store.sql(`SELECT count(*) FROM documents ${where}`).pluck().get({ pattern }) as number;
  const documents = store
    .sql(
      `SELECT id, title, uri, language, date FROM documents ${where} ORDER BY id LIMIT @limit OFFSET @offset`,
    )
    .all({ pattern, limit, offset }) as DocumentPage['documents'];
  return { total, offset, documents };
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

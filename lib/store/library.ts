import type { DocumentFilter } from '../response.ts';
import { fold } from '../text/fold.ts';
import { remembered } from './remembered.ts';
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
  filter: DocumentFilter = {},
): { readonly id: number; readonly title: string; readonly uri: string }[] {
  const pattern = escapeLike(fold(text));
  const title = alike('title', text);
  const { where, values } = conditions(filter);
  return store
    .sql(
      `SELECT id, title, uri FROM documents WHERE ${title} LIKE @inside ESCAPE '\\'${where}
       ORDER BY ${title} NOT LIKE @first ESCAPE '\\', length(title), id LIMIT @limit`,
    )
    .all({ ...values, inside: `%${pattern}%`, first: `${pattern}%`, limit }) as {
    id: number;
    title: string;
    uri: string;
  }[];
}

export interface ListOptions {
  /** The title contains this text; '' for all. */
  readonly title: string;
  readonly filter?: DocumentFilter;
  /** Default: by id. */
  readonly sort?: DocumentSort;
  readonly limit: number;
  readonly offset: number;
}

export const SORTS = {
  id: 'id',
  title: 'title COLLATE NOCASE, id',
  date: 'date IS NULL, date DESC, id',
  uri: 'uri, id',
} as const;
export type DocumentSort = keyof typeof SORTS;

/** A page of the documents that match. */
export function listDocuments(
  store: Store,
  { title, filter = {}, sort = 'id', limit, offset }: ListOptions,
): DocumentPage {
  const { where, values } = conditions(filter);
  const clause = `WHERE ${alike('title', title)} LIKE @pattern ESCAPE '\\'${where}`;
  const bound = { ...values, pattern: `%${escapeLike(fold(title))}%` };
  const total = store.sql(`SELECT count(*) FROM documents ${clause}`).pluck().get(bound) as number;
  const documents = store
    .sql(
      `SELECT id, title, uri, language, date FROM documents ${clause} ORDER BY ${SORTS[sort]} LIMIT @limit OFFSET @offset`,
    )
    .all({ ...bound, limit, offset }) as DocumentPage['documents'];
  return { total, offset, documents };
}

/** The ids of the documents that a filter lets through. */
export function matchingIds(store: Store, filter: DocumentFilter): ReadonlySet<number> {
  const { where, values } = conditions(filter);
  return new Set(store.sql(`SELECT id FROM documents WHERE 1${where}`).pluck().all(values) as number[]);
}

/** A folder may have slashes around it, a tag its #, a language capitals, as people write them. */
function conditions({ folder, tag: hashed, language, since, until }: DocumentFilter) {
  const tag = hashed?.replace(/^#+/, '');
  const parts: string[] = [];
  const values: Record<string, string> = {};
  const add = (name: string, value: string | undefined, condition: string) => {
    if (value === undefined || value === '') return;
    parts.push(` AND ${condition}`);
    values[name] = value;
  };
  add(
    'folder',
    folder?.replace(/^\/+|\/+$/g, ''),
    "substr(ltrim(uri, '/'), 1, length(@folder) + 1) = @folder || '/'",
  );
  add(
    'tag',
    tag && escapeLike(fold(tag)),
    `EXISTS (SELECT 1 FROM json_each(tags) WHERE ${alike("ltrim(value, '#')", tag)} LIKE @tag ESCAPE '\\')`,
  );
  add('language', language?.toLowerCase(), 'language = @language');
  add('since', since, 'date >= @since');
  add('until', until, 'substr(date, 1, 10) <= @until');
  return { where: parts.join(''), values };
}

type Facet = readonly { readonly name: string; readonly count: number }[];
export type Facets = { readonly folders: Facet; readonly tags: Facet; readonly languages: Facet };

/** What the documents can be filtered by, with how many each has; every page shows them. */
export function facets(store: Store): Facets {
  return remembered(store, countFacets);
}

/** The most frequent first, at most 200. */
export function countFacets(store: Store): Facets {
  const count = (sql: string) =>
    store.sql(`${sql} GROUP BY name ORDER BY count DESC, name LIMIT 200`).all() as {
      readonly name: string;
      readonly count: number;
    }[];
  return {
    folders: count(
      "SELECT rtrim(rtrim(uri, replace(uri, '/', '')), '/') AS name, count(*) AS count FROM documents WHERE uri LIKE '%/%'",
    ),
    tags: count('SELECT value AS name, count(*) AS count FROM documents, json_each(tags)'),
    languages: count('SELECT language AS name, count(*) AS count FROM documents'),
  };
}

/**
 * A column for LIKE, which knows capitals of ASCII only: where the text has other letters that have
 * capitals, by a function of ours, at ten times the cost.
 */
function alike(column: string, text: string | undefined): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what ASCII means
  const others = (text ?? '').normalize('NFC').replace(/[\x00-\x7f]+/g, '');
  return others.toLowerCase() === others.toUpperCase() ? column : `fold(${column})`;
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

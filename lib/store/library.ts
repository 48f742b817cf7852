import type { DocumentFilter } from '../response.ts';
import { fold } from '../text/fold.ts';
import { precompute, remembered } from './remembered.ts';
import { listFrom, type Named, type Store, type StoredDocument } from './store.ts';

/** A page of the list of documents. */
interface DocumentPage {
  /** Number of documents that match, on all pages. */
  readonly total: number;
  readonly offset: number;
  readonly documents: readonly Pick<StoredDocument, 'id' | 'title' | 'uri' | 'language' | 'date'>[];
}

interface FoundName extends Named {
  /** The alias that contains the text, if the title does not. */
  readonly alias: string | null;
}

/**
 * Documents whose title or an alias contains `text`, ignoring case. Matches in the title come first, then in both
 * groups names that begin with the text, then shorter names, then smaller ids.
 */
export function findNames(
  store: Store,
  text: string,
  limit: number,
  filter: DocumentFilter = {},
): FoundName[] {
  const { where, values } = conditions(filter);
  const { clause, inTitle, bound } = named(text);
  const name = alike('value', text);
  const first = `${escapeLike(fold(text))}%`;
  return store.rows(
    `SELECT id, title, uri, CASE WHEN NOT ${inTitle} THEN
       (SELECT value FROM json_each(aliases) WHERE ${name} LIKE @inside ESCAPE '\\'
        ORDER BY ${name} NOT LIKE @first ESCAPE '\\' LIMIT 1) END AS alias
     FROM documents WHERE ${clause}${where}
     ORDER BY alias IS NOT NULL, ${alike('coalesce(alias, title)', text)} NOT LIKE @first ESCAPE '\\',
       length(coalesce(alias, title)), id LIMIT @limit`,
    { ...values, ...bound, first, limit },
  );
}

/** The other names of a document; [] for an unknown id. */
export function aliasesOf(store: Store, id: number): readonly string[] {
  const [row] = store.rows<{ aliases: string }>('SELECT aliases FROM documents WHERE id = @id', { id });
  return row ? listFrom(store, row.aliases) : [];
}

/** The condition that a title or an alias contains a text. */
function named(text: string) {
  const inTitle = `${alike('title', text)} LIKE @inside ESCAPE '\\'`;
  const inNames = `EXISTS (SELECT 1 FROM json_each(aliases) WHERE ${alike('value', text)} LIKE @inside ESCAPE '\\')`;
  const clause = `(${inTitle} OR aliases <> '[]' AND ${inNames})`;
  return { clause, inTitle, bound: { inside: `%${escapeLike(fold(text))}%` } };
}

interface ListOptions {
  /** Only documents whose title or an alias contains this text; '' for all. */
  readonly title: string;
  readonly filter?: DocumentFilter;
  /** Default: by id. */
  readonly sort?: DocumentSort;
  readonly limit: number;
  readonly offset: number;
}

/** SQL ORDER BY of each sort order. */
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
  const found = title === '' ? { clause: '1', bound: {} } : named(title);
  const clause = `WHERE ${found.clause}${where}`;
  const bound = { ...values, ...found.bound };
  const total = store.value<number>(`SELECT count(*) FROM documents ${clause}`, bound);
  const page = `SELECT id, title, uri, language, date FROM documents ${clause} ORDER BY ${SORTS[sort]} LIMIT @limit OFFSET @offset`;
  return { total, offset, documents: store.rows(page, { ...bound, limit, offset }) };
}

/** The ids of the documents that match a filter. */
export function matchingIds(store: Store, filter: DocumentFilter): ReadonlySet<number> {
  const { where, values } = conditions(filter);
  return new Set(store.values<number>(`SELECT id FROM documents WHERE 1${where}`, values));
}

/**
 * The SQL condition of a filter. Forgives what people write: slashes around a folder, # before a tag and / after
 * it, capitals in a language.
 */
function conditions({ folder, tag: hashed, language, since, until }: DocumentFilter) {
  const tag = hashed?.replace(/^#+|\/+$/g, '');
  const parts: string[] = [];
  const values: Record<string, string> = {};
  const add = (name: string, value: string | undefined, condition: string) => {
    if (value === undefined || value === '') return;
    parts.push(` AND ${condition}`);
    values[name] = value;
  };
  add(
    'folder',
    folder?.normalize().replace(/^\/+|\/+$/g, ''),
    "substr(ltrim(uri, '/'), 1, length(@folder) + 1) = @folder || '/'",
  );
  add(
    'tag',
    tag && `${escapeLike(fold(tag))}/%`, // the tag itself, or a tag below it
    `EXISTS (SELECT 1 FROM json_each(tags) WHERE ${alike("ltrim(value, '#')", tag)} || '/' LIKE @tag ESCAPE '\\')`,
  );
  add('language', language?.toLowerCase(), 'language = @language');
  add('since', since, 'date >= @since');
  add('until', until, 'substr(date, 1, 10) <= @until');
  return { where: parts.join(''), values };
}

/** Most names listed per facet. */
const LISTED = 200;

type Facet = readonly { readonly name: string; readonly count: number }[];
/** The values of the filters, most frequent first. */
export type Facets = { readonly folders: Facet; readonly tags: Facet; readonly languages: Facet };

/** The values of each filter with the number of documents that match; cached, because every page shows them. */
export function facets(store: Store): Facets {
  return remembered(store, countFacets);
}

/** Counts the facets ahead, in slices, because 200,000 tags take a second; `facets` then has them at once. */
export function readFacets(store: Store): Promise<void> {
  return precompute(store, countFacets);
}

/** Counts the facets, with pauses; see `facets`. */
export function* countFacets(store: Store): Generator<undefined, Facets> {
  const folders = yield* mostFrequent(yield* countFolders(store));
  const tags = yield* countTags(store);
  return { folders, tags, languages: yield* mostFrequent(grouped(store, 'language')) };
}

/** Steps between two pauses. A row may have a hundred tags, a name is cheap. */
const STEP = { rows: 20, names: 2000 } as const;

/** Visits all items, and pauses after every `many`. */
function* each<T>(all: Iterable<T>, many: number, use: (one: T) => void): Generator<undefined, void> {
  let count = 0;
  for (const one of all) {
    use(one);
    if (++count % many === 0) yield;
  }
}

/** Distinct values of a column or expression with the number of documents: few enough to visit one by one. */
function grouped(store: Store, value: string, where = '1') {
  const rows = store.sql(`SELECT ${value} AS name, count(*) FROM documents WHERE ${where} GROUP BY name`);
  return rows.raw().all() as [name: string, count: number][];
}

function* countFolders(store: Store): Generator<undefined, Map<string, number>> {
  const counts = new Map<string, number>();
  const folder = "rtrim(rtrim(ltrim(uri, '/'), replace(uri, '/', '')), '/')";
  yield* each(grouped(store, folder, "uri LIKE '%/%'"), STEP.rows, ([path, count]) => {
    for (const name of upwards(path)) tally(counts, name, count);
  });
  return counts;
}

/**
 * A document counts once for a tag, however many spellings or descendants of it it has. The name shown is the most
 * frequent spelling.
 */
function* countTags(store: Store): Generator<undefined, Facet> {
  const counts = new Map<string, number>();
  const spellings = new Map<string, number>();
  yield* each(grouped(store, 'tags', "tags <> '[]'"), STEP.rows, ([tags, count]) => {
    const names = listFrom(store, tags).flatMap((tag) => upwards(tag.replace(/^#+/, '')));
    for (const name of new Set(names)) tally(spellings, name, count);
    for (const name of new Set(names.map(fold))) tally(counts, name, count);
  });
  const facet = yield* mostFrequent(counts);
  const listed = new Set(facet.map(({ name }) => name));
  const usual = new Map<string, string>();
  yield* each(spellings, STEP.names, ([spelling, count]) => {
    const name = fold(spelling);
    const best = usual.get(name);
    if (listed.has(name) && !(best && count <= (spellings.get(best) ?? 0))) usual.set(name, spelling);
  });
  return facet.map(({ name, count }) => ({ name: usual.get(name) ?? name, count }));
}

function tally(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

/** The 200 most frequent; ties by name. */
function* mostFrequent(
  counts: Iterable<readonly [name: string, count: number]>,
): Generator<undefined, Facet> {
  // A full sort of 200,000 tags would block the event loop.
  const top: Facet[number][] = [];
  yield* each(counts, STEP.names, ([name, count]) => {
    const last = top[LISTED - 1];
    if (last && (count < last.count || (count === last.count && name > last.name))) return;
    const at = top.findIndex((one) => one.count < count || (one.count === count && one.name > name));
    top.splice(at < 0 ? top.length : at, 0, { name, count });
    top.length = Math.min(top.length, LISTED);
  });
  return top;
}

/** Most levels of a path that are counted. */
const LEVELS = 20;

/**
 * A path and its ancestors: a/b/c, a/b, a. A deep path is represented by its top levels. No name is longer than a
 * filter may be.
 */
function upwards(path: string): string[] {
  const names: string[] = [];
  const whole = path.length <= 500 ? path.length : path.lastIndexOf('/', 500);
  for (let end = whole; end > 0; end = path.lastIndexOf('/', end - 1))
    if (path[end - 1] !== '/') names.push(path.slice(0, end));
  return names.slice(-LEVELS);
}

/**
 * A column as operand of LIKE, which ignores case in ASCII only. If the text has other letters with case, the
 * column is folded by a function of ours, at ten times the cost.
 */
function alike(column: string, text: string | undefined): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what ASCII means
  const others = (text ?? '').normalize('NFC').replace(/[\x00-\x7f]+/g, '');
  return others.toLowerCase() === others.toUpperCase() ? column : `fold(${column})`;
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

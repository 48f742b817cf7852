import { posix } from 'node:path';
import { fold } from '../text/fold.ts';
import { finding, precompute, remembered } from './remembered.ts';
import { listFrom, type Named, type Store, type StoredDocument } from './store.ts';

/** Most links listed per document. */
const MOST = 100;
/** Longer paths are not split: a link may be a megabyte of slashes. */
const LONGEST = 1000;
const EXTENSION = /\.[a-z]+$/i;
const MARKDOWN = /\.(?:md|markdown|mdown|mkd)$/i;

/**
 * The document that a wikilink or relative Markdown link in the note at `from` points to. Tries the path from the
 * note's folder, then the link itself, then the link without its first folders, one by one. Each may match,
 * ignoring case and in this order: a full path, the end of a path, a title, an alias. Ties go to the smallest id.
 *
 * @returns null if nothing matches
 */
export function resolveLink(store: Store, link: string, from: string): Named | null {
  const id = targetOf(remembered(store, readNames), link, folderOf(from));
  return id === undefined ? null : store.named(id);
}

/** The indexed documents that a document links to, in the order of its links. */
export function linksFrom(store: Store, { id, uri, links }: StoredDocument): Named[] {
  if (links.length === 0) return [];
  const [names, folder] = [remembered(store, readNames), folderOf(uri)];
  const found = links.slice(0, MOST).map((link) => targetOf(names, link, folder));
  return namedIn(
    store,
    [...new Set(found)].filter((to) => to !== undefined && to !== id),
  );
}

/** The documents that link to a document, by id. */
export function linksTo(store: Store, { id }: Pick<StoredDocument, 'id'>): Named[] {
  const found = remembered(store, readSources).get(id) ?? [];
  return namedIn(store, found.slice(0, MOST));
}

function namedIn(store: Store, ids: readonly (number | undefined)[]): Named[] {
  return ids.map((id) => store.named(id ?? -1)).filter((one) => one !== null);
}

/** @param folder of the linking note, folded; '' or ending in / */
function targetOf(names: Names, link: string, folder: string): number | undefined {
  const whole = nameOf(link);
  const name = nameOf(link.split(/[#|^]/, 1)[0] ?? ''); // [[folder/Note#heading|shown]]
  if (name === '') return undefined;
  const beside = (path: string) =>
    /^[./]/.test(path) ? posix.resolve('/', folder, path).slice(1) : folder + path;
  // A file name may contain # itself.
  const own = whole === name ? [] : [beside(whole), whole];
  const found = first(names, [...own, beside(name), name]);
  // The last parts of a web address are not a name.
  return found ?? (/^[a-z][a-z0-9+.-]*:(?=\S)/.test(name) ? undefined : first(names, endsOf(name)));
}

function first(names: Names, wanted: readonly string[]): number | undefined {
  return wanted.map((name) => names.get(name)).find((id) => id !== undefined);
}

function nameOf(link: string): string {
  return fold(link.trim()).replace(MARKDOWN, '');
}

function folderOf(uri: string): string {
  return fold(uri.slice(0, uri.lastIndexOf('/') + 1));
}

/**
 * Reads names and links of all documents ahead, in slices, because tens of thousands of notes take half a second.
 */
export function readLinks(store: Store): Promise<void> {
  return precompute(store, readSources);
}

type Names = ReadonlyMap<string, number>;
type Sources = ReadonlyMap<number, readonly number[]>;

/** Documents, names or links read between two pauses. */
const ROWS = 500;

/** Rows of all documents, by id, with a pause after every ROWS. */
function* rowsOf<T extends { id: number }>(store: Store, sql: string): Generator<undefined, T[]> {
  const all: T[] = [];
  for (let last = 0; ; yield) {
    const rows = store.rows<T>(sql, last, ROWS);
    for (const row of rows) all.push(row);
    last = rows.at(-1)?.id ?? 0;
    if (rows.length < ROWS) return all;
  }
}

/**
 * The document of each name. Full paths take precedence over ends of paths, those over titles, titles over aliases.
 */
function* readNames(store: Store): Generator<undefined, Names> {
  const rows = yield* rowsOf<{ id: number; uri: string; title: string; aliases: string }>(
    store,
    'SELECT id, uri, title, aliases FROM documents WHERE id > ? ORDER BY id LIMIT ?',
  );
  const names = new Map<string, number>();
  // Links omit .md, or `nameOf` removes it; links to other files may keep their extension.
  const others = rows.filter(({ uri }) => EXTENSION.test(uri) && !MARKDOWN.test(uri));
  const paths = [
    ...rows.map(({ id, uri }) => ({ id, path: uri.replace(EXTENSION, '') })),
    ...others.map(({ id, uri }) => ({ id, path: uri })),
  ];
  let count = 0;
  function* add<T extends { id: number }>(of: readonly T[], namesOf: (one: T) => readonly string[]) {
    for (const one of of) {
      for (const name of namesOf(one)) {
        const folded = fold(name);
        if (!names.has(folded)) names.set(folded, one.id);
        if (++count % ROWS === 0) yield;
      }
    }
  }
  yield* add(paths, ({ path }) => [path]);
  yield* add(paths, ({ path }) => endsOf(path));
  yield* add(rows, ({ title }) => [title]);
  yield* add(rows, ({ aliases }) => listFrom(store, aliases));
  return names;
}

/** For each document, the ids of documents that link to it. */
function* readSources(store: Store): Generator<undefined, Sources> {
  const linking = yield* rowsOf<{ id: number; uri: string; links: string }>(
    store,
    "SELECT id, uri, links FROM documents WHERE links <> '[]' AND id > ? ORDER BY id LIMIT ?",
  );
  const names = linking.length > 0 ? yield* finding(store, readNames) : new Map();
  const sources = new Map<number, number[]>();
  let count = 0;
  for (const { id, uri, links } of linking) {
    const folder = folderOf(uri);
    for (const link of listFrom(store, links)) {
      const to = targetOf(names, link, folder);
      if (to !== undefined && to !== id) {
        const before = sources.get(to);
        if (!before) sources.set(to, [id]);
        else if (before.at(-1) !== id) before.push(id);
      }
      if (++count % ROWS === 0) yield;
    }
  }
  return sources;
}

/** A path and its ends without the first folders: a/b/c, b/c, c. */
function endsOf(path: string): string[] {
  const ends = [path];
  if (path.length > LONGEST) return ends;
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) ends.push(path.slice(at + 1));
  return ends;
}

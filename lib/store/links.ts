import { posix } from 'node:path';
import { fold } from '../text/fold.ts';
import { remembered } from './remembered.ts';
import { listFrom, type Store, type StoredDocument } from './store.ts';

export interface Linked {
  readonly id: number;
  readonly title: string;
}

/** Links followed of one document. */
const MOST = 100;
/** Nobody has longer paths; a link of a megabyte of slashes is not taken apart. */
const LONGEST = 1000;
const EXTENSION = /\.[a-z]+$/i;
const MARKDOWN = /\.(?:md|markdown|mdown|mkd)$/i;

/**
 * The document that a wikilink or relative Markdown link in the note at `from` means: by its path from
 * that note's folder, else by as much of its path as a document's ends with, else by title, else by
 * alias; without regard to upper and lower case, the first by id.
 */
export function resolveLink(store: Store, link: string, from: string): Linked | null {
  const id = targetOf(remembered(store, readNames), link, folderOf(from));
  return id === undefined ? null : linked(store, id);
}

/** The indexed documents that a document links to, in the order of its links. */
export function linksFrom(store: Store, { id, uri, links }: StoredDocument): Linked[] {
  if (links.length === 0) return [];
  const [names, folder] = [remembered(store, readNames), folderOf(uri)];
  const found = links.slice(0, MOST).map((link) => targetOf(names, link, folder));
  return [...new Set(found)].flatMap((to) => (to === undefined || to === id ? [] : linked(store, to)));
}

/** The documents that link to a document, by id. */
export function linksTo(store: Store, { id }: Pick<StoredDocument, 'id'>): Linked[] {
  const found = remembered(store, readSources).get(id) ?? [];
  return found.slice(0, MOST).map((from) => linked(store, from));
}

function linked(store: Store, id: number): Linked {
  return store.sql('SELECT id, title FROM documents WHERE id = ?').get(id) as Linked;
}

/** @param folder of the note that has the link, folded: '' or with a / at its end */
function targetOf(names: ReadonlyMap<string, number>, link: string, folder: string): number | undefined {
  const whole = nameOf(link);
  const name = nameOf(link.split(/[#|^]/, 1)[0] ?? ''); // [[folder/Note#heading|shown]]
  if (name === '') return undefined;
  const beside = (path: string) =>
    /^[./]/.test(path) ? posix.resolve('/', folder, path).slice(1) : folder + path;
  // A file's own name may have a # in it.
  const own = whole === name ? [] : [beside(whole), whole];
  const found = first(names, [...own, beside(name), name]);
  // The end of a web address is nobody's name.
  return found ?? (/^[a-z][a-z0-9+.-]*:(?=\S)/.test(name) ? undefined : first(names, endsOf(name)));
}

function first(names: ReadonlyMap<string, number>, wanted: readonly string[]): number | undefined {
  for (const name of wanted) {
    const id = names.get(name);
    if (id !== undefined) return id;
  }
  return undefined;
}

function nameOf(link: string): string {
  return fold(link.trim()).replace(MARKDOWN, '');
}

function folderOf(uri: string): string {
  return fold(uri.slice(0, uri.lastIndexOf('/') + 1));
}

/** What each name means: paths before their ends, those before titles, titles before aliases. */
function readNames(store: Store): ReadonlyMap<string, number> {
  const rows = store.sql('SELECT id, uri, title, aliases FROM documents ORDER BY id').all() as {
    id: number;
    uri: string;
    title: string;
    aliases: string;
  }[];
  const names = new Map<string, number>();
  const add = (name: string, id: number) => {
    const key = fold(name);
    if (!names.has(key)) names.set(key, id);
  };
  // Links leave .md out, or lose it above; to other files they may have the extension.
  const others = rows.filter(({ uri }) => EXTENSION.test(uri) && !MARKDOWN.test(uri));
  const paths = [
    ...rows.map(({ id, uri }) => ({ id, path: uri.replace(EXTENSION, '') })),
    ...others.map(({ id, uri }) => ({ id, path: uri })),
  ];
  for (const { id, path } of paths) add(path, id);
  for (const { id, path } of paths) for (const end of endsOf(path)) add(end, id);
  for (const { id, title } of rows) add(title, id);
  for (const { id, aliases } of rows) for (const alias of listFrom(store, aliases)) add(alias, id);
  return names;
}

/** Who links to each document, by id. */
function readSources(store: Store): ReadonlyMap<number, readonly number[]> {
  const rows = store
    .sql("SELECT id, uri, links FROM documents WHERE links <> '[]' ORDER BY id")
    .all() as readonly { id: number; uri: string; links: string }[];
  const names = rows.length > 0 ? remembered(store, readNames) : new Map<string, number>();
  const sources = new Map<number, number[]>();
  for (const { id, uri, links } of rows) {
    const folder = folderOf(uri);
    const targets = listFrom(store, links).map((link) => targetOf(names, link, folder));
    for (const to of new Set(targets)) {
      if (to === undefined || to === id) continue;
      const before = sources.get(to);
      if (before) before.push(id);
      else sources.set(to, [id]);
    }
  }
  return sources;
}

/** A path and what is left of it without its first folders: a/b/c, b/c, c. */
function endsOf(path: string): string[] {
  const ends = [path];
  if (path.length > LONGEST) return ends;
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) ends.push(path.slice(at + 1));
  return ends;
}

import { realpathSync, statSync } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { dirname, extname, join, posix, resolve, sep } from 'node:path';
import { isPassedOver } from '../lib/ingest/walk.ts';
import { isInside } from '../lib/store/files.ts';
import type { StoredDocument } from '../lib/store/store.ts';
import { fold } from '../lib/text/fold.ts';
import { fileOf, rootOf } from './files.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
};

const LIMITS = {
  /** Largest picture, in bytes. */
  size: 20_000_000,
  /**
   * Directory entries read below a folder, which takes about a quarter of a second. Those near the top
   * come first.
   */
  entries: 50_000,
  /** Milliseconds for which a folder's listing is cached. */
  age: 10_000,
  /** Folders whose listing is cached. */
  folders: 16,
  /** Files of the same name that are tried. */
  tries: 5,
} as const;

export interface Picture {
  readonly path: string;
  readonly type: string;
}

/** Paths below a folder, by folded file name; the shortest path first, then alphabetically. */
type Names = ReadonlyMap<string, readonly string[]>;

const known = new Map<string, { readonly at: number; readonly names: Promise<Names> }>();

/**
 * Returns a function that resolves the picture paths of a note.
 *
 * A path is looked for next to the note, then from the top of the indexed folder, then, as Obsidian does,
 * anywhere below it by name or trailing path: the shortest path wins, then alphabetical order. Symbolic
 * links are resolved before the check, so nothing outside the folder is ever read. Hidden names and files
 * that are not pictures are refused.
 */
export async function pictureFinder(document: StoredDocument): Promise<(path: string) => Picture | null> {
  const root = rootOf(document);
  const file = fileOf(document);
  if (root === null || file === null) return () => null;
  const names = await namesBelow(root);
  const found = new Map<string, Picture | null>();
  const find = (path: string) => {
    if (!isPicture(path) || path.includes('\0')) return null;
    const wanted = fold(path);
    const named = (names.get(posix.basename(wanted)) ?? []).filter((below) =>
      `/${fold(below)}`.endsWith(`/${wanted}`),
    );
    const places = [
      resolve(dirname(file), path),
      resolve(root, path),
      ...named.slice(0, LIMITS.tries).map((below) => join(root, below)),
    ];
    for (const place of places) {
      const picture = pictureAt(root, place);
      if (picture) return picture;
    }
    return null;
  };
  // Cached, because a note may show one picture hundreds of times, and a folder may have thousands of
  // files of one name.
  return (path) => {
    const known = found.get(path);
    if (known !== undefined) return known;
    const made = find(path);
    found.set(path, made);
    return made;
  };
}

/** Whether a page can show a file of this name. */
export function isPicture(name: string): boolean {
  return Object.keys(TYPES).some((ending) => name.toLowerCase().endsWith(ending));
}

function pictureAt(root: string, place: string): Picture | null {
  try {
    const path = realpathSync.native(place);
    const hidden = path
      .slice(root.length)
      .split(sep)
      .some((part) => part.startsWith('.'));
    const stats = statSync(path);
    const type = TYPES[extname(place).toLowerCase()];
    return isInside(path, root) && !hidden && type && stats.isFile() && stats.size <= LIMITS.size
      ? { path, type }
      : null;
  } catch {
    return null; // not there
  }
}

function namesBelow(root: string): Promise<Names> {
  const now = performance.now();
  const before = known.get(root);
  if (before && now - before.at < LIMITS.age) return before.names;
  known.delete(root);
  const names = readNames(root);
  known.set(root, { at: now, names });
  for (const oldest of known.keys()) if (known.size > LIMITS.folders) known.delete(oldest);
  return names;
}

/**
 * Lists pictures breadth first, asynchronously. Symbolic links to folders are not followed: they lead to
 * what is found anyway, or out of the folder.
 */
async function readNames(root: string): Promise<Names> {
  const found: string[] = [];
  const folders = [''];
  let left: number = LIMITS.entries;
  for (const folder of folders) {
    try {
      for await (const entry of await opendir(join(root, folder), { bufferSize: 256 })) {
        if (left-- <= 0) break;
        if (isPassedOver(entry.name)) continue;
        const below = posix.join(folder, entry.name);
        if (entry.isDirectory()) folders.push(below);
        else if (isPicture(entry.name)) found.push(below);
      }
    } catch {
      // A folder that is unreadable or gone counts as empty.
    }
    if (left <= 0) break;
  }
  const names = new Map<string, string[]>();
  for (const below of found.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))) {
    const name = fold(posix.basename(below));
    const same = names.get(name);
    if (same) same.push(below);
    else names.set(name, [below]);
  }
  return names;
}

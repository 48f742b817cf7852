import { realpathSync, statSync } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { dirname, extname, join, posix, resolve, sep } from 'node:path';
import { isPassedOver } from '../lib/ingest/walk.ts';
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
  /** Bytes of a picture. */
  size: 20_000_000,
  /** Entries of a folder that are looked through: a quarter of a second. Those near its top come first. */
  entries: 50_000,
  /** Milliseconds for which is remembered what was there. */
  age: 10_000,
  /** Folders remembered. */
  folders: 16,
  /** Pictures of one name that are tried. */
  tries: 5,
} as const;

export interface Picture {
  readonly path: string;
  readonly type: string;
}

/** Paths below a folder by the names they end with, the one that a name means first. */
type Names = ReadonlyMap<string, readonly string[]>;

const known = new Map<string, { readonly at: number; readonly names: Promise<Names> }>();

/**
 * Finds pictures that a note shows: next to the note, from the top of the indexed folder, or, as Obsidian
 * does, anywhere in it, by the name or the end of the path; the shortest path wins, then the alphabet.
 * Links are followed before the check, so that nothing outside the folder is ever read; hidden names and
 * what is no picture are refused.
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
  // A note may show one picture hundreds of times, and a folder have thousands of one name.
  return (path) => {
    const known = found.get(path);
    if (known !== undefined) return known;
    const made = find(path);
    found.set(path, made);
    return made;
  };
}

/** Whether a page can show a file of that name. */
export function isPicture(name: string): boolean {
  return Object.keys(TYPES).some((ending) => name.toLowerCase().endsWith(ending));
}

function pictureAt(root: string, place: string): Picture | null {
  try {
    const path = realpathSync.native(place);
    const inside = path.startsWith(root.endsWith(sep) ? root : root + sep);
    const hidden = path
      .slice(root.length)
      .split(sep)
      .some((part) => part.startsWith('.'));
    const stats = statSync(path);
    const type = TYPES[extname(place).toLowerCase()];
    return inside && !hidden && type && stats.isFile() && stats.size <= LIMITS.size ? { path, type } : null;
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

/** Folder by folder from the top, giving others their turn. Links to folders lead to what is found there anyway, or out. */
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
      // A folder that may not be opened, or is gone, has no pictures for us.
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

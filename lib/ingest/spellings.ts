import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** For each folder, its entries by their NFC name. Each folder is read once. */
export type Listings = Map<string, ReadonlyMap<string, readonly string[]>>;

/**
 * The places of a path that is known in NFC, as the index keeps it. On Linux each part of a path may be spelt
 * otherwise on disk (NFD, for instance), and differently spelt names may exist side by side. NFC spellings come
 * first.
 */
export function* spellingsOf(
  folder: string,
  path: string,
  listings: Listings = new Map(),
): Generator<string> {
  const [name = '', ...rest] = path.split('/');
  for (const spelt of listing(folder, listings).get(name) ?? []) {
    const place = join(folder, spelt);
    if (rest.length === 0) yield place;
    else yield* spellingsOf(place, rest.join('/'), listings);
  }
}

/** The file of a source at this path in any spelling; null if there is none. */
export function fileAt(source: string, path: string, listings?: Listings): string | null {
  const place = join(source, path);
  if (existsSync(place)) return place;
  if (path.normalize('NFD') === path) return null;
  return spellingsOf(source, path, listings).next().value ?? null;
}

function listing(folder: string, listings: Listings): ReadonlyMap<string, readonly string[]> {
  const known = listings.get(folder);
  if (known) return known;
  const names = new Map<string, string[]>();
  try {
    for (const spelt of readdirSync(folder).sort(byComposed)) {
      const name = spelt.normalize('NFC');
      names.set(name, [...(names.get(name) ?? []), spelt]);
    }
  } catch {
    // Not a folder, or not readable.
  }
  listings.set(folder, names);
  return names;
}

/** Sorts names that are equal in NFC: NFC itself first, then by code units. */
export function byComposed(a: string, b: string): number {
  return Number(a !== a.normalize('NFC')) - Number(b !== b.normalize('NFC')) || (a < b ? -1 : a > b ? 1 : 0);
}

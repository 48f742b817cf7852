import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Names in folders, by what they are composed; what has been read once is not read again. */
export type Listings = Map<string, ReadonlyMap<string, readonly string[]>>;

/**
 * Where a path lies that is known composed (NFC), as the index keeps it: on Linux a name may be spelt otherwise on
 * disk, and each part of a path in its own way. Two folders of a name are one here, and what is composed comes first.
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

/** The file of a source that is known by this path; null where there is none. */
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
    // No folder, or nobody may look into it.
  }
  listings.set(folder, names);
  return names;
}

/** Order of names that are the same composed: what is composed comes first, then by code units. */
export function byComposed(a: string, b: string): number {
  return Number(a !== a.normalize('NFC')) - Number(b !== b.normalize('NFC')) || (a < b ? -1 : a > b ? 1 : 0);
}

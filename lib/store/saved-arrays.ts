import { closeSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { arenaOf, type Sizes } from './arena.ts';
import { type Loaded, loadArrays } from './arrays.ts';
import type { Store } from './store.ts';

/** Increase when the layout in arena.ts changes, or how its contents are computed. */
const FORMAT = 6;
/** Bytes of the first part of the file: JSON, padded with spaces. */
const HEADER = 1024;
/** Most bytes read or written per system call. */
const CALL = 2 ** 29;

interface Header {
  readonly format: typeof FORMAT;
  /** `Store.state` of the index that the arrays were made from. */
  readonly state: string;
  readonly sizes: Sizes;
  readonly embedder: Loaded['embedder'];
  /** CRC-32 of the arrays. */
  readonly crc: number;
}

/**
 * Smallest number of keys (titles and passages) worth saving: fewer are read from the index in no noticeable time.
 */
const WORTH_SAVING = 8_000;

/**
 * Whether a library takes so long to read that it should be done once, and not while searches wait. Passages are
 * counted only if documents do not decide it, because counting those of thousands of long documents takes 10 ms.
 */
export function isLarge(store: Store): boolean {
  const documents = store.countDocuments();
  return documents >= WORTH_SAVING / 2 || documents + store.countPassages() >= WORTH_SAVING;
}

/**
 * The arrays of an index: those saved for its state, or new ones, which are then saved.
 *
 * @param keeps whether to save them
 */
export function openArrays(store: Store, keeps = true): Loaded {
  const state = store.state();
  if (store.path === ':memory:' || state === null) return loadArrays(store);
  const kept = savedArrays(store.path, state);
  if (kept) return kept;
  const loaded = loadArrays(store);
  const { documents, passages } = loaded.arena.sizes;
  if (documents + passages < WORTH_SAVING) forget(arraysPath(store.path));
  else if (keeps) saveArrays(store.path, state, loaded);
  return loaded;
}

/** Deletes outdated or unfinished arrays. In a read-only folder they stay, and are ignored. */
function forget(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

/** The file in which the arrays of an index are saved. */
export function arraysPath(database: string): string {
  return `${database}-arrays`;
}

/**
 * Saves arrays beside the index, so that they need not be computed again. They are ignored once the index is in
 * another state, or if the file is incomplete. So errors such as a full disk or a read-only folder do no harm, and
 * there is no need to wait for the disk (fsync).
 */
export function saveArrays(database: string, state: string, { arena, embedder }: Loaded): void {
  const header: Header = {
    ...{ format: FORMAT, state, sizes: arena.sizes, embedder },
    crc: crc32(arena.data),
  };
  const path = arraysPath(database);
  const unfinished = `${path}.new`;
  try {
    const file = openSync(unfinished, 'w');
    try {
      writeSync(file, JSON.stringify(header).padEnd(HEADER));
      for (let at = 0; at < arena.data.length; )
        at += writeSync(file, arena.data, at, Math.min(CALL, arena.data.length - at));
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, path);
  } catch {
    forget(unfinished);
  }
}

/** The arrays saved for this state of an index; null if there are none. */
export function savedArrays(database: string, state: string): Loaded | null {
  let file: number;
  try {
    file = openSync(arraysPath(database), 'r');
  } catch {
    return null;
  }
  try {
    const bytes = new Uint8Array(HEADER);
    readSync(file, bytes, 0, HEADER, 0);
    const header = JSON.parse(new TextDecoder().decode(bytes)) as Header;
    if (header.format !== FORMAT || header.state !== state) return null;
    const arena = arenaOf(header.sizes);
    for (let at = 0; at < arena.data.length; ) {
      const read = readSync(file, arena.data, at, Math.min(CALL, arena.data.length - at), HEADER + at);
      if (read === 0) return null;
      at += read;
    }
    return crc32(arena.data) === header.crc ? { arena, embedder: header.embedder } : null;
  } catch {
    return null; // not a file of this format
  } finally {
    closeSync(file);
  }
}

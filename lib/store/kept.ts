import { closeSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { arenaOf, type Sizes } from './arena.ts';
import { type Loaded, loadArrays } from './arrays.ts';
import type { Store } from './store.ts';

/** Changes when the layout of arena.ts does, or what is in it is made another way. */
const FORMAT = 6;
/** The first line of the file, as JSON and filled up with blanks. */
const HEADER = 1024;
/** Bytes read or written in one call of the system. */
const CALL = 2 ** 29;

interface Header {
  readonly format: typeof FORMAT;
  /** `Store.state` of the index they were made from. */
  readonly state: string;
  readonly sizes: Sizes;
  readonly embedder: Loaded['embedder'];
  /** CRC-32 of the arrays. */
  readonly crc: number;
}

/** Fewer keys (titles and passages) than this are read from the index sooner than anybody notices. */
const WORTH_KEEPING = 8_000;

/**
 * Whether reading a library takes so long that it should happen once, and not while others wait.
 * Passages are counted only where documents do not settle it: thousands of long ones take 10 ms to count.
 */
export function isLarge(store: Store): boolean {
  const documents = store.countDocuments();
  return documents >= WORTH_KEEPING / 2 || documents + store.countPassages() >= WORTH_KEEPING;
}

/** The arrays of an index: those that were kept for its state, or new ones, which are then kept. */
export function openArrays(store: Store, keeps = true): Loaded {
  const state = store.state();
  if (store.path === ':memory:' || state === null) return loadArrays(store);
  const kept = keptArrays(store.path, state);
  if (kept) return kept;
  const loaded = loadArrays(store);
  const { documents, passages } = loaded.arena.sizes;
  if (documents + passages < WORTH_KEEPING) forgetArrays(store.path);
  else if (keeps) keepArrays(store.path, state, loaded);
  return loaded;
}

/** Those that are kept are of no use; where nothing can be written they stay, and are passed over. */
function forgetArrays(database: string): void {
  try {
    rmSync(keptPath(database), { force: true });
  } catch {}
}

/** Where the arrays of an index are kept. */
export function keptPath(database: string): string {
  return `${database}-arrays`;
}

/**
 * Keeps arrays beside the index they were made from, so that they need not be made again: they
 * are thrown away as soon as the index is in another state, or the file is not whole. Whatever
 * goes wrong (a full disk, a folder that is read-only) leaves an index without them, as good as before.
 * So nobody waits until the disk has them.
 */
export function keepArrays(database: string, state: string, { arena, embedder }: Loaded): void {
  const header: Header = {
    ...{ format: FORMAT, state, sizes: arena.sizes, embedder },
    crc: crc32(arena.data),
  };
  const path = keptPath(database);
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
    rmSync(unfinished, { force: true });
  }
}

/** The arrays kept for this state of an index; null when there are none. */
export function keptArrays(database: string, state: string): Loaded | null {
  let file: number;
  try {
    file = openSync(keptPath(database), 'r');
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
    return null; // no header of ours
  } finally {
    closeSync(file);
  }
}

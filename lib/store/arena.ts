import { LOOK_ROOM } from '../attention/look.ts';
import { strideOf } from '../math/keys.ts';
import { KernelMemory, type Sections, TYPES, type ViewsOf } from '../math/memory.ts';

/** The sizes of everything in a library. */
export interface Sizes {
  readonly documents: number;
  readonly passages: number;
  readonly dimension: number;
  /** Term ids are below this. */
  readonly terms: number;
  /** UTF-16 units of all terms. */
  readonly letters: number;
  /** Slots of the hash table of terms: a power of two. */
  readonly slots: number;
  /** Terms in the basis of the embedding. */
  readonly basis: number;
  /** Pairs of a document and one of its terms. */
  readonly entries: number;
  /** Pairs of a title and one of its terms. */
  readonly titleEntries: number;
}

/**
 * Everything derived from the index, `ids` first. `entries` and `titleEntries` are known last, so the arrays sized
 * by them come last.
 */
const DATA = {
  ids: ['i32', ({ documents }) => documents],
  passageOffsets: ['i32', ({ documents }) => documents + 1],
  passageSpans: ['i32', ({ passages }) => 2 * passages],
  titleKeys: ['i8', ({ documents, dimension }) => documents * strideOf(dimension)],
  passageKeys: ['i8', ({ passages, dimension }) => passages * strideOf(dimension)],
  titleNorms: ['f32', ({ documents }) => documents],
  passageNorms: ['f32', ({ passages }) => passages],
  rows: ['i32', ({ terms }) => terms],
  idf: ['f32', ({ basis }) => basis],
  basis: ['f32', ({ basis, dimension }) => basis * dimension],
  letters: ['u16', ({ letters }) => letters],
  ends: ['i32', ({ terms }) => terms],
  slots: ['i32', ({ slots }) => slots],
  postingOffsets: ['i32', ({ terms }) => terms + 1],
  lengths: ['f32', ({ documents }) => documents],
  textLengths: ['f32', ({ documents }) => documents],
  titleOffsets: ['i32', ({ terms }) => terms + 1],
  documentIds: ['i32', ({ entries }) => entries],
  counts: ['f32', ({ entries }) => entries],
  titleDocuments: ['i32', ({ titleEntries }) => titleEntries],
  titleShares: ['f32', ({ titleEntries }) => titleEntries],
} as const satisfies Sections<Sizes>;

export type ArenaViews = ViewsOf<typeof LOOK_ROOM> & ViewsOf<typeof DATA>;

/** The arrays of a library, one after another in one memory. */
export interface Arena {
  readonly sizes: Sizes;
  readonly memory: KernelMemory;
  readonly views: ArenaViews;
  /** The part worth saving: the arrays of `DATA`, in its order. */
  readonly data: Uint8Array;
}

/** Lays out arrays of the given sizes: all zeros in new memory, or over a memory that is large enough. */
export function arenaOf(sizes: Sizes, memory?: KernelMemory): Arena {
  let end = 0;
  const places = Object.entries<Sections<Sizes>[string]>({ ...LOOK_ROOM, ...DATA }).map(
    ([name, [type, lengthOf]]) => {
      const [start, length] = [end, lengthOf(sizes)];
      // Aligned to 64 bytes, a cache line, so that two threads never write to the same line.
      end += Math.ceil((length * TYPES[type].BYTES_PER_ELEMENT) / 64) * 64;
      return { name, type, start, length };
    },
  );
  const held = memory ?? new KernelMemory(end);
  const views = Object.fromEntries(
    places.map(({ name, type, start, length }) => {
      const View = TYPES[type] as new (buffer: SharedArrayBuffer, start: number, length: number) => unknown;
      return [name, new View(held.buffer, start, length)];
    }),
  ) as ArenaViews;
  const first = views.ids.byteOffset;
  return { sizes, memory: held, views, data: new Uint8Array(held.buffer, first, end - first) };
}

import { LOOK } from '../attention/look.ts';
import { BLENDED } from '../attention/output.ts';
import { strideOf } from '../math/keys.ts';
import { KernelMemory } from '../math/memory.ts';
import { PEAK, roomFor } from '../math/topk.ts';

/** How much there is of everything in a library. */
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

const TYPES = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;
type Type = keyof typeof TYPES;

/** Where threads and looks do their work: nothing of it outlasts a query. */
const ROOM = {
  look: ['f64', () => LOOK.params],
  control: ['i32', () => LOOK.control],
  queries: ['i16', ({ dimension }) => 2 * strideOf(dimension)],
  dots: ['i32', ({ documents, passages }) => documents + passages],
  scores: ['f64', ({ documents }) => LOOK.heads * roomFor(documents)],
  logits: ['f64', ({ documents }) => roomFor(documents)],
  mask: ['u8', ({ documents }) => roomFor(documents)],
  peaks: ['f64', ({ documents }) => Math.ceil(documents / PEAK)],
  summaries: ['f64', ({ documents }) => LOOK.summary * Math.ceil(documents / LOOK.block)],
  asked: ['f64', () => 2 * 3 * LOOK.terms],
  blended: ['i32', () => BLENDED],
  blendWeights: ['f64', () => BLENDED],
  blend: ['f64', ({ dimension }) => strideOf(dimension)],
} as const satisfies Sections;

/** What is derived from the index, `ids` first; entries are known last, so what depends on them comes last. */
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
} as const satisfies Sections;

type Sections = Readonly<Record<string, readonly [type: Type, length: (sizes: Sizes) => number]>>;
type ViewsOf<S extends Sections> = { readonly [Name in keyof S]: InstanceType<(typeof TYPES)[S[Name][0]]> };
export type ArenaViews = ViewsOf<typeof ROOM> & ViewsOf<typeof DATA>;

/** The arrays of a library, one after another in one memory. */
export interface Arena {
  readonly sizes: Sizes;
  readonly memory: KernelMemory;
  readonly views: ArenaViews;
  /** The part that is worth keeping: what `DATA` names, in its order. */
  readonly data: Uint8Array;
}

/** Lays out arrays of these sizes, all zeros; or anew in a memory that is large enough. */
export function arenaOf(sizes: Sizes, memory?: KernelMemory): Arena {
  let end = 0;
  const places = Object.entries<Sections[string]>({ ...ROOM, ...DATA }).map(([name, [type, lengthOf]]) => {
    const [start, length] = [end, lengthOf(sizes)];
    // A multiple of 64, a cache line: two threads never write to the same.
    end += Math.ceil((length * TYPES[type].BYTES_PER_ELEMENT) / 64) * 64;
    return { name, type, start, length };
  });
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

import { CONTROL, Crew } from '../math/crew.ts';
import { strideOf } from '../math/keys.ts';
import type { KernelMemory, Sections, ViewsOf } from '../math/memory.ts';
import { ReadAhead } from '../math/read-ahead.ts';
import { type BlockSums, mergeSummaries } from '../math/softmax.ts';
import type { Overlap, TermPostings, TermSum } from '../math/term-sum.ts';
import { BLOCK, PEAK, roomFor } from '../math/topk.ts';
import { type AttentionRecord, biasOf } from './attend.ts';
import { HEADS } from './calibration.ts';
import { BLENDED, blendOf, outputVector, type PassageKeys, type Project, projectPlainly } from './output.ts';
import { type Looked, type LookOptions, plainLook } from './plain-look.ts';

/** Most terms per kind (words, titles) that the kernel has room for; a query with more falls back to `plainLook`. */
export const MOST_TERMS = 1024;
/** f64 values in a block's summary: largest logit, unused, Σ e^z, Σ e^z · z (see `BlockSums`). */
const SUMMARY = 4;

/** Slots of the parameter block, in f64 units. The same layout in bytes is in math/kernel/look.as.ts: change both. */
const AT = {
  ...{ documents: 0, stride: 1, scans: 2, heads: 3, scores: 4, logits: 5, bias: 6, inverse: 7 },
  ...{
    mask: 8,
    summaries: 9,
    isLater: 10,
    peaks: 11,
    coefficients: 16,
    scan: 32,
    scanSize: 8,
    constants: 48,
    terms: 64,
    hasTerms: 72,
    overlap: 73,
    isAhead: 77,
  },
} as const;

/** From this many keys on, a second thread saves more time than waking it costs. */
const WORTH_A_THREAD = 20_000;

interface LookSizes {
  readonly documents: number;
  readonly passages: number;
  readonly dimension: number;
}

/** Scratch memory shared by all looks at one library. It starts zeroed, and nothing in it outlives a query. */
export const LOOK_ROOM = {
  /** The parameter block, see `AT`. */
  look: ['f64', () => 96],
  control: ['i32', () => CONTROL],
  /** One query vector for each of at most two scans. */
  queries: ['i16', ({ dimension }) => 2 * strideOf(dimension)],
  /** One for each row of both key matrices. */
  dots: ['i32', ({ documents, passages }) => documents + passages],
  scores: ['f32', ({ documents }) => HEADS.length * roomFor(documents)],
  logits: ['f64', ({ documents }) => roomFor(documents)],
  mask: ['u8', ({ documents }) => roomFor(documents)],
  peaks: ['f64', ({ documents }) => Math.ceil(documents / PEAK)],
  summaries: ['f64', ({ documents }) => SUMMARY * Math.ceil(documents / BLOCK)],
  /** First posting, end and factor of each term: those of words, then those of titles. */
  asked: ['f64', () => 2 * 3 * MOST_TERMS],
  /** For `output`: documents and their weights. For `project`: rows of the basis and the products. */
  blended: ['i32', () => BLENDED],
  blendWeights: ['f64', () => BLENDED],
  blend: ['f64', ({ dimension }) => strideOf(dimension)],
} as const satisfies Sections<LookSizes>;
type LookRoom = ViewsOf<typeof LOOK_ROOM>;

/**
 * Attention passes ("looks") over all documents of a library.
 *
 * The kernel computes scores, logits and the sums of the softmax in one pass over the keys, in
 * blocks of 1,024 documents, on two threads when there are many keys. Every score and logit is
 * bit-identical to that of `plainLook`, which runs where there is no kernel; the softmax sums
 * agree up to rounding.
 */
export class Looks {
  readonly #memory: KernelMemory;
  readonly #room: LookRoom;
  readonly #documents: number;
  readonly #crew: Crew;
  readonly #scores: ReadonlyMap<string, Float32Array>;
  readonly #sums: BlockSums;
  readonly #ahead: ReadAhead;
  /** Whether every document has exactly one passage; null until first asked. */
  #oneEach: boolean | null = null;
  #looks = 0;

  constructor(memory: KernelMemory, room: LookRoom, documents: number, ahead = readAheadFor(room)) {
    this.#memory = memory;
    this.#room = room;
    this.#documents = documents;
    memory.kernel?.prepare(room.look.subarray(AT.constants).byteOffset);
    this.#crew = new Crew(memory, room.look.byteOffset, room.control);
    this.#ahead = ahead;
    const each = roomFor(documents);
    this.#scores = new Map(
      HEADS.map((name, h) => [name, room.scores.subarray(h * each, h * each + documents)]),
    );
    const block = () => new Float64Array(room.summaries.length / SUMMARY);
    this.#sums = { peaks: block(), sums: block(), moments: block() };
  }

  /** The buffer (N) that holds the scores of a head; overwritten by the next query. @param name one of `HEADS` */
  scoresOf(name: string): Float32Array {
    return this.#scores.get(name) as Float32Array;
  }

  /** Stops the second thread for good; later looks run on one. */
  close(): void {
    this.#crew.stop();
    this.#looks = Number.NEGATIVE_INFINITY;
  }

  /** Announces a look, so that the second thread wakes up while the query is still being analysed. */
  wakeUp(): void {
    this.#crew.wakeUp();
  }

  /** One attention pass over all documents. The arrays of the result are overwritten by the next pass. */
  look(options: LookOptions): Looked {
    return this.#memory.kernel && this.#documents > 0 && termsOf(options) <= MOST_TERMS
      ? this.#fast(options)
      : plainLook(options, this.#documents, this.scoresOf('words'));
  }

  #fast({ scans, terms, heads, b, temperature, mask }: LookOptions): Looked {
    const { look, queries, dots, scores, logits, mask: masked, summaries, peaks } = this.#room;
    const documents = this.#documents;
    const bias = biasOf(b, mask?.count ?? documents);
    look[AT.documents] = documents;
    look[AT.scans] = scans.length;
    look[AT.heads] = HEADS.length;
    look[AT.scores] = scores.byteOffset;
    look[AT.logits] = logits.byteOffset;
    look[AT.bias] = bias;
    look[AT.inverse] = temperature === null ? 0 : 1 / temperature;
    look[AT.mask] = mask ? masked.byteOffset : 0;
    if (mask) masked.set(mask.masked);
    look[AT.summaries] = summaries.byteOffset;
    look[AT.isLater] = terms ? 0 : 1;
    look[AT.peaks] = peaks.byteOffset;
    look.fill(0, AT.coefficients, AT.scan);
    for (const { name, coefficient } of heads) look[AT.coefficients + HEADS.indexOf(name)] = coefficient;
    let rows = 0;
    scans.forEach(({ keys, offsets, query, scores: out, overlap }, s) => {
      const at = AT.scan + s * AT.scanSize;
      const values = queries.subarray(s * keys.stride, (s + 1) * keys.stride);
      values.set(query.values);
      look[AT.stride] = keys.stride;
      look[at] = values.byteOffset;
      look[at + 1] = keys.keys.byteOffset;
      look[at + 2] = keys.inverseNorms.byteOffset;
      look[at + 3] = offsets && !this.#haveOneEach(offsets) ? offsets.byteOffset : 0;
      look[at + 4] = query.inverseNorm;
      look[at + 5] = out.byteOffset;
      // A range of its own for each scan: one thread may be at the second scan while the other is still at the first.
      look[at + 6] = dots.subarray(rows).byteOffset;
      look[at + 7] = overlap ? 1 : 0;
      if (overlap) this.#writeOverlap(overlap);
      rows += keys.rows;
    });
    look[AT.hasTerms] = terms ? 1 : 0;
    if (terms) this.#writeTerms(terms);
    // A program that asks only a few questions is done before a second thread has started.
    if (++this.#looks > 4 && dots.length >= WORTH_A_THREAD) this.#crew.start();
    const run = (isAhead: boolean) => {
      look[AT.isAhead] = isAhead ? 1 : 0;
      this.#crew.run(Math.ceil(documents / BLOCK), temperature === null);
    };
    // Time only looks that are alike: the second thread has started by now, and terms mark the first look of a query.
    if (this.#looks > 16 && terms) this.#ahead.run(run);
    else run(this.#ahead.isBetter);
    return { bias, logits: logits.subarray(0, documents), ...this.#summary(temperature) };
  }

  #writeTerms({ documentIds, counts, lengths, flat, slope, terms }: TermSum): void {
    const arrays = [this.scoresOf('words'), documentIds, counts, lengths].map(({ byteOffset }) => byteOffset);
    this.#room.look.set([...arrays, flat, slope, ...this.#writePostings(terms, 0)], AT.terms);
  }

  #writeOverlap({ documentIds, shares, terms }: Overlap): void {
    const postings = this.#writePostings(terms, 3 * MOST_TERMS);
    this.#room.look.set([documentIds.byteOffset, shares.byteOffset, ...postings], AT.overlap);
  }

  /** Writes terms into the memory. @returns the address range they occupy */
  #writePostings(terms: readonly TermPostings[], from: number): readonly [start: number, end: number] {
    const { asked } = this.#room;
    terms.forEach(({ from: first, end, factor }, t) => {
      asked.set([first, end, factor], from + 3 * t);
    });
    const { byteOffset, byteLength } = asked.subarray(from, from + 3 * terms.length);
    return [byteOffset, byteOffset + byteLength];
  }

  /** Whether every document has exactly one passage: then passage i belongs to document i, and offsets are not needed. */
  #haveOneEach(offsets: Int32Array): boolean {
    this.#oneEach ??= offsets.every((row, i) => row === i);
    return this.#oneEach;
  }

  /** `outputVector` in the kernel, bit-identical to it. @returns (dimension) */
  output(record: AttentionRecord, query: Int8Array, passages: PassageKeys): Float64Array {
    const { kernel } = this.#memory;
    if (!kernel) return outputVector(record, query, passages);
    const { queries, blended, blendWeights, dots, blend } = this.#room;
    const { passageKeys, passageOffsets } = passages;
    const { keys, inverseNorms, stride, dimension } = passageKeys;
    const { documents, weights } = blendOf(record);
    queries.set(query);
    blended.set(documents);
    blendWeights.set(weights);
    blend.fill(0);
    const arrays = [queries, keys, inverseNorms, passageOffsets, blended, blendWeights, dots, blend];
    kernel.blend(stride, documents.length, ...arrays.map(({ byteOffset }) => byteOffset));
    return blend.slice(0, dimension);
  }

  /** `projectPlainly` in the kernel, bit-identical to it. */
  readonly project: Project = (basis, rows, vector) => {
    const { kernel } = this.#memory;
    const { blended, blendWeights, blend } = this.#room;
    if (!kernel) return projectPlainly(basis, rows, vector);
    const out = new Float64Array(rows.length);
    blend.set(vector);
    for (let from = 0; from < rows.length; from += blended.length) {
      const part = rows.subarray(from, from + blended.length);
      blended.set(part);
      kernel.project(
        ...[basis.basis.byteOffset, basis.dimension, blended.byteOffset, part.length],
        ...[blend.byteOffset, blendWeights.byteOffset],
      );
      out.set(blendWeights.subarray(0, part.length), from);
    }
    return out;
  };

  #summary(temperature: number | null): Pick<Looked, 'peaks' | 'softmax'> {
    const { summaries, peaks: fine } = this.#room;
    const { peaks: coarse, sums, moments } = this.#sums;
    for (let block = 0, at = 0; block < coarse.length; block++, at += SUMMARY) {
      coarse[block] = summaries[at]!;
      sums[block] = summaries[at + 2]!;
      moments[block] = summaries[at + 3]!;
    }
    return {
      peaks: { fine, coarse },
      softmax: temperature === null ? null : mergeSummaries(this.#sums, temperature),
    };
  }
}

/** Bytes of all keys = rows · stride: `dots` has an entry per row, `queries` has two strides. */
function readAheadFor({ dots, queries }: LookRoom): ReadAhead {
  return new ReadAhead(dots.length * (queries.length / 2));
}

/** Number of terms of the kind (words or titles) that has more. */
function termsOf({ terms, scans }: LookOptions): number {
  return Math.max(terms?.terms.length ?? 0, ...scans.map(({ overlap }) => overlap?.terms.length ?? 0));
}

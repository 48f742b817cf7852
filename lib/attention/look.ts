import { Crew } from '../math/crew.ts';
import type { KeyMatrix } from '../math/keys.ts';
import type { KernelMemory } from '../math/memory.ts';
import { mergeSummaries, type SoftmaxSummary, summarize } from '../math/softmax.ts';
import { BLOCK, type Candidates, candidatesAbove, type Peaks, peaksOf, roomFor } from '../math/topk.ts';
import { biasOf, type Head, logitsOf, type Mask } from './attend.ts';
import { HEADS } from './calibration.ts';
import { type Blend, blendPlainly, type Project, projectPlainly } from './output.ts';
import { cosineScores, largestCosines, type QueryVector } from './scores.ts';

/** How much room a look needs: numbers of each kind. */
export const LOOK = {
  /** Numbers that say what to do; the places below are among them. */
  params: 64,
  control: 16,
  /** Scores of each. */
  heads: HEADS.length,
  /** Documents of a block. */
  block: BLOCK,
  /** Numbers that sum up a block. */
  summary: 4,
} as const;

/** Places among the numbers of a look (the layout of math/kernel/look.as.ts, in units of eight bytes). */
const AT = {
  ...{ documents: 0, stride: 1, scans: 2, heads: 3, scores: 4, logits: 5, bias: 6, inverse: 7 },
  ...{
    mask: 8,
    summaries: 9,
    isFirst: 10,
    peaks: 11,
    coefficients: 16,
    evidence: 24,
    scan: 32,
    scanSize: 8,
    constants: 48,
  },
} as const;

/** From this many keys on a second thread gains more than waking it costs. */
const WORTH_A_THREAD = 20_000;

/** The room of all looks at one library; see store/arena.ts. */
export interface LookRoom {
  readonly look: Float64Array;
  readonly control: Int32Array;
  /** (2 × stride), zeros. */
  readonly queries: Int16Array;
  /** One for each row of all matrices. */
  readonly dots: Int32Array;
  /** (heads × N), each head's with room for a multiple of PEAK documents. */
  readonly scores: Float64Array;
  readonly logits: Float64Array;
  readonly mask: Uint8Array;
  readonly summaries: Float64Array;
  readonly peaks: Float64Array;
  /** (BLENDED) each: the documents of a blend and their weights, or rows of a basis and products with them. */
  readonly blended: Int32Array;
  readonly blendWeights: Float64Array;
  /** (stride) */
  readonly blend: Float64Array;
}

/** Keys to be scanned: one for each document, or, with offsets, the largest of several. */
export interface Scan {
  readonly keys: KeyMatrix;
  /** Passages of document i at rows offsets[i] … offsets[i + 1); null where row i is document i. */
  readonly offsets: Int32Array | null;
  readonly query: QueryVector;
  /** (N), one of `scoresOf`. */
  readonly scores: Float64Array;
}

export interface LookOptions {
  /** What of the scores is not there yet. */
  readonly scans: readonly Scan[];
  /** Their scores are those of `scoresOf`, there already or about to be. */
  readonly heads: readonly Head[];
  readonly b: number;
  /** null when no softmax is wanted: another look follows. */
  readonly temperature: number | null;
  readonly mask: Mask | null;
}

/** What a look has seen. The arrays are overwritten by the next one. */
export interface Looked {
  /** b − ln N. */
  readonly bias: number;
  /** (N) */
  readonly logits: Float64Array;
  /** Of the logits. */
  readonly peaks: Peaks;
  /** null without temperature. */
  readonly softmax: SoftmaxSummary | null;
}

/**
 * Looks at all documents of a library: scores of the embedding's heads, logits, softmax and
 * evidence in one pass over the keys, in blocks of 1,024 documents, on two threads where there
 * are many. Equal, to the last bit of every score and logit, to `cosineScores`,
 * `largestCosines` and `logitsOf` one after another, which do it where there is no kernel.
 */
export class Looks {
  readonly #memory: KernelMemory;
  readonly #room: LookRoom;
  readonly #documents: number;
  readonly #crew: Crew;
  #looks = 0;

  constructor(memory: KernelMemory, room: LookRoom, documents: number) {
    this.#memory = memory;
    this.#room = room;
    this.#documents = documents;
    memory.kernel?.prepare(room.look.subarray(AT.constants).byteOffset);
    this.#crew = new Crew(memory, room.look.byteOffset, room.control);
  }

  /** Where the scores of a head belong. @param name one of `HEADS` */
  scoresOf(name: string): Float64Array {
    const index = HEADS.indexOf(name);
    const room = roomFor(this.#documents);
    return this.#room.scores.subarray(index * room, index * room + this.#documents);
  }

  /** Ends the second thread; looks go on with one. */
  close(): void {
    this.#crew.dismiss();
    this.#looks = Number.NEGATIVE_INFINITY;
  }

  look(options: LookOptions): Looked {
    return this.#memory.kernel && this.#documents > 0
      ? this.#fast(options)
      : plainLook(options, this.#documents);
  }

  #fast({ scans, heads, b, temperature, mask }: LookOptions): Looked {
    const { look, queries, dots, scores, logits, summaries, peaks } = this.#room;
    const documents = this.#documents;
    const bias = biasOf(b, mask?.count ?? documents);
    look[AT.documents] = documents;
    look[AT.scans] = scans.length;
    look[AT.heads] = HEADS.length;
    look[AT.scores] = scores.byteOffset;
    look[AT.logits] = logits.byteOffset;
    look[AT.bias] = bias;
    look[AT.inverse] = temperature === null ? 0 : 1 / temperature;
    look[AT.mask] = this.#maskAt(mask);
    look[AT.summaries] = summaries.byteOffset;
    look[AT.isFirst] = 0;
    look[AT.peaks] = peaks.byteOffset;
    look.fill(0, AT.coefficients, AT.scan);
    for (const { name, coefficient } of heads) {
      const h = HEADS.indexOf(name);
      look[AT.coefficients + h] = coefficient;
    }
    let rows = 0;
    scans.forEach(({ keys, offsets, query, scores: out }, s) => {
      const at = AT.scan + s * AT.scanSize;
      const values = queries.subarray(s * keys.stride, (s + 1) * keys.stride);
      values.set(query.values);
      look[AT.stride] = keys.stride;
      look[at] = values.byteOffset;
      look[at + 1] = keys.keys.byteOffset;
      look[at + 2] = keys.inverseNorms.byteOffset;
      look[at + 3] = offsets?.byteOffset ?? 0;
      look[at + 4] = query.inverseNorm;
      look[at + 5] = out.byteOffset;
      // Each scan has its own: one thread may be at the second while the other is at the first.
      look[at + 6] = dots.subarray(rows).byteOffset;
      rows += keys.rows;
    });
    // A program that asks once is done before a second thread has started.
    if (++this.#looks > 4 && dots.length >= WORTH_A_THREAD) this.#crew.hire();
    this.#crew.run(Math.ceil(documents / LOOK.block), temperature === null);
    return { bias, logits: logits.subarray(0, documents), ...this.#summary(temperature) };
  }

  /** Of the logits of the last look; what is elsewhere goes the plain way. */
  readonly candidates: Candidates = (values, peaks, floor, most) => {
    const { kernel } = this.#memory;
    const { logits, dots } = this.#room;
    const isHere = values.buffer === logits.buffer && peaks.fine.buffer === logits.buffer;
    if (!kernel || !isHere) return candidatesAbove(values, peaks, floor, most);
    const at = [values.byteOffset, values.length, peaks.fine.byteOffset] as const;
    return dots.slice(0, kernel.candidates(...at, floor, most, dots.byteOffset));
  };

  /** The blend of values, like `blendPlainly` to the last bit. */
  readonly blend: Blend = (query, passages, shares) => {
    const { kernel } = this.#memory;
    const { queries, blended, blendWeights, blend: out, dots } = this.#room;
    const { keys, offsets } = passages;
    const count = shares.indices.length;
    if (!kernel || count > blended.length) return blendPlainly(query, passages, shares);
    queries.set(query);
    blended.set(shares.indices);
    blendWeights.set(shares.weights);
    kernel.blend(
      ...[queries.byteOffset, keys.keys.byteOffset, keys.inverseNorms.byteOffset, offsets.byteOffset],
      ...[keys.stride, blended.byteOffset, blendWeights.byteOffset, count],
      ...[dots.byteOffset, out.fill(0).byteOffset],
    );
    return out.slice(0, keys.dimension);
  };

  /** Rows of a basis times a vector, like `projectPlainly` to the last bit. */
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

  #maskAt(mask: Mask | null): number {
    if (!mask) return 0;
    this.#room.mask.set(mask.masked);
    return this.#room.mask.byteOffset;
  }

  #summary(temperature: number | null): Pick<Looked, 'peaks' | 'softmax'> {
    const { summaries, peaks: fine } = this.#room;
    const blocks = summaries.length / LOOK.summary;
    const [coarse, sums, moments] = [0, 1, 2].map(() => new Float64Array(blocks)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    for (let block = 0, at = 0; block < blocks; block++, at += LOOK.summary) {
      coarse[block] = summaries[at]!;
      sums[block] = summaries[at + 2]!;
      moments[block] = summaries[at + 3]!;
    }
    return {
      peaks: { fine, coarse },
      softmax: temperature === null ? null : mergeSummaries({ peaks: coarse, sums, moments }, temperature),
    };
  }
}

/** The same, step by step. */
export function plainLook({ scans, heads, b, temperature, mask }: LookOptions, documents: number): Looked {
  for (const { keys, offsets, query, scores } of scans) {
    scores.set(offsets ? largestCosines(query, keys, offsets) : cosineScores(query, keys));
  }
  const { bias, logits } = logitsOf(heads, b, documents, mask);
  return {
    bias,
    logits,
    peaks: peaksOf(logits),
    softmax: temperature === null ? null : summarize(logits, temperature),
  };
}

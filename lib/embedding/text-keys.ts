import { Calls } from '../math/calls.ts';
import { KernelMemory, PART } from '../math/memory.ts';
import { quantize } from '../math/vector.ts';
import type { LsaEmbedder } from './lsa.ts';
import { type Texts, textAt } from './texts.ts';

/** Texts from which on the kernel makes their keys, and from which on two threads do: each is about a microsecond. */
const MANY = 2_000;
const VERY_MANY = 50_000;
/** Texts, and terms of theirs, that are in the kernel's memory at a time. */
const TEXTS = 4096;
const TERMS = 1 << 18;
/** Parts of them, for two threads to take in turn. */
const PARTS = 16;

/** What the kernel reads and writes, in one memory. */
interface Desk {
  readonly calls: Calls;
  readonly basis: Float32Array;
  readonly offsets: Int32Array;
  readonly rows: Int32Array;
  readonly weights: Float64Array;
  /** One for each part to work in. */
  readonly vectors: Float32Array;
  readonly keys: Int8Array;
}

/**
 * Makes texts into keys: E(text), quantised (`quantize`). Many of them are made by the kernel, and
 * very many on two threads; the keys are the same to the bit.
 */
export class TextKeys {
  readonly #embedder: LsaEmbedder;
  readonly #desk: Desk | null;

  /** @param expected texts that will be asked for, about */
  constructor(embedder: LsaEmbedder, expected: number) {
    this.#embedder = embedder;
    this.#desk = expected < MANY ? null : deskFor(embedder);
    if (expected >= VERY_MANY) this.#desk?.calls.hire();
  }

  /** Ends the second thread. */
  close(): void {
    this.#desk?.calls.close();
  }

  /** Keys of texts from … to − 1; (to − from) × dimension. */
  of(texts: Texts, from: number, to: number): Int8Array {
    const d = this.#embedder.dimension;
    const keys = new Int8Array((to - from) * d);
    for (let at = from; at < to; ) {
      const end = this.#desk ? lastThatFits(texts, at, to) : at;
      if (this.#desk && end > at) {
        keys.set(this.#project(this.#desk, texts, at, end), (at - from) * d);
        at = end;
      } else {
        quantize(this.#embedder.embed(textAt(texts, at)).vector, keys, (at - from) * d);
        at++;
      }
    }
    return keys;
  }

  #project(desk: Desk, { offsets, ids, counts }: Texts, from: number, to: number): Int8Array {
    const d = this.#embedder.dimension;
    const { rows } = this.#embedder.model;
    let at = 0;
    for (let text = from; text < to; text++) {
      for (let k = offsets[text]!; k < offsets[text + 1]!; k++) {
        const row = rows[ids[k]!] ?? -1;
        if (row < 0) continue;
        desk.rows[at] = row;
        desk.weights[at++] = this.#embedder.weight(row, counts[k]!);
      }
      desk.offsets[text - from + 1] = at;
    }
    desk.keys.fill(0);
    const size = Math.ceil((to - from) / PARTS);
    const calls = Array.from({ length: Math.ceil((to - from) / size) }, (_, i) => [
      ...[desk.offsets.byteOffset + 4 * i * size, desk.rows.byteOffset, desk.weights.byteOffset],
      ...[Math.min(size, to - from - i * size), desk.basis.byteOffset, d],
      ...[desk.vectors.byteOffset + 4 * i * d, desk.keys.byteOffset + i * size * d],
    ]);
    desk.calls.run('embedRows', calls);
    return desk.keys.subarray(0, (to - from) * d);
  }
}

/** null where the dimension is not one that the kernel takes. */
function deskFor({ dimension: d, model }: LsaEmbedder): Desk | null {
  if (d === 0 || d % 2 !== 0) return null;
  const bytes = 12 * TERMS + 4 * model.basis.length + 4 * (TEXTS + 1) + (4 * PARTS + TEXTS) * d;
  const memory = new KernelMemory(bytes + 6 * PART);
  const desk = {
    calls: new Calls(memory),
    weights: memory.take(Float64Array, TERMS),
    basis: memory.take(Float32Array, model.basis.length),
    offsets: memory.take(Int32Array, TEXTS + 1),
    rows: memory.take(Int32Array, TERMS),
    vectors: memory.take(Float32Array, PARTS * d),
    keys: memory.take(Int8Array, TEXTS * d),
  };
  desk.basis.set(model.basis);
  return desk;
}

/** The end of the longest run of texts, from `at` on, that the memory takes; `at` when it takes none. */
function lastThatFits({ offsets }: Texts, at: number, to: number): number {
  let end = at;
  while (end < Math.min(to, at + TEXTS) && offsets[end + 1]! - offsets[at]! <= TERMS) end++;
  return end;
}

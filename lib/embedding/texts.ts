import { withRoom } from '../math/room.ts';

/** Term counts of one text: ids (−1 for a term the index has never seen) and how often each occurs. */
export interface TermCounts {
  readonly ids: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
  /** Factor of each term's weight, in (0, 1]; 1 when absent. */
  readonly shares?: ArrayLike<number>;
}

/** Term counts of many texts in flat arrays: text i has ids[k], counts[k] times, for k in [offsets[i], offsets[i + 1]). */
export interface Texts {
  readonly length: number;
  readonly offsets: Int32Array;
  readonly ids: Int32Array;
  readonly counts: Int32Array;
}

/** Builds `Texts` one text at a time: `add` any number of times, then `end`. */
export class TextsBuilder {
  #ids = new Int32Array(1024);
  #counts = new Int32Array(1024);
  #offsets = new Int32Array(256);
  /** The latest entry of each id; of the current text only if it is at or after its first and has that id. */
  #latest = new Int32Array(1024);
  #length = 0;
  #entries = 0;

  /**
   * Adds term counts to the current text; the count of a term it already has grows.
   *
   * @param terms [id, count, id, count, …], no id twice, none negative
   */
  add(terms: Int32Array): void {
    this.#ids = withRoom(this.#ids, this.#entries + terms.length / 2);
    this.#counts = withRoom(this.#counts, this.#ids.length);
    const start = this.#offsets[this.#length] ?? 0;
    for (let k = 0; k < terms.length; k += 2) {
      const id = terms[k]!;
      if (id >= this.#latest.length) this.#latest = withRoom(this.#latest, id + 1);
      let at = this.#latest[id]!;
      if (at < start || at >= this.#entries || this.#ids[at] !== id) {
        at = this.#entries++;
        this.#latest[id] = at;
        this.#ids[at] = id;
        this.#counts[at] = 0;
      }
      this.#counts[at] = this.#counts[at]! + terms[k + 1]!;
    }
  }

  /** Ends the current text and starts the next. */
  end(): void {
    this.#offsets = withRoom(this.#offsets, ++this.#length + 1);
    this.#offsets[this.#length] = this.#entries;
  }

  /** The texts ended so far, as views of the builder's arrays. */
  build(): Texts {
    return {
      length: this.#length,
      offsets: this.#offsets.subarray(0, this.#length + 1),
      ids: this.#ids.subarray(0, this.#entries),
      counts: this.#counts.subarray(0, this.#entries),
    };
  }
}

/** The term counts of text i, without copying. */
export function textAt({ offsets, ids, counts }: Texts, i: number): TermCounts {
  const [from, to] = [offsets[i], offsets[i + 1]];
  return { ids: ids.subarray(from, to), counts: counts.subarray(from, to) };
}

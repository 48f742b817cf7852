import { withRoom } from '../math/room.ts';

/** Terms of one text: ids (−1 for a term the index has never seen) and how often each occurs. */
export interface TermCounts {
  readonly ids: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
  /** Part of its weight that each term has, in (0, 1]; 1 where it is missing. */
  readonly shares?: ArrayLike<number>;
}

/** Terms of many texts in flat arrays: text i has ids[k], counts[k] times, for k in [offsets[i], offsets[i + 1]). */
export interface Texts {
  readonly length: number;
  readonly offsets: Int32Array;
  readonly ids: Int32Array;
  readonly counts: Int32Array;
}

/** Collects texts one after another. */
export class TextsBuilder {
  #ids = new Int32Array(1024);
  #counts = new Int32Array(1024);
  #offsets = new Int32Array(256);
  #length = 0;
  #entries = 0;

  /** Adds to the text at hand `terms` of [id, count, id, count …], no id twice: those that it has already count more. */
  add(terms: Int32Array): void {
    this.#ids = withRoom(this.#ids, this.#entries + terms.length / 2);
    this.#counts = withRoom(this.#counts, this.#ids.length);
    const start = this.#offsets[this.#length] ?? 0;
    const before = this.#entries;
    for (let k = 0; k < terms.length; k += 2) {
      const id = terms[k]!;
      // What comes before is a title, of few terms: looking through them all is faster than any table.
      let at = start;
      while (at < before && this.#ids[at] !== id) at++;
      if (at === before) {
        at = this.#entries++;
        this.#ids[at] = id;
        this.#counts[at] = 0;
      }
      this.#counts[at] = this.#counts[at]! + terms[k + 1]!;
    }
  }

  /** Ends the text at hand. */
  end(): void {
    this.#offsets = withRoom(this.#offsets, ++this.#length + 1);
    this.#offsets[this.#length] = this.#entries;
  }

  build(): Texts {
    return {
      length: this.#length,
      offsets: this.#offsets.subarray(0, this.#length + 1),
      ids: this.#ids.subarray(0, this.#entries),
      counts: this.#counts.subarray(0, this.#entries),
    };
  }
}

export function textAt({ offsets, ids, counts }: Texts, i: number): TermCounts {
  const [from, to] = [offsets[i], offsets[i + 1]];
  return { ids: ids.subarray(from, to), counts: counts.subarray(from, to) };
}

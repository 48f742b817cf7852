import { withRoom } from '../math/room.ts';

/**
 * Encodes the terms of documents one after another, each in the form that `decodeTerms` reads:
 *
 *     [number of lists, length of each list …, then (id, count) of every entry, list by list]
 *
 * One array for all, because a hundred thousand documents would be half a million small arrays.
 */
export class TermWriter {
  #written = new Int32Array(1024);
  #length = 0;
  /** Where the length of the next list goes. */
  #header = 0;
  /** Where the latest entry of each id is; 0 for none. */
  #entries = new Int32Array(1024);

  /** Number of int32 written. */
  get length(): number {
    return this.#length;
  }

  /** Begins a document with the given number of lists. */
  begin(lists: number): void {
    this.#written = withRoom(this.#written, this.#length + 1 + lists);
    this.#written[this.#length] = lists;
    this.#header = this.#length + 1;
    this.#length += 1 + lists;
  }

  /** Adds the next list: distinct ids in order of first occurrence, with their counts. */
  add(ids: readonly number[]): void {
    const written = withRoom(this.#written, this.#length + 2 * ids.length);
    this.#written = written;
    const start = this.#length;
    for (const id of ids) {
      if (id >= this.#entries.length) this.#entries = withRoom(this.#entries, id + 1);
      let entry = this.#entries[id] as number;
      if (entry < start) {
        entry = this.#length;
        this.#entries[id] = entry;
        written[entry] = id;
        written[entry + 1] = 0;
        this.#length += 2;
      }
      written[entry + 1] = (written[entry + 1] as number) + 1;
    }
    written[this.#header++] = (this.#length - start) / 2;
  }

  /** Returns everything written, and starts anew. */
  take(): Int32Array<ArrayBuffer> {
    const taken = this.#written.slice(0, this.#length);
    this.#length = 0;
    this.#entries.fill(0);
    return taken;
  }
}

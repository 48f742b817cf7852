/** The arrays that hold the terms of an index. */
interface TermArrays {
  /** UTF-16 units of all terms, in the order of their ids. */
  readonly letters: Uint16Array;
  /** By id, where its letters end in `letters`; they start where those of id − 1 end. Has room for every id that may exist. */
  readonly ends: Int32Array;
  /** Hash table of ids, 0 for an empty slot. Its length is a power of two, at least twice the number of terms. */
  readonly slots: Int32Array;
}

/**
 * The terms of an index with their ids: the letters of all terms in the order of their ids, and a hash
 * table with open addressing and linear probing. Flat arrays, because every thread can read them in place
 * and opening an index creates no strings.
 */
export class Terms {
  readonly #letters: Uint16Array;
  readonly #ends: Int32Array;
  readonly #slots: Int32Array;

  constructor({ letters, ends, slots }: TermArrays) {
    this.#letters = letters;
    this.#ends = ends;
    this.#slots = slots;
  }

  /** Length of `slots` for a number of terms: a power of two, so that at most half are taken. */
  static slotsFor(terms: number): number {
    return 2 ** Math.ceil(Math.log2(2 * terms + 2));
  }

  /** Fills arrays, which must be all zeros. @param terms ids ascending from 1, each below ends.length */
  static write(
    { letters, ends, slots }: TermArrays,
    terms: Iterable<readonly [term: string, id: number]>,
  ): void {
    let at = 0;
    let next = 0;
    for (const [term, id] of terms) {
      while (next < id) ends[next++] = at; // ids without a term
      for (let i = 0; i < term.length; i++) letters[at++] = term.charCodeAt(i);
      ends[id] = at;
      next = id + 1;
      let slot = hash(term) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = id;
    }
    while (next < ends.length) ends[next++] = at;
  }

  /** The id of a term; undefined when the index does not have it. */
  get(term: string): number | undefined {
    const slots = this.#slots;
    let slot = hash(term) & (slots.length - 1);
    for (let id = slots[slot]!; id !== 0; id = slots[slot]!) {
      if (this.#is(id, term)) return id;
      slot = (slot + 1) & (slots.length - 1);
    }
    return undefined;
  }

  /** Number of terms. */
  count(): number {
    let count = 0;
    for (const slot of this.#slots) if (slot !== 0) count++;
    return count;
  }

  /** The term with this id; '' when there is none. */
  text(id: number): string {
    return String.fromCharCode(...this.#letters.subarray(...this.#span(id)));
  }

  /** By id, the set of letters a … z of each term as bits; 0 for a term with other characters or fewer than `shortest` letters. */
  latinMasks(shortest: number): Int32Array {
    const masks = new Int32Array(this.#ends.length);
    for (let id = 1; id < masks.length; id++) {
      const [start, end] = this.#span(id);
      let mask = 0;
      for (let i = start; i < end; i++) {
        const letter = this.#letters[i]! - 97;
        if (letter < 0 || letter > 25) {
          mask = 0;
          break;
        }
        mask |= 1 << letter;
      }
      masks[id] = end - start < shortest ? 0 : mask;
    }
    return masks;
  }

  /** Ids of the terms of exactly two UTF-16 units that both satisfy `isOfKind`. */
  ofTwo(isOfKind: (unit: number) => boolean): number[] {
    const found: number[] = [];
    for (let id = 1; id < this.#ends.length; id++) {
      const [start, end] = this.#span(id);
      if (end - start !== 2) continue;
      if (isOfKind(this.#letters[start]!) && isOfKind(this.#letters[start + 1]!)) found.push(id);
    }
    return found;
  }

  #span(id: number): readonly [start: number, end: number] {
    return [this.#ends[id - 1]!, this.#ends[id]!];
  }

  #is(id: number, term: string): boolean {
    const [start, end] = this.#span(id);
    if (end - start !== term.length) return false;
    for (let i = 0; i < term.length; i++) if (this.#letters[start + i] !== term.charCodeAt(i)) return false;
    return true;
  }
}

/** FNV-1a with its high bits folded into the low ones, which alone select a slot. */
function hash(term: string): number {
  const value = fnv1a(term);
  return (value ^ (value >>> 15)) >>> 0;
}

/** FNV-1a (Fowler, Noll & Vo) over UTF-16 units, 32 bits. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

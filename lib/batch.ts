/** Documents of one transaction. */
export const BATCH = 256;
/** Bytes read ahead of a transaction at most. */
const BATCH_BYTES = 8_000_000;

/** Steps waiting for a transaction. A file of many documents is spread over several. */
export class Batch {
  #groups: (() => void)[][] = [[]];
  #bytes = 0;
  documents = 0;

  push(step: () => void): void {
    this.#groups.at(-1)?.push(step);
  }

  add(steps: readonly (() => void)[], documents: number, bytes: number): void {
    if (documents <= BATCH) for (const step of steps) this.push(step);
    else for (const step of steps) this.#groups.push([step]);
    if (documents > BATCH) this.#groups.push([]);
    this.documents += documents;
    this.#bytes += bytes;
  }

  isFull(): boolean {
    return this.documents >= BATCH || this.#bytes >= BATCH_BYTES;
  }

  drain(): (() => void)[][] {
    const groups = this.#groups.filter((steps) => steps.length > 0);
    this.#groups = [[]];
    this.#bytes = 0;
    this.documents = 0;
    return groups;
  }
}

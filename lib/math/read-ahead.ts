/** Below this many bytes, keys are close enough to the processor that reading ahead is not worth a trial. */
const LARGE = 64_000_000;
/** How often each of the two ways is timed. */
const TRIES = 6;

/**
 * Decides whether a look reads the keys of a block into the cache before it multiplies them.
 *
 * That depends on machine and size: on one machine it made the products of a million keys of 128 bytes a third
 * faster, and those of half as many a third slower. So the first looks at a large library alternate between both
 * ways, and the one with the shortest single time is kept.
 */
export class ReadAhead {
  readonly #shortest = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  readonly #now: () => number;
  #left: number;
  #isBetter = false;

  /** @param bytes size of all keys that a look scans @param now clock in milliseconds */
  constructor(bytes: number, now = () => performance.now()) {
    this.#left = bytes < LARGE ? 0 : 2 * TRIES;
    this.#now = now;
  }

  /** Runs a look in the way being tried, or in the better one once that is known. All looks run here must do the same amount of work. */
  run(look: (isAhead: boolean) => void): void {
    if (this.#left === 0) {
      look(this.#isBetter);
      return;
    }
    const way = this.#left-- % 2;
    const started = this.#now();
    look(way === 1);
    this.#shortest[way] = Math.min(this.#shortest[way] as number, this.#now() - started);
    const [apart, ahead] = this.#shortest as [number, number];
    if (this.#left === 0) this.#isBetter = ahead < apart;
  }

  /** The way for looks that are not comparable and therefore not run here; false until measured. */
  get isBetter(): boolean {
    return this.#isBetter;
  }
}

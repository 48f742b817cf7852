import { Worker } from 'node:worker_threads';
import type { KernelMemory } from './memory.ts';

/** How many integers the threads share. */
export const CONTROL = 16;

/** Places among them (the layout of kernel/look.as.ts, in units of four bytes). */
const TURN = 0;
const LEFT = 1;
const DONE = 2;
const STOP = 3;
const MORE = 4;
const ASLEEP = 5;
const CALLS = 6;
/** Milliseconds without a sign of the other thread until its blocks are done again, where that does no harm. */
const PATIENCE = 2000;
/** Looks at the blocks of the other thread before sleeping: it has one at most to finish, which takes less than a sleep. */
const LOOKS = 5000;

/** All that the second thread does; it lives in `serve` until it is stopped. */
const LIFE = `
const { workerData: { module, memory, at, control } } = require('node:worker_threads');
new WebAssembly.Instance(module, { env: { memory } }).exports.serve(at, control);
`;

/**
 * Work in numbered blocks, done by this thread and, once there is one, by a second. Both take
 * the next block that nobody has taken; what a block writes does not depend on who did it.
 */
export class Crew {
  readonly #memory: KernelMemory;
  readonly #at: number;
  readonly #control: Int32Array;
  #helper: Worker | null = null;

  /**
   * @param at      address of what the blocks need to know: of a look, or of calls
   * @param control (CONTROL) in the same memory
   * @param areCalls each block is one of the calls that dense.ts writes down, and may be made but once
   */
  constructor(memory: KernelMemory, at: number, control: Int32Array, areCalls = false) {
    this.#memory = memory;
    this.#at = at;
    this.#control = control;
    control[CALLS] = areCalls ? 1 : 0;
  }

  /** Starts the second thread; it keeps no process alive. */
  hire(): void {
    if (this.#helper || !this.#memory.shared) return;
    const workerData = { ...this.#memory.shared, at: this.#at, control: this.#control.byteOffset };
    this.#control[STOP] = 0;
    this.#helper = new Worker(LIFE, { eval: true, workerData });
    this.#helper.on('error', () => this.dismiss()); // this thread does it all then, as before
    this.#helper.unref();
  }

  /** Ends the second thread. */
  dismiss(): void {
    if (!this.#helper) return;
    Atomics.store(this.#control, STOP, 1);
    this.#wake();
    void this.#helper.terminate();
    this.#helper = null;
  }

  /**
   * Does blocks 0 … count − 1; returns when all are done.
   *
   * @param isMore there will be more within 0.4 ms: the second thread stays awake
   */
  run(count: number, isMore: boolean): void {
    const control = this.#control;
    Atomics.store(control, MORE, isMore ? 1 : 0);
    Atomics.store(control, DONE, 0);
    Atomics.store(control, LEFT, count);
    if (this.#helper) this.#wake();
    this.#memory.kernel?.work(this.#at, control.byteOffset);
    if (this.#helper) this.#await(count);
  }

  /** There will be work within 0.4 ms, which is less than waking takes. */
  alert(): void {
    if (!this.#helper) return;
    Atomics.store(this.#control, MORE, 1);
    this.#wake();
  }

  #wake(): void {
    Atomics.add(this.#control, TURN, 1);
    if (Atomics.load(this.#control, ASLEEP) === 1) Atomics.notify(this.#control, TURN);
  }

  #await(count: number): void {
    const control = this.#control;
    for (let i = 0; i < LOOKS; i++) if (Atomics.load(control, DONE) >= count) return;
    const until = performance.now() + (control[CALLS] === 1 ? Number.POSITIVE_INFINITY : PATIENCE);
    for (let done = Atomics.load(control, DONE); done < count; done = Atomics.load(control, DONE)) {
      if (performance.now() > until) {
        this.dismiss();
        this.run(count, false);
        return;
      }
      Atomics.wait(control, DONE, done, 1);
    }
  }
}

import { Worker } from 'node:worker_threads';
import type { KernelMemory } from './memory.ts';

/** Places in the shared integers (the layout of kernel/look.as.ts, in units of four bytes). */
const TURN = 0;
const NEXT = 1;
const BLOCKS = 2;
const DONE = 3;
const STOP = 4;
const MORE = 5;
const ASLEEP = 6;
/** No block has this number: what is taken while there is no work is nothing. */
const NONE = 2 ** 30;
/** Milliseconds without a sign of the other thread until its blocks are done again. */
const PATIENCE = 2000;
/** Looks at the blocks of the other thread before sleeping: it has one at most to finish, which takes less than a sleep. */
const LOOKS = 5000;

/** All that the second thread does; it lives in `serve` until it is stopped. */
const LIFE = `
const { workerData: { module, memory, look, control } } = require('node:worker_threads');
new WebAssembly.Instance(module, { env: { memory } }).exports.serve(look, control);
`;

/**
 * Work in numbered blocks, done by this thread and, once there is one, by a second. Both take
 * the next block that nobody has taken; what a block writes does not depend on who did it.
 */
export class Crew {
  readonly #memory: KernelMemory;
  readonly #look: number;
  readonly #control: Int32Array;
  #helper: Worker | null = null;

  /** @param look address of what a block needs to know; `control` (16) in the same memory */
  constructor(memory: KernelMemory, look: number, control: Int32Array) {
    this.#memory = memory;
    this.#look = look;
    this.#control = control;
  }

  /** Starts the second thread; it keeps no process alive. */
  hire(): void {
    if (this.#helper || !this.#memory.shared) return;
    const at = { look: this.#look, control: this.#control.byteOffset };
    this.#control[STOP] = 0;
    this.#helper = new Worker(LIFE, { eval: true, workerData: { ...this.#memory.shared, ...at } });
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
   * @param isMore there will be another run within a tenth of a millisecond: the second thread stays awake
   */
  run(count: number, isMore = false): void {
    const control = this.#control;
    Atomics.store(control, MORE, isMore ? 1 : 0);
    Atomics.store(control, DONE, 0);
    Atomics.store(control, BLOCKS, count);
    Atomics.store(control, NEXT, 0);
    if (this.#helper) this.#wake();
    this.#memory.kernel?.work(this.#look, control.byteOffset);
    if (this.#helper) this.#await(count);
    Atomics.store(control, NEXT, NONE);
  }

  #wake(): void {
    Atomics.add(this.#control, TURN, 1);
    if (Atomics.load(this.#control, ASLEEP) === 1) Atomics.notify(this.#control, TURN);
  }

  #await(count: number): void {
    const control = this.#control;
    for (let i = 0; i < LOOKS; i++) if (Atomics.load(control, DONE) === count) return;
    const until = performance.now() + PATIENCE;
    for (let done = Atomics.load(control, DONE); done < count; done = Atomics.load(control, DONE)) {
      if (performance.now() > until) {
        this.dismiss();
        this.run(count);
        return;
      }
      Atomics.wait(control, DONE, done, 1);
    }
  }
}

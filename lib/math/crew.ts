import { Worker } from 'node:worker_threads';
import type { KernelMemory } from './memory.ts';

/** Number of int32 in the control block that the threads share. */
export const CONTROL = 16;

/** Slots of the control block, in int32 units. Same layout in bytes, and meaning, in kernel/look.as.ts: change both. */
const TURN = 0;
const LEFT = 1;
const DONE = 2;
const STOP = 3;
const MORE = 4;
const ASLEEP = 5;
const CALLS = 6;
/** Milliseconds to wait for the second thread before its blocks are computed again on this one (blocks of a look only). */
const PATIENCE = 2000;
/** Spins before sleeping: the second thread has at most one block left to finish, which takes less time than a sleep. */
const SPINS = 5000;

/** The program of the second thread. It stays inside the kernel's `serve` until STOP is set. */
const WORKER_SOURCE = `
const { workerData: { module, memory, at, control } } = require('node:worker_threads');
new WebAssembly.Instance(module, { env: { memory } }).exports.serve(at, control);
`;

/**
 * Runs numbered blocks of kernel work on this thread and, once it has been started, on a second one.
 * Both take the next untaken block from a shared counter. What a block writes does not depend on the
 * thread that runs it, so results are the same with one thread and with two.
 */
export class Crew {
  readonly #memory: KernelMemory;
  readonly #at: number;
  readonly #control: Int32Array;
  #helper: Worker | null = null;

  /**
   * @param at       address of the blocks' parameters: a look's parameter block, or a list of calls
   * @param control  (CONTROL) in the same memory
   * @param areCalls each block is one of the calls written by dense.ts. They add to their output, so none may run twice
   */
  constructor(memory: KernelMemory, at: number, control: Int32Array, areCalls = false) {
    this.#memory = memory;
    this.#at = at;
    this.#control = control;
    control[CALLS] = areCalls ? 1 : 0;
  }

  /** Starts the second thread, if there is a kernel. It does not keep the process alive. */
  start(): void {
    if (this.#helper || !this.#memory.shared) return;
    const workerData = { ...this.#memory.shared, at: this.#at, control: this.#control.byteOffset };
    this.#control[STOP] = 0;
    this.#helper = new Worker(WORKER_SOURCE, { eval: true, workerData });
    this.#helper.on('error', () => this.stop()); // this thread then does all the work
    this.#helper.unref();
  }

  /** Stops the second thread. */
  stop(): void {
    if (!this.#helper) return;
    Atomics.store(this.#control, STOP, 1);
    this.#wake();
    void this.#helper.terminate();
    this.#helper = null;
  }

  /**
   * Runs blocks 0 … count − 1 and returns when all are done.
   *
   * @param isMore another run follows within 0.4 ms, so the second thread spins instead of sleeping
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

  /** Wakes the second thread ahead of a run that follows within 0.4 ms: waking takes longer than that. */
  wakeUp(): void {
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
    for (let i = 0; i < SPINS; i++) if (Atomics.load(control, DONE) >= count) return;
    const until = performance.now() + (control[CALLS] === 1 ? Number.POSITIVE_INFINITY : PATIENCE);
    for (let done = Atomics.load(control, DONE); done < count; done = Atomics.load(control, DONE)) {
      if (performance.now() > until) {
        this.stop();
        this.run(count, false);
        return;
      }
      Atomics.wait(control, DONE, done, 1);
    }
  }
}

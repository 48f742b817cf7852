import { Worker } from 'node:worker_threads';
import { packageFile } from '../root.ts';
import type { Kernel, KernelMemory } from './memory.ts';

/** Functions of the kernel that are called here. A thread is told which by its place. */
const FUNCTIONS = [
  'addGram',
  'multiplyRows',
  'multiplySparse',
  'multiplySparseTransposed',
] as const satisfies readonly (keyof Kernel)[];

/** Places in the shared integers: the first three only ever grow. */
const NEXT = 0; // calls that somebody has taken
const END = 1; // calls there are
const DONE = 2; // calls made
const STOP = 3;
const TABLE = 4;
/** Integers of a call: the function, and its arguments. */
const WIDTH = 12;
/** Calls at a time. */
const MOST = 64;

/**
 * Calls of the kernel that depend on none of each other: this thread makes them, and a second
 * one where there is work for two. Each takes the next that nobody has taken. What a call writes
 * does not depend on who makes it, so the numbers are the same with and without the second.
 */
export class Calls {
  readonly #memory: KernelMemory;
  readonly #control = new Int32Array(new SharedArrayBuffer(4 * (TABLE + MOST * WIDTH)));
  #helper: Worker | null = null;

  constructor(memory: KernelMemory) {
    this.#memory = memory;
  }

  /** Starts the second thread; where it cannot be, this one makes all calls. */
  hire(): void {
    if (this.#helper || !this.#memory.shared) return;
    const workerData = { ...this.#memory.shared, control: this.#control };
    this.#helper = new Worker(packageFile('dist/lib/math/call-worker.js'), { workerData });
    this.#helper.on('error', () => {});
    this.#helper.unref();
  }

  /** Ends the second thread. */
  close(): void {
    Atomics.store(this.#control, STOP, 1);
    Atomics.add(this.#control, END, 1);
    Atomics.notify(this.#control, END);
    this.#helper = null;
  }

  /** Calls a function with each list of arguments, at most `MOST`; returns when all calls have been made. */
  run(name: (typeof FUNCTIONS)[number], calls: readonly (readonly number[])[]): void {
    const control = this.#control;
    const { kernel } = this.#memory;
    if (!kernel) throw new Error('Expected dist/kernel.wasm; npm run build makes it.');
    const end = control[END]!;
    calls.forEach((args, i) => {
      control.set([FUNCTIONS.indexOf(name), ...args], placeOf(end + i));
    });
    Atomics.store(control, END, end + calls.length);
    Atomics.notify(control, END);
    makeCalls(kernel, control);
    // A call that somebody has taken is in the kernel, where nothing can fail.
    for (
      let done = Atomics.load(control, DONE);
      done < end + calls.length;
      done = Atomics.load(control, DONE)
    )
      Atomics.wait(control, DONE, done);
  }
}

function placeOf(call: number): number {
  return TABLE + (call % MOST) * WIDTH;
}

/** Makes calls until there is none that nobody has taken. */
function makeCalls(kernel: Kernel, control: Int32Array): void {
  for (;;) {
    const call = Atomics.load(control, NEXT);
    if (call >= Atomics.load(control, END) || Atomics.load(control, STOP) === 1) return;
    if (Atomics.compareExchange(control, NEXT, call, call + 1) !== call) continue;
    const [which, ...args] = control.subarray(placeOf(call), placeOf(call) + WIDTH);
    // What a function does not take it does not see.
    (kernel[FUNCTIONS[which!]!] as (...args: number[]) => void)(...args);
    Atomics.add(control, DONE, 1);
    Atomics.notify(control, DONE);
  }
}

/** The life of the second thread. */
export function serveCalls(kernel: Kernel, control: Int32Array): void {
  for (let seen = 0; Atomics.load(control, STOP) === 0; ) {
    Atomics.wait(control, END, seen);
    seen = Atomics.load(control, END);
    makeCalls(kernel, control);
  }
}

import type { Engine } from './engine.ts';
import type { SearchArrays } from './store/arrays.ts';
import { pause, runToEnd, serialQueue, sliceOf } from './turns.ts';

/** One at a time, because each run's record lives in buffers that the next query would overwrite. */
const inTurn = serialQueue();

/**
 * Runs a generator on one state of the index, as `Engine.snapshot` runs a function. It runs in slices that give way
 * to the event loop. If the index changes meanwhile, it starts again and runs to its end without a pause.
 *
 * @throws {SearchError} NOT_READY, and what the work throws
 */
export function onOneSnapshot<T>(engine: Engine, work: () => Generator<undefined, T>): Promise<T> {
  return inTurn(() => inOneState(engine, work));
}

/** The same beside other such work: for what needs no buffers across its pauses. */
export async function inOneState<T>(engine: Engine, work: () => Generator<undefined, T>): Promise<T> {
  let steps: Generator<undefined, T> | null = null;
  let seen: SearchArrays | null = null;
  for (;;) {
    await pause(); // also before the first slice: the previous work may have used up the whole turn
    const { done, value } = engine.snapshot(() => {
      const arrays = engine.arrays();
      seen ??= arrays;
      steps ??= work();
      return seen === arrays ? sliceOf(steps) : { done: true, value: runToEnd(work()) };
    });
    if (done) return value as T;
  }
}

/** Resolves when the work queued so far is done. */
export function idle(): Promise<void> {
  return inTurn(async () => {});
}

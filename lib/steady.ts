import type { Engine } from './engine.ts';
import type { SearchArrays } from './store/arrays.ts';
import { atOnce, oneByOne, pause, sliceOf } from './turns.ts';

/** One after another: each keeps the record of its query until it is done. */
const inTurn = oneByOne();

/**
 * Does work that pauses on one state of the index, as `Engine.snapshot` does work that does not. Others in the event
 * loop have their turn in its pauses; where the index changes meanwhile, all of it is done anew, at once.
 *
 * @throws {SearchError} NOT_READY, and what the work throws
 */
export function steadily<T>(engine: Engine, work: () => Generator<undefined, T>): Promise<T> {
  return inTurn(async () => {
    let steps: Generator<undefined, T> | null = null;
    let seen: SearchArrays | null = null;
    for (;;) {
      await pause(); // at first, too: those before may have taken a whole turn
      const { done, value } = engine.snapshot(() => {
        const arrays = engine.arrays();
        seen ??= arrays;
        steps ??= work();
        return seen === arrays ? sliceOf(steps) : { done: true, value: atOnce(work()) };
      });
      if (done) return value as T;
    }
  });
}

/** Until no such work is under way. */
export function idle(): Promise<void> {
  return inTurn(async () => {});
}

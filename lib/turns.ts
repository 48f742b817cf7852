import { setPriority } from 'node:os';

/** Milliseconds that the event loop is held up at a time. */
const SLICE = 15;

const paused: (() => void)[] = [];

/** Until everything else in the event loop has had its turn. Of all that pause one goes on in each round of it. */
export function pause(): Promise<void> {
  return new Promise((goOn) => {
    paused.push(goOn);
    if (paused.length === 1) setImmediate(next);
  });
}

function next(): void {
  paused.shift()?.();
  if (paused.length > 0) setImmediate(next);
}

/** Does work that pauses up to the first pause after some milliseconds, or to its end. */
export function sliceOf<T>(work: Generator<undefined, T>): IteratorResult<undefined, T> {
  const until = performance.now() + SLICE;
  let step = work.next();
  while (!step.done && performance.now() < until) step = work.next();
  return step;
}

/** Does work that pauses, and lets others in the event loop have their turn in its pauses. */
export async function inSlices<T>(work: Generator<undefined, T>): Promise<T> {
  for (;;) {
    const { done, value } = sliceOf(work);
    if (done) return value;
    await pause();
  }
}

/** Does such work at once. */
export function atOnce<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** What is begun through it runs one after another, in the order it came; a failure holds up nobody. */
export function oneByOne(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
}

/**
 * Lets other threads go first where there are not enough cores for all: who waits for an answer
 * waits for no background work. Linux gives every thread a priority of its own; elsewhere it is
 * the whole process's, and stays as it is.
 */
export function stepBack(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, 10);
  } catch {
    // Not allowed here: then all are equal.
  }
}

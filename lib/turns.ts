import { setPriority } from 'node:os';

/** Milliseconds of work after which the event loop gets a turn. */
const SLICE_MS = 15;

const paused: (() => void)[] = [];

/** Resolves after the event loop has served everything else. If several wait, one resumes per round of the loop. */
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

/** Runs a generator up to the first `yield` after SLICE_MS milliseconds, or to its end. */
export function sliceOf<T>(work: Generator<undefined, T>): IteratorResult<undefined, T> {
  const until = performance.now() + SLICE_MS;
  let step = work.next();
  while (!step.done && performance.now() < until) step = work.next();
  return step;
}

/** Runs a generator to its end in slices, and gives way to the event loop between them. */
export async function runInSlices<T>(work: Generator<undefined, T>): Promise<T> {
  for (;;) {
    const { done, value } = sliceOf(work);
    if (done) return value;
    await pause();
  }
}

/** Runs a generator to its end without a pause. */
export function runToEnd<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** The same work; adds the milliseconds it takes to `spent`, without those of its pauses. */
export function* timed<T>(work: Generator<undefined, T>, spent: { ms: number }): Generator<undefined, T> {
  for (;;) {
    const begun = performance.now();
    const { done, value } = work.next();
    spent.ms += performance.now() - begun;
    if (done) return value;
    yield;
  }
}

/**
 * A queue: the work given to the returned function runs one at a time, in order. A failure rejects only its own
 * promise.
 */
export function serialQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
}

/**
 * Lowers the priority of the calling thread, so that background work does not delay answers where cores are scarce.
 * Only on Linux, where each thread has a priority of its own; elsewhere it would apply to the whole process.
 */
export function lowerPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, 10);
  } catch {
    // Not permitted here; all threads stay equal.
  }
}

import type { DocumentInput } from '../document.ts';
import type { Prepared } from './indexer.ts';

/** Items in progress ahead of the one in use: enough that neither side waits for the other. */
const DEPTH = 4;

/**
 * Yields items with the outcome of their work, in order. The work of the next DEPTH items starts before the outcome
 * of the current one is awaited. If `items` throws, the items before are yielded first. If the work of an item
 * fails, nothing is yielded after it.
 *
 * @param isLast whether no further item may come for a while; then all items in progress are finished first
 */
export async function* ahead<Item, Outcome>(
  items: Iterable<Item> | AsyncIterable<Item>,
  begin: (item: Item) => Promise<Outcome>,
  isLast: (item: Item) => boolean = () => false,
): AsyncGenerator<readonly [Item, Outcome]> {
  let begun: (readonly [Item, Promise<Outcome>])[] = [];
  let failure: { readonly error: unknown } | null = null;
  for await (const next of untilFailure(items)) {
    if ('error' in next) {
      failure = next;
      break;
    }
    const work = begin(next.item);
    work.catch(() => {}); // thrown when its turn comes; until then it must not count as an unhandled rejection
    begun.push([next.item, work]);
    const due = isLast(next.item) ? begun : begun.slice(0, -DEPTH);
    begun = begun.slice(due.length);
    for (const [item, outcome] of due) yield [item, await outcome];
  }
  for (const [item, outcome] of begun) yield [item, await outcome];
  if (failure) throw failure.error;
}

async function* untilFailure<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
): AsyncGenerator<{ readonly item: Item } | { readonly error: unknown }> {
  try {
    for await (const item of items) yield { item };
  } catch (error) {
    yield { error };
  }
}

/**
 * Groups items into batches. At a pause, yields the items so far, even if there are none. If `items` throws, the
 * items before are yielded first.
 *
 * @param items   null for a pause
 * @param shareOf the part of a batch that an item takes; a batch is full at 1
 */
export async function* inBatches<Item>(
  items: Iterable<Item | null> | AsyncIterable<Item | null>,
  shareOf: (item: Item) => number,
): AsyncGenerator<Item[]> {
  let batch: Item[] = [];
  let share = 0;
  try {
    for await (const item of items) {
      if (item !== null) {
        batch.push(item);
        share += shareOf(item);
        if (share < 1) continue;
      }
      const whole = batch;
      batch = [];
      share = 0;
      yield whole;
    }
  } finally {
    if (batch.length > 0) yield batch;
  }
}

/**
 * Yields items as they come, and null once `ms` milliseconds have passed since the first item after the last null
 * while the next item is not there.
 */
export async function* withPauses<Item>(items: AsyncIterable<Item>, ms: number): AsyncGenerator<Item | null> {
  const iterator = items[Symbol.asyncIterator]();
  let pending: Promise<unknown> | null = null;
  let isOver = false;
  let due = Number.POSITIVE_INFINITY;
  try {
    for (;;) {
      const next = iterator.next();
      pending = next;
      if (due < Number.POSITIVE_INFINITY && (await isPending(next, due - performance.now()))) {
        due = Number.POSITIVE_INFINITY;
        yield null;
      }
      isOver = true; // assume the end until an item has come
      const { done, value } = await next;
      if (done) return;
      pending = null;
      isOver = false;
      due = Math.min(due, performance.now() + ms);
      yield value;
    }
  } finally {
    const ended = isOver ? undefined : iterator.return?.();
    // A consumer that stops during a wait must not wait for an item that may never come.
    if (pending === null) await ended;
    else for (const late of [pending, ended]) late?.catch(() => {});
  }
}

/** Whether a promise is still pending after `ms` milliseconds. */
async function isPending(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, ms), true);
  });
  const over = () => false;
  try {
    return await Promise.race([late, promise.then(over, over)]);
  } finally {
    clearTimeout(timer);
  }
}

/** A list in parts of `size`; the last may be shorter. */
export function* chunks<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}

/** Documents per transaction: enough to be fast, few enough that a kill loses little. */
export const BATCH = 256;
/** Most bytes read ahead of a transaction. */
const BATCH_BYTES = 8_000_000;

/** The part of a transaction that is written as a whole: a file, or a part of a large file. */
export interface Step {
  /** To be analysed before `write`. */
  readonly documents: readonly DocumentInput[];
  readonly bytes: number;
  /** @param prepared the analyses of `documents`, in order */
  write(prepared: readonly Prepared[]): void;
}

/** The share of a transaction that a step takes. */
export function stepShare({ documents, bytes }: Step): number {
  return Math.max(documents.length / BATCH, bytes / BATCH_BYTES);
}

import type { DocumentInput } from '../document.ts';
import type { Prepared } from './indexer.ts';

/** Items whose work is under way while another is used: enough that neither side waits for the other. */
const DEPTH = 4;

/**
 * Items with the outcome of their work, in order; the work of the next few is begun before the
 * one at hand is asked for. Where the items end with an error, it comes after those that were
 * begun; where the work fails, nothing comes after it.
 *
 * @param isLast whether nothing more may come for a while after an item: then none waits for others
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
    work.catch(() => {}); // it is thrown when its turn comes: until then it is no unhandled rejection
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
 * Items as they come, so many together as fill a batch; at a pause those that have come, though there be none. Where they
 * end with an error, it comes after those before it.
 *
 * @param items  null for a pause
 * @param shareOf a batch that an item takes; it is full at 1
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

/** Items as they come, and null where others are waited for `ms` milliseconds after the first since the last null. */
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
      isOver = true; // unless there is one
      const { done, value } = await next;
      if (done) return;
      pending = null;
      isOver = false;
      due = Math.min(due, performance.now() + ms);
      yield value;
    }
  } finally {
    const ended = isOver ? undefined : iterator.return?.();
    // Who gives it up while it waits does not wait for what would have come.
    if (pending === null) await ended;
    else for (const late of [pending, ended]) late?.catch(() => {});
  }
}

/** Whether nothing has come of it after so many milliseconds. */
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

/** A list by `size`, the last part shorter. */
export function* slices<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}

/** Documents of one transaction: large enough to be fast, small enough that a kill loses little. */
export const BATCH = 256;
/** Bytes read ahead of a transaction at most. */
const BATCH_BYTES = 8_000_000;

/** What one transaction writes whole: a file, or as much of a large one as a transaction takes. */
export interface Step {
  /** To be analysed before. */
  readonly documents: readonly DocumentInput[];
  readonly bytes: number;
  /** @param prepared what the analysis of `documents` came to */
  write(prepared: readonly Prepared[]): void;
}

/** The share of a transaction that a step takes. */
export function stepShare({ documents, bytes }: Step): number {
  return Math.max(documents.length / BATCH, bytes / BATCH_BYTES);
}

import type { Candidate, Prepared } from './indexer.ts';

/** Items whose work is under way while another is used: enough that neither side waits for the other. */
const DEPTH = 4;

/**
 * Items with the outcome of their work, in order; the work of the next few is begun before the
 * one at hand is asked for. Where the items end with an error, it comes after those that were
 * begun; where the work fails, nothing comes after it.
 */
export async function* ahead<Item, Outcome>(
  items: Iterable<Item> | AsyncIterable<Item>,
  begin: (item: Item) => Promise<Outcome>,
): AsyncGenerator<readonly [Item, Outcome]> {
  const begun: (readonly [Item, Promise<Outcome>])[] = [];
  let failure: { readonly error: unknown } | null = null;
  for await (const next of untilFailure(items)) {
    if ('error' in next) {
      failure = next;
      break;
    }
    const work = begin(next.item);
    work.catch(() => {}); // it is thrown when its turn comes: until then it is no unhandled rejection
    begun.push([next.item, work]);
    if (begun.length <= DEPTH) continue;
    const [first, outcome] = begun.shift() as (typeof begun)[number];
    yield [first, await outcome];
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
 * Items as they come, so many together as fill a batch. Where they end with an error, it comes after those before it.
 *
 * @param shareOf a batch that an item takes; it is full at 1
 */
export async function* inBatches<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  shareOf: (item: Item) => number,
): AsyncGenerator<Item[]> {
  let batch: Item[] = [];
  let share = 0;
  try {
    for await (const item of items) {
      batch.push(item);
      share += shareOf(item);
      if (share < 1) continue;
      const whole = batch;
      batch = [];
      share = 0;
      yield whole;
    }
  } finally {
    if (batch.length > 0) yield batch;
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
  readonly documents: readonly Candidate[];
  readonly bytes: number;
  /** @param prepared what the analysis of `documents` came to */
  write(prepared: readonly Prepared[]): void;
}

/** The share of a transaction that a step takes. */
export function stepShare({ documents, bytes }: Step): number {
  return Math.max(documents.length / BATCH, bytes / BATCH_BYTES);
}

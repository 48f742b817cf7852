/** Items whose work is under way while another is used: enough that neither side waits for the other. */
const DEPTH = 4;

/**
 * Items with the outcome of their work, in order; the work of the next few is begun before the
 * one at hand is asked for. Where the items end with an error, it comes after those that were begun.
 */
export async function* ahead<Item, Outcome>(
  items: Iterable<Item> | AsyncIterable<Item>,
  begin: (item: Item) => Promise<Outcome>,
): AsyncGenerator<readonly [Item, Outcome]> {
  const begun: (readonly [Item, Promise<Outcome>])[] = [];
  let failure: { readonly error: unknown } | null = null;
  try {
    for await (const item of items) {
      begun.push([item, begin(item)]);
      if (begun.length <= DEPTH) continue;
      const [first, outcome] = begun.shift() as (typeof begun)[number];
      yield [first, await outcome];
    }
  } catch (error) {
    failure = { error };
  }
  for (const [item, outcome] of begun) yield [item, await outcome];
  if (failure) throw failure.error;
}

/** Items by `size`, the last of them fewer. */
export function* inBatches<Item>(items: Iterable<Item>, size: number): Generator<Item[]> {
  let batch: Item[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

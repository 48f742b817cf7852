import { describe, expect, test } from 'vitest';
import { ahead, chunks, inBatches, withPauses } from '../../lib/indexing/ahead.ts';

describe('ahead', () => {
  test('starts work on several items before the first is used, and yields them in order', async () => {
    const log: string[] = [];
    const begin = async (item: number) => {
      log.push(`begin ${item}`);
      await new Promise((resolve) => setTimeout(resolve, item === 0 ? 20 : 0));
      return 10 * item;
    };
    for await (const [item, outcome] of ahead([0, 1, 2, 3, 4, 5, 6], begin)) {
      log.push(`use ${item} ${outcome}`);
    }
    expect(log.slice(0, 7)).toEqual([
      ...['begin 0', 'begin 1', 'begin 2', 'begin 3', 'begin 4'],
      ...['use 0 0', 'begin 5'],
    ]);
    expect(log.filter((line) => line.startsWith('use'))).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((item) => `use ${item} ${10 * item}`),
    );
  });

  test('yields what was started before the iterable fails, then throws its error', async () => {
    const items = function* () {
      yield* [1, 2];
      throw new Error('no third');
    };
    const used: number[] = [];
    const use = async () => {
      for await (const [item] of ahead(items(), async () => {})) used.push(item);
    };
    await expect(use()).rejects.toThrow('no third');
    expect(used).toEqual([1, 2]);
  });

  test('yields the items before one whose work fails, and none after it', async () => {
    const used: number[] = [];
    const begin = async (item: number) => {
      // The slow item 2 keeps the loop waiting until the failures of 3 and 5 have happened.
      await new Promise((resolve) => setTimeout(resolve, item === 2 ? 20 : 0));
      if (item === 3 || item === 5) throw new Error(`no ${item}`);
    };
    const use = async () => {
      for await (const [item] of ahead([1, 2, 3, 4, 5, 6, 7, 8], begin)) used.push(item);
    };
    await expect(use()).rejects.toThrow('no 3');
    expect(used).toEqual([1, 2]);
  });
});

test('inBatches yields the items before a failure, also when they do not fill a batch', async () => {
  function* items() {
    yield* [0, 1, 2];
    throw new Error('no 3');
  }
  const batches: number[][] = [];
  const use = async () => {
    for await (const batch of inBatches(items(), () => 1 / 2)) batches.push(batch);
  };
  await expect(use()).rejects.toThrow('no 3');
  expect(batches).toEqual([[0, 1], [2]]);
});

test.each([
  [0, []],
  [2, [[0, 1]]],
  [3, [[0, 1], [2]]],
])('%i items in batches of two', async (count, batches) => {
  const items = [...Array(count).keys()];
  expect([...chunks(items, 2)]).toEqual(batches);
  const arrived: number[][] = [];
  for await (const batch of inBatches(items, () => 1 / 2)) arrived.push(batch);
  expect(arrived).toEqual(batches);
});

describe('a source that pauses', () => {
  /** Gives 1 and 2, then waits until `open`, then gives 3. */
  function slow() {
    const gate = { open: () => {}, isEnded: false };
    const opened = new Promise<void>((resolve) => {
      gate.open = resolve;
    });
    async function* items() {
      try {
        yield* [1, 2];
        await opened;
        yield 3;
      } finally {
        gate.isEnded = true;
      }
    }
    return { gate, items: items() };
  }

  test('yields an empty batch at a pause, once the items before it have been used', async () => {
    const { gate, items } = slow();
    const used: number[][] = [];
    const batches = inBatches<number>(withPauses(items, 20), () => 1 / 2);
    const work = ahead(
      batches,
      async () => {},
      ({ length }) => length < 2,
    );
    for await (const [batch] of work) {
      used.push(batch);
      if (batch.length === 0) gate.open(); // a pause: what came before it has been used
    }
    expect(used).toEqual([[1, 2], [], [3]]);
    expect(gate.isEnded).toBe(true);
  });

  test('is closed when its consumer stops early, without waiting for the next item', async () => {
    const { gate, items } = slow();
    const seen: (number | null)[] = [];
    for await (const item of withPauses(items, 20)) {
      seen.push(item);
      if (item === null) break;
    }
    expect(seen).toEqual([1, 2, null]);
    gate.open();
    await expect.poll(() => gate.isEnded).toBe(true);
    const other = slow();
    for await (const _ of withPauses(other.items, 20)) break;
    expect(other.gate.isEnded).toBe(true);
  });

  test('yields a pause once many short waits add up to one', async () => {
    async function* items() {
      for (let i = 0; i < 8; i++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        yield i;
      }
    }
    const seen: (number | null)[] = [];
    for await (const item of withPauses(items(), 25)) seen.push(item);
    expect(seen.filter((item) => item !== null)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(seen.indexOf(null)).toBeLessThan(6);
  });

  test('yields the items before it fails, then throws its error', async () => {
    async function* items() {
      yield 1;
      throw new Error('no second');
    }
    const seen: (number | null)[] = [];
    const use = async () => {
      for await (const item of withPauses(items(), 20)) seen.push(item);
    };
    await expect(use()).rejects.toThrow('no second');
    expect(seen).toEqual([1]);
  });
});

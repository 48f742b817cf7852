import { expect, test } from 'vitest';
import { KernelMemory } from '../../lib/math/memory.ts';

const SIZE = 50_000_000;
const kept = [new KernelMemory(SIZE)];

test.each([
  ['the kernel shares', () => new KernelMemory(SIZE)],
  ['has no kernel', () => new KernelMemory(SIZE, false)],
  ['another thread has made', () => new KernelMemory(kept[0]?.shared?.memory ?? SIZE)],
])('memory that %s counts as external memory for the garbage collector', (_, make) => {
  const before = process.memoryUsage();
  kept.push(make());
  const after = process.memoryUsage();
  expect(after.external - before.external).toBeGreaterThan(0.9 * SIZE);
  expect(after.rss - before.rss, 'nobody touches it').toBeLessThan(SIZE / 2);
});

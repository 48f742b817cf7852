import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Two workers: the tests spawn servers, indexers and a browser of their own.
    maxWorkers: 2,
  },
});

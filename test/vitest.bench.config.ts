import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/bench/**/*.bench.ts'],
    reporters: ['default'],
    maxWorkers: 1,
    testTimeout: 300_000,
  },
});

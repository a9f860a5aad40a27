import { defineConfig } from 'vitest/config';
import { CountsReporter } from './support/counts-reporter.js';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', new CountsReporter()],
    globalSetup: ['test/support/server/global-setup.ts'],
    // What is built is loaded by Node itself, as users load it.
    server: { deps: { external: [/\/(?:runtime|codegen)\/dist\//] } },
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

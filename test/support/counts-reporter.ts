import type { Reporter, TestModule } from 'vitest/node';

/** Prints the run's true counts alone on the last line; a file that could not be loaded counts as failed. */
export class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) {
      counts.failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'pending') counts.failed += 1;
        else counts[state] += 1;
      }
    }
    process.once('exit', (code) => {
      // A run that could not begin, for want of a server, has failed.
      if (code !== 0 && counts.failed === 0) counts.failed = 1;
      console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    });
  }
}

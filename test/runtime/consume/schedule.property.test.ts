import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Step, stepArbitrary, World, type WorldOptions } from './schedule-world.js';

// A server of a few lines and one schedule, driven through thousands of interleavings. The world checks after
// every step; see `schedule-world.ts` for what it calls a broken promise.

const options: fc.Arbitrary<WorldOptions> = fc.record({
  concurrency: fc.integer({ min: 1, max: 4 }),
  prefetch: fc.integer({ min: 0, max: 4 }),
  waiting: fc.integer({ min: 1, max: 12 }),
  limit: fc.integer({ min: 0, max: 4 }),
  keys: fc.integer({ min: 0, max: 3 }),
  orderOnRetry: fc.constantFrom('wait', 'skip'),
  lazy: fc.boolean(),
  seed: fc.integer(),
});

function play(options: WorldOptions, steps: readonly Step[]): World {
  const world = new World(options);
  for (const step of steps) world.step(step);
  return world;
}

const steps = fc.array(stepArbitrary, { minLength: 20, maxLength: 120 });

test('nothing is lost, nothing runs after its end, order per key and all bounds hold', () => {
  fc.assert(
    fc.property(options, steps, (options, steps) => {
      const world = play(options, steps);
      world.finishEverything();
      expect(world.unaccounted()).toEqual([]);
    }),
    { numRuns: 2_500 },
  );
});

test('a drain hands back whatever did not end by itself, and ends in its time', () => {
  fc.assert(
    fc.property(options, steps, steps, (options, steps, during) => {
      const world = play(options, steps);
      world.drain();
      for (const step of during) world.step(step);
      world.endDrain();
      expect(world.forgotten()).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

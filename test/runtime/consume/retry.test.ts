import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffDelay, requestedDelay } from '../../../runtime/dist/consume/retry.js';

const example = { initial: 500, factor: 3, max: 60_000 };

test('the wait grows exponentially up to the cap, with full jitter', () => {
  const waits = [1, 2, 3, 4, 5, 6, 1_000].map((attempt) => backoffDelay(example, attempt, () => 1));
  expect(waits).toEqual([500, 1_500, 4_500, 13_500, 40_500, 60_000, 60_000]);
  expect(backoffDelay(example, 3, () => 0)).toBe(0);
  expect(backoffDelay(example, 3, () => 0.5)).toBe(2_250);
});

test('the wait is a number between 0 and the cap, whatever the policy', () => {
  const policy = fc.record({
    initial: fc.nat(100_000),
    factor: fc.double({ min: 1, max: 1e6, noNaN: true }),
    max: fc.nat(1_000_000),
  });
  fc.assert(
    fc.property(policy, fc.integer({ min: 1, max: 1e6 }), (backoff, attempt) => {
      const wait = backoffDelay(backoff, attempt, () => 0.999);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(backoff.max);
    }),
  );
});

test.each([
  [1_500, 1_500],
  [-3, 0],
  [Number.POSITIVE_INFINITY, 86_400_000],
  [Number.NaN, undefined],
  ['soon', undefined],
  [undefined, undefined],
])('a handler that asks for %s gets %s', (asked, given) => {
  expect(requestedDelay(asked)).toBe(given);
});

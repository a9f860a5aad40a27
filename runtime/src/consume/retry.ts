import type { RetryPolicy } from '../definition.js';

/** The longest wait a `RetryAfterError` can ask for: a day. */
export const LONGEST_RETRY_AFTER = 86_400_000;

/** Milliseconds before the attempt after `attempt`: exponential, capped, with full jitter. */
export function backoffDelay(
  { initial, factor, max }: RetryPolicy['backoff'],
  attempt: number,
  random: () => number,
): number {
  const ceiling = initial === 0 ? 0 : Math.min(max, initial * factor ** (attempt - 1));
  return random() * ceiling;
}

/** The wait a handler asked for, made safe: never negative, at most a day; undefined where it is no number. */
export function requestedDelay(delayMs: unknown): number | undefined {
  if (typeof delayMs !== 'number' || Number.isNaN(delayMs)) return undefined;
  return Math.min(Math.max(0, delayMs), LONGEST_RETRY_AFTER);
}

/** Attempts a message gets before it is dead-lettered. */
export function attemptLimit(policy: RetryPolicy): number {
  return policy.limit + 1;
}

/**
 * Starts after which an entry counts as the one that kills its process. At least three, since two of them
 * may be innocent: it happened to run beside the one that does.
 */
export function crashLimit(policy: RetryPolicy): number {
  return Math.max(attemptLimit(policy), 3);
}

import type { Consumer } from '../consume/consumer.js';

export interface WaitOptions {
  /** Milliseconds after which waiting ends with an error. Default 5,000. */
  readonly timeout?: number;
  /** What is waited for, for the error's message. */
  readonly what?: string;
}

/** Milliseconds between two looks at a condition. */
const PACE = 5;

/**
 * Wait until a condition holds: until it answers anything but `undefined`, `null` or `false`, which is what this
 * resolves to. What the condition throws counts as 'not yet', and is the cause of the error at the end, so an
 * `expect(…)` may be the condition.
 */
export async function waitFor<R>(
  condition: () => R | Promise<R>,
  options: WaitOptions = {},
): Promise<NonNullable<R>> {
  const { timeout = 5_000, what = 'the condition' } = options;
  const end = performance.now() + timeout;
  let cause: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== undefined && value !== null && value !== false) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= end) {
      throw new Error(`${what} did not hold within ${timeout} ms`, { cause });
    }
    await new Promise<void>((resolve) => setTimeout(resolve, PACE));
  }
}

/**
 * Wait until a consumer has settled so many messages: handled or dead-lettered, counted from its start.
 * The first failure to connect ends the wait at once.
 */
export async function waitForHandled(
  consumer: Consumer,
  count: number,
  options: WaitOptions = {},
): Promise<void> {
  await consumer.ready;
  const what = options.what ?? `${count} messages handled by ${consumer.name}`;
  await waitFor(
    () => {
      const { done, deadLettered } = consumer.stats();
      return done + deadLettered >= count;
    },
    { ...options, what },
  );
}

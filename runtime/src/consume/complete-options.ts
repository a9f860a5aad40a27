import { PspfError } from '../errors.js';
import { checkOptionNames, numberOption } from '../options.js';
import type { ConsumeOptions } from './consumer.js';

/** Every option with its value. */
export type CompleteConsumeOptions = Required<Omit<ConsumeOptions, 'group' | 'name'>> & {
  readonly name: string;
  readonly readMargin: number;
  readonly fastPrefetch: number;
};

/** A command costs as much as handling some twenty entries: from here on larger batches gain little. */
const FAST_PREFETCH = 128;

/** The names of {@link ConsumeOptions}. */
export const CONSUME_OPTIONS: readonly string[] = [
  'group',
  'name',
  'concurrency',
  'prefetch',
  'startFrom',
  'orderOnRetry',
  'block',
  'claimIdle',
  'heartbeat',
  'recovery',
  'shutdownDeadline',
  'waiting',
  'heldBytes',
  'grace',
  'signals',
] satisfies (keyof ConsumeOptions)[];

/**
 * Fill in what was not given, and check what was.
 * @throws {PspfError} `INVALID_OPTION`
 */
export function completeConsumeOptions(
  stream: string,
  given: ConsumeOptions,
  hostName: string,
): CompleteConsumeOptions {
  checkOptionNames(`${stream}: consume`, given, CONSUME_OPTIONS);
  const concurrency = whole('concurrency', numberOption('concurrency', given.concurrency));
  const prefetch = whole('prefetch', given.prefetch ?? concurrency);
  const claimIdle = numberOption('claimIdle', given.claimIdle);
  const { name = hostName, startFrom = 'start', orderOnRetry = 'wait', signals = true } = given;
  if (typeof name !== 'string' || name === '') invalid('name', name, 'a text that is not empty');
  if (!isPosition(startFrom)) invalid('startFrom', startFrom, "'start', 'end' or an entry id");
  if (orderOnRetry !== 'wait' && orderOnRetry !== 'skip') {
    invalid('orderOnRetry', orderOnRetry, "'wait' or 'skip'");
  }
  if (typeof signals !== 'boolean') invalid('signals', signals, 'true or false');
  return {
    name,
    concurrency,
    prefetch,
    fastPrefetch: given.prefetch ?? Math.max(concurrency, FAST_PREFETCH),
    startFrom,
    orderOnRetry,
    signals,
    claimIdle,
    block: numberOption('block', given.block),
    readMargin: numberOption('readMargin', undefined),
    heartbeat: Math.min(numberOption('heartbeat', given.heartbeat), claimIdle / 3),
    recovery: numberOption('recovery', given.recovery),
    shutdownDeadline: numberOption('shutdownDeadline', given.shutdownDeadline),
    waiting: whole('waiting', numberOption('waiting', given.waiting)),
    heldBytes: numberOption('heldBytes', given.heldBytes),
    grace: numberOption('grace', given.grace),
  };
}

function isPosition(position: unknown): boolean {
  return (
    position === 'start' ||
    position === 'end' ||
    (typeof position === 'string' && /^\d{1,20}-\d{1,20}$/.test(position))
  );
}

function whole(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  return invalid(name, value, 'a whole number');
}

function invalid(name: string, value: unknown, expected: string): never {
  throw new PspfError('INVALID_OPTION', `${name}: ${shown(value)} is not ${expected}`);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

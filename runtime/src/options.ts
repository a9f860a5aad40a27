import { PspfError } from './errors.js';

/** One number a user may set. What it means stands at the option itself, in `ConsumeOptions` or {@link EmitLimits}. */
export interface NumberOption {
  readonly default: number;
  readonly unit: 'ms' | 'bytes' | 'count';
  /** Smallest value that makes sense. */
  readonly least: number;
}

export type OptionName =
  | keyof EmitLimits
  | 'concurrency'
  | 'block'
  | 'readMargin'
  | 'claimIdle'
  | 'heartbeat'
  | 'recovery'
  | 'shutdownDeadline'
  | 'waiting'
  | 'heldBytes'
  | 'grace';

/** Every number of the runtime a user may set; and `readMargin`: a read that takes `block` and this counts as dead. */
export const OPTIONS: Readonly<Record<OptionName, NumberOption>> = {
  concurrency: { default: 16, unit: 'count', least: 1 },
  block: { default: 2_000, unit: 'ms', least: 1 },
  readMargin: { default: 3_000, unit: 'ms', least: 1 },
  claimIdle: { default: 60_000, unit: 'ms', least: 1 },
  heartbeat: { default: 20_000, unit: 'ms', least: 1 },
  recovery: { default: 10_000, unit: 'ms', least: 1 },
  shutdownDeadline: { default: 25_000, unit: 'ms', least: 0 },
  waiting: { default: 10_000, unit: 'count', least: 1 },
  heldBytes: { default: 134_217_728, unit: 'bytes', least: 1 },
  grace: { default: 10_000, unit: 'ms', least: 0 },
  emitDeadline: { default: 5_000, unit: 'ms', least: 1 },
  emitsInFlight: { default: 10_000, unit: 'count', least: 1 },
  emitBytesInFlight: { default: 67_108_864, unit: 'bytes', least: 1 },
  emitsWaiting: { default: 100_000, unit: 'count', least: 1 },
  emitBytesWaiting: { default: 134_217_728, unit: 'bytes', least: 1 },
  maxPayloadBytes: { default: 16_777_216, unit: 'bytes', least: 1 },
};

/** Longest time an option may name: 20 days, in milliseconds. Node takes a timer above 24 days for one of 1 ms. */
const LONGEST_TIME = 1_728_000_000;

/** Every default of the runtime, by the option's name. Times are milliseconds, sizes bytes. */
export const DEFAULTS: Readonly<Record<OptionName, number>> = defaults();

function defaults(): Readonly<Record<OptionName, number>> {
  const entries = Object.entries(OPTIONS).map(([name, option]) => [name, option.default]);
  return Object.freeze(Object.fromEntries(entries));
}

/** Bounds of what a process emits. Partial where a user gives them; every default is in {@link OPTIONS}. */
export interface EmitLimits {
  /** Milliseconds an emit may take, waiting for room and connection included. Default 5,000. */
  readonly emitDeadline: number;
  /** Emits sent and not yet answered; beyond that `emit` waits. Default 10,000. */
  readonly emitsInFlight: number;
  /** Bytes sent and not yet answered; beyond that `emit` waits. Default 64 MiB. */
  readonly emitBytesInFlight: number;
  /** Emits that wait to be sent; beyond that they reject with `BACKPRESSURE`. Default 100,000. */
  readonly emitsWaiting: number;
  /** Bytes that wait to be sent; beyond that emits reject with `BACKPRESSURE`. Default 128 MiB. */
  readonly emitBytesWaiting: number;
  /** Largest payload, as JSON text in UTF-8; beyond that `PAYLOAD_TOO_LARGE`. Default 16 MiB. */
  readonly maxPayloadBytes: number;
}

/**
 * Fill in what was not given, and check what was.
 * @throws {PspfError} `INVALID_OPTION` for anything but a number from the option's `least` on; times end at 20 days.
 */
export function completeEmitLimits(given: Partial<EmitLimits>): EmitLimits {
  return {
    emitDeadline: numberOption('emitDeadline', given.emitDeadline),
    emitsInFlight: numberOption('emitsInFlight', given.emitsInFlight),
    emitBytesInFlight: numberOption('emitBytesInFlight', given.emitBytesInFlight),
    emitsWaiting: numberOption('emitsWaiting', given.emitsWaiting),
    emitBytesWaiting: numberOption('emitBytesWaiting', given.emitBytesWaiting),
    maxPayloadBytes: numberOption('maxPayloadBytes', given.maxPayloadBytes),
  };
}

/** One option: the value given, checked, else its default. */
export function numberOption(name: OptionName, given: number | undefined): number {
  if (given === undefined) return OPTIONS[name].default;
  const { least, unit } = OPTIONS[name];
  const most = unit === 'ms' ? LONGEST_TIME : Number.MAX_SAFE_INTEGER;
  if (Number.isFinite(given) && given >= least && given <= most) return given;
  throw new PspfError(
    'INVALID_OPTION',
    `${name}: ${String(given)} is no number from ${least} to ${most} (${unit})`,
  );
}

/**
 * Refuse names that are no option: a misspelt one would silently do nothing.
 * @throws {PspfError} `INVALID_OPTION` naming the first unknown key and all known ones.
 */
export function checkOptionNames(where: string, given: unknown, known: readonly string[]): void {
  if (given === undefined) return;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new PspfError('INVALID_OPTION', `${where}: options must be an object`);
  }
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new PspfError(
    'INVALID_OPTION',
    `${where}: there is no option ${JSON.stringify(unknown)}; there are ${known.join(', ')}`,
  );
}

/** @throws {PspfError} `INVALID_OPTION` for what cannot be a group's name. */
export function checkGroup(group: unknown): string {
  if (typeof group === 'string' && group !== '') return group;
  throw new PspfError('INVALID_OPTION', `group: ${String(group)} is no name of a consumer group`);
}

/**
 * Where warnings and errors go; `console` and pino fit. By default to stderr, one line each, the same
 * line at most once in ten seconds; `logger: false` silences them. Payloads are never logged.
 */
export interface Logger {
  warn(message: string): void;
  error(message: string): void;
}

import type { StreamBackend } from './backend/backend.js';
import { type Clock, systemClock } from './clock.js';
import { Emitter } from './emit/emitter.js';
import { PspfError } from './errors.js';
import type { Interceptor } from './interceptor.js';
import { guarded, silentLogger, stderrLogger } from './logger.js';
import {
  aBoolean,
  anObject,
  aText,
  checkShapes,
  either,
  isFalse,
  listOf,
  type Shape,
  withMethods,
} from './option-shapes.js';
import { completeEmitLimits, type EmitLimits, type Logger } from './options.js';
import { type TracingOptions, tracing } from './telemetry/tracing.js';
import type { ValidationOptions } from './validation.js';

/** What a default and a stream of its own have in common. */
export interface ConnectionOptions extends Partial<EmitLimits> {
  /** In front of every stream's name before anything is derived from it, for example `'staging:'`. Default: none. */
  readonly keyPrefix?: string;
  /** Around every emit and every handler call; the first is the outermost, tracing is outside of all. Default: none. */
  readonly interceptors?: readonly Interceptor[];
  /** Spans through `@opentelemetry/api`, which do nothing without an SDK; `false` leaves them out. Default: on. */
  readonly tracing?: TracingOptions | false;
  /** Where warnings and errors go; `false` silences them. Default: one line each to stderr, repetitions held back. */
  readonly logger?: Logger | false;
  /** Whether SIGTERM and SIGINT stop consumers; `consume` may say otherwise. Default true. */
  readonly signals?: boolean;
  /** Leave payload values out of the errors of invalid payloads. Default false. */
  readonly hideValues?: boolean;
  /** Time; tests put a fake one in its place. Default: the backend's, which is the system's or what `MemoryStreamBackend` was given. */
  readonly clock?: Clock;
}

/** The names of {@link ConnectionOptions}. */
export const CONNECTION_OPTIONS: readonly string[] = [
  'keyPrefix',
  'interceptors',
  'tracing',
  'logger',
  'signals',
  'hideValues',
  'clock',
  'emitDeadline',
  'emitsInFlight',
  'emitBytesInFlight',
  'emitsWaiting',
  'emitBytesWaiting',
  'maxPayloadBytes',
] satisfies (keyof ConnectionOptions)[];

const SHAPES = {
  keyPrefix: aText,
  interceptors: listOf(anObject),
  tracing: either(anObject, isFalse),
  logger: either(withMethods('an object with warn() and error()', 'warn', 'error'), isFalse),
  signals: aBoolean,
  hideValues: aBoolean,
  clock: withMethods('a clock', 'now', 'date', 'after'),
} satisfies Partial<Record<keyof ConnectionOptions, Shape>>;

/** How a {@link StreamBackend} is told from something else. */
export const A_BACKEND: Shape = withMethods(
  'a backend, as openBackend() makes it',
  'append',
  'close',
);

/** @throws {PspfError} `INVALID_OPTION` */
export function checkConnectionOptions(where: string, options: ConnectionOptions): void {
  checkShapes(where, options, SHAPES);
  completeEmitLimits(options);
}

/** A backend with everything that streams on it share. */
export interface Connection {
  readonly backend: StreamBackend;
  readonly emitter: Emitter;
  readonly limits: EmitLimits;
  readonly keyPrefix: string;
  readonly interceptors: readonly Interceptor[];
  readonly validation: ValidationOptions;
  readonly logger: Logger;
  readonly signals: boolean;
  readonly clock: Clock;
}

/** Complete the options, once. */
export function connectionOf(backend: StreamBackend, options: ConnectionOptions): Connection {
  const clock = clockOf(backend, options);
  const limits = completeEmitLimits(options);
  const traced = options.tracing === false ? [] : [tracing(options.tracing)];
  return {
    backend,
    emitter: new Emitter({ backend, limits, clock }),
    limits,
    keyPrefix: options.keyPrefix ?? '',
    interceptors: [...traced, ...(options.interceptors ?? [])],
    validation: { hideActual: options.hideValues ?? false },
    logger: loggerOf({ ...options, clock }),
    signals: options.signals ?? true,
    clock,
  };
}

/** A consumer and its backend wait for each other, so both must run by one clock. */
function clockOf(backend: StreamBackend, { clock }: ConnectionOptions): Clock {
  const common = backend.clock ?? clock ?? systemClock;
  if (clock === undefined || clock === common) return common;
  throw new PspfError(
    'INVALID_OPTION',
    'clock: the backend runs by another clock; give it this one, new MemoryStreamBackend({ clock })',
  );
}

/** The logger that options mean. */
export function loggerOf({ logger, clock }: Pick<ConnectionOptions, 'logger' | 'clock'>): Logger {
  if (logger === false) return silentLogger;
  return logger === undefined ? stderrLogger(clock ?? systemClock) : guarded(logger);
}

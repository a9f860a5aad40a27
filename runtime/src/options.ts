/**
 * Every default of the runtime, in one place. Times are milliseconds, sizes bytes.
 * The README's option tables are made from this file.
 */
export const DEFAULTS = {
  /** Handlers running at once in one consumer. */
  concurrency: 16,
  /** How long one blocking read waits for entries. */
  block: 2_000,
  /** A read that takes `block` + this counts as dead; the consumer connects afresh. */
  readMargin: 3_000,
  /** Entries another consumer left alone for this long are taken over. */
  claimIdle: 60_000,
  /** Held entries are refreshed this often; at most a third of `claimIdle`. */
  heartbeat: 20_000,
  /** How often a consumer looks for entries to take over. */
  recovery: 10_000,
  /** How long a stop waits for running handlers before it aborts and hands back. */
  shutdownDeadline: 25_000,
  /** How long an emit may take, waiting for room and connection included. */
  emitDeadline: 5_000,
  /** Emits in flight, and their bytes; beyond that `emit` waits. */
  emitsInFlight: 10_000,
  emitBytesInFlight: 67_108_864,
  /** Emits that wait for room; beyond that they reject with `BACKPRESSURE`. */
  emitsWaiting: 100_000,
  /** Largest payload, as JSON text. */
  maxPayloadBytes: 16_777_216,
  /** Entries that wait for their retry; at the bound reading stops. */
  waiting: 10_000,
  /** How long a handler that ignores its abort keeps its slot and its key. */
  grace: 10_000,
} as const;

/** Where warnings and errors go. `console` and pino fit. Payloads are never logged. */
export interface Logger {
  warn(message: string): void;
  error(message: string): void;
}

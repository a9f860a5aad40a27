import type { BackendAddress, DeadReason, Source, SourceState } from './backend/backend.js';
import type { ConsumerStats } from './consume/consumer.js';
import type { Message } from './message.js';

/**
 * Code around every emit and every handler call: tracing, metrics, a user's own logging.
 * Interceptors run in the order given; the first is the outermost. All members are optional.
 */
export interface Interceptor {
  /** Around one emit. May add headers before `next()`; must return or reject as `next()` does, or on purpose otherwise. */
  emit?(context: EmitContext, next: () => Promise<EmitResult>): Promise<EmitResult>;
  /** Around one attempt of the handler. What it throws counts as the handler's. */
  process?(context: ProcessContext, next: () => Promise<void>): Promise<void>;
  /** Told of what happens; must not throw, and is not awaited. */
  observe?(event: RuntimeEvent): void;
  /** Told of each consumer at its start, so that it can be asked later: for gauges. Must not throw. */
  started?(consumer: StartedConsumer): void;
}

/** A consumer as an {@link Interceptor} may ask it, until `done` is settled. */
export interface StartedConsumer {
  readonly destination: Destination;
  readonly source: Source;
  readonly name: string;
  /** What it holds now. */
  stats(): ConsumerStats;
  /** What the server says of the stream and the group; a call to the server. */
  inspect(): Promise<SourceState>;
  /** Settled when it has stopped. */
  readonly done: Promise<void>;
}

export interface EmitContext {
  readonly destination: Destination;
  /** Wire fields added beside `data`, `schema` and `key`: `traceparent`, `tracestate`. */
  readonly fields: Map<string, string>;
  /** The caller's headers, without prefix. */
  readonly headers: Record<string, string>;
  /** Size of `data` in bytes. */
  readonly bytes: number;
}

export interface ProcessContext {
  readonly destination: Destination;
  readonly group: string;
  readonly consumer: string;
  readonly payload: unknown;
  readonly message: Message;
}

/** A stream on a backend. */
export interface Destination {
  /** The stream's declared name. */
  readonly stream: string;
  /** The physical key, prefix included. */
  readonly key: string;
  readonly address: BackendAddress;
}

/** What `emit` resolves to. */
export interface EmitResult {
  /** Entry id; opaque. */
  readonly id: string;
  /** Always 0 until streams have partitions. */
  readonly partition: number;
  /** `<stream key>/<id>`: the stable key for idempotent side effects. */
  readonly origin: string;
  /** True where an `idempotencyKey` was met again; always false until that option is built. */
  readonly duplicate: boolean;
}

/** What a consumer tells its observers. Durations are milliseconds. */
export type RuntimeEvent = {
  readonly destination: Destination;
  readonly source: Source;
  readonly consumer: string;
} & (
  | {
      readonly type: 'delivered';
      readonly count: number;
      readonly from: 'read' | 'claim' | 'inlet' | 'own';
    }
  | { readonly type: 'settled'; readonly count: number; readonly ms: number }
  | { readonly type: 'settle-refused'; readonly result: 'gone' | 'not-yours' }
  | { readonly type: 'retry'; readonly attempt: number; readonly delayMs: number }
  | { readonly type: 'dead-letter'; readonly reason: DeadReason }
  | { readonly type: 'released'; readonly count: number }
  | { readonly type: 'lost'; readonly why: 'trimmed' | 'taken'; readonly count: number }
  | { readonly type: 'zombie' }
  | { readonly type: 'waiting-full' }
  | { readonly type: 'unknown-fingerprint'; readonly fingerprint: string }
  | { readonly type: 'read-failed'; readonly code: string }
  | { readonly type: 'group-created' }
  | { readonly type: 'pinned'; readonly group: string }
);

type EmitStep<C extends EmitContext> = (context: C) => Promise<EmitResult>;

/** All `emit` interceptors and what they stand around as one function; the first is the outermost. */
export function composeEmit<C extends EmitContext>(
  interceptors: readonly Interceptor[],
  last: EmitStep<C>,
): EmitStep<C> {
  return interceptors.reduceRight<EmitStep<C>>(
    (inner, interceptor) =>
      interceptor.emit === undefined
        ? inner
        : (context) => interceptor.emit?.(context, () => inner(context)) ?? inner(context),
    last,
  );
}

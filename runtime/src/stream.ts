import type { StreamBackend } from './backend/backend.js';
import {
  assertConsuming,
  defaultConnection,
  defaultInstance,
  derivedConnection,
} from './connect.js';
import { type Connected, connected } from './connected.js';
import {
  A_BACKEND,
  CONNECTION_OPTIONS,
  type Connection,
  type ConnectionOptions,
  checkConnectionOptions,
  connectionOf,
} from './connection.js';
import type { ConsumeOptions, Consumer } from './consume/consumer.js';
import { checkContract, type StreamDefinition } from './definition.js';
import {
  EMIT_MANY_OPTIONS,
  type EmitManyOptions,
  type EmitManyResult,
  emitEach,
} from './emit/emit-many.js';
import { type EmitOptions, NO_OPTIONS } from './emit/producer.js';
import { PspfError } from './errors.js';
import type { EmitResult } from './interceptor.js';
import type { Handler } from './message.js';
import { checkShapes } from './option-shapes.js';
import { checkOptionNames } from './options.js';
import {
  type ReplayAllOptions,
  type ReplayOptions,
  type ReplayResult,
  replayDeadLetters,
} from './replay.js';
import { startConsumer } from './start-consumer.js';

/** What `new OrdersStream(options)` takes; without any it shares the default of the process. */
export interface StreamOptions extends ConnectionOptions {
  /** Where this instance leads. The caller closes it; {@link Stream.close} does not. Default: the default's. */
  readonly backend?: StreamBackend;
}

const STREAM_OPTIONS: readonly string[] = [
  ...CONNECTION_OPTIONS,
  ...(['backend'] satisfies (keyof StreamOptions)[]),
];

/**
 * One typed stream. Generated classes extend it; nobody else needs to.
 *
 * The statics use one default for the process (see `configure`); an instance with options of its own is the
 * same with everything injected: for tests, and for more than one server.
 *
 * @example
 * await OrdersStream.emit({ id: 'o-1', customerId: 'c-42' });
 * const orders = new OrdersStream({ backend });
 * await orders.emit({ id: 'o-1', customerId: 'c-42' });
 * await orders.close();
 */
export abstract class Stream<T> implements AsyncDisposable {
  readonly #definition: StreamDefinition<T>;
  readonly #options: StreamOptions;
  readonly #shared: boolean;
  readonly #consumers = new Set<Consumer>();
  #connected: Connected<T> | undefined;
  /** While `closing` handlers go on to their end, and may emit. */
  #state: 'open' | 'closing' | 'closed' = 'open';

  /** @throws {PspfError} `CONTRACT_MISMATCH`, `INVALID_OPTION` */
  constructor(definition: StreamDefinition<T>, options: StreamOptions = {}) {
    checkContract(definition);
    const where = `${definition.stream}: new Stream`;
    checkOptionNames(where, options, STREAM_OPTIONS);
    checkConnectionOptions(where, options);
    checkShapes(where, options, { backend: A_BACKEND });
    this.#definition = definition;
    this.#options = options;
    this.#shared = Object.keys(options).length === 0;
  }

  /** {@link Stream.prototype.emit} on the default of this process. */
  static emit<T>(
    this: new () => Stream<T>,
    payload: NoInfer<T>,
    options?: EmitOptions,
  ): Promise<EmitResult> {
    try {
      return bound(this).emit(payload, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** {@link Stream.prototype.emitMany} on the default of this process. */
  static emitMany<T>(
    this: new () => Stream<T>,
    payloads: Iterable<NoInfer<T>> | AsyncIterable<NoInfer<T>>,
    options?: EmitManyOptions<NoInfer<T>>,
  ): Promise<EmitManyResult> {
    try {
      return bound(this).emitMany(payloads, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** {@link Stream.prototype.consume} on the default of this process. */
  static consume<T>(
    this: new () => Stream<T>,
    handler: Handler<NoInfer<T>>,
    options?: ConsumeOptions,
  ): Consumer {
    return bound(this).consume(handler, options);
  }

  /** {@link Stream.prototype.replay} on the default of this process. */
  static replay<T>(
    this: new () => Stream<T>,
    ids: 'all',
    options?: ReplayAllOptions,
  ): Promise<ReplayResult>;
  static replay<T>(
    this: new () => Stream<T>,
    ids: string | Iterable<string>,
    options?: ReplayOptions,
  ): Promise<ReplayResult>;
  static replay<T>(
    this: new () => Stream<T>,
    ids: string | Iterable<string>,
    options?: ReplayAllOptions,
  ): Promise<ReplayResult> {
    try {
      return bound(this).replay(ids, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Validate a payload and append it. Resolves when the server has it; never throws, always rejects:
   *
   * - `INVALID_PAYLOAD` with `issues`, `UNSERIALIZABLE`, `PAYLOAD_TOO_LARGE`: before any I/O
   * - `BACKPRESSURE`: too many emits wait already
   * - `STREAM_FULL`: under `retain.onFull: reject`
   * - `CONNECTION`, `DEADLINE`, `AUTH`, …: not within `emitDeadline`. `maybeWritten` tells whether the server
   *   may have stored it although no answer came; nothing is sent twice by itself.
   * - `ABORTED` by `options.signal`; `CLOSED` after `close()` or `shutdown()`
   *
   * Emits of one tick travel together; the order of one process's emits is kept as long as none fails.
   */
  emit(payload: T, options: EmitOptions = NO_OPTIONS): Promise<EmitResult> {
    try {
      return this.#connect().producer.emit(payload, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Emit every payload of an iterable, in order, many on their way at once and in bounded memory: no more
   * are taken than there is room for. Rejects at the first failure with that payload's error once all on their way
   * have ended: everything before its index was written. With `onFailed` it goes on instead.
   */
  async emitMany(
    payloads: Iterable<T> | AsyncIterable<T>,
    options: EmitManyOptions<T> = {},
  ): Promise<EmitManyResult> {
    checkOptionNames(`${this.#definition.stream}: emitMany`, options, EMIT_MANY_OPTIONS);
    const { producer, connection } = this.#connect();
    return emitEach(payloads, options, {
      emit: (payload, emitOptions) => producer.emit(payload, emitOptions),
      room: () => connection.emitter.room(),
    });
  }

  /**
   * Handle every message of a group: at least once each, in order of its key within this consumer, with retries, dead
   * letters and recovery as declared. Returns at once; `ready` and `done` tell the rest.
   *
   * The handler's outcome is the message's: it returns, done; it throws, retried; it throws `RejectError`,
   * dead-lettered; `RetryAfterError`, retried then. It runs again after a crash, so make its effects idempotent by
   * `message.origin`, and heed `message.signal`.
   *
   * @throws {PspfError} for programming errors only: `INVALID_OPTION`, `CLOSED`, `UNBOUND_STATIC`.
   */
  consume(handler: Handler<T>, options: ConsumeOptions = {}): Consumer {
    if (this.#state !== 'open') throw this.#closedError();
    if (this.#shared) assertConsuming();
    const consumer = startConsumer(this.#definition, this.#connect(), handler, options);
    this.#consumers.add(consumer);
    const forget = () => this.#consumers.delete(consumer);
    consumer.done.then(forget, forget);
    return consumer;
  }

  /**
   * Give dead letters back to the group that failed, and to no other: each leaves the dead-letter stream and reaches a
   * consumer of the group in one step, with every field as it was, its first attempt before it, and the same
   * `message.origin`. Calling it again is harmless: what was replayed is `missing` then.
   *
   * `ids` are those in the dead-letter stream, in the order wanted. `'all'` means what is there when the call begins, page
   * by page, oldest first: a dead letter that fails again meanwhile is left for the next call.
   *
   * Never throws, always rejects: `GROUP_MISSING` where no consumer ever made the group, `INVALID_OPTION`, `ABORTED`, `CONNECTION`, …
   *
   * @example
   * const { replayed, missing } = await OrdersStream.replay(['1767225600000-0'], { group: 'billing' });
   * await OrdersStream.replay('all', { where: ({ reason, at }) => reason === 'timeout' && at > deployedAt });
   */
  replay(ids: 'all', options?: ReplayAllOptions): Promise<ReplayResult>;
  replay(ids: string | Iterable<string>, options?: ReplayOptions): Promise<ReplayResult>;
  async replay(
    ids: string | Iterable<string>,
    options: ReplayAllOptions = {},
  ): Promise<ReplayResult> {
    return replayDeadLetters(this.#definition, this.#connect(), ids, options);
  }

  /**
   * Stop this instance's consumers, wait for emits on their way, and take no more; handlers may emit to their end. A backend
   * that was given is left open. Inside a handler it resolves without waiting for that handler.
   */
  async close(): Promise<void> {
    const consumers = [...this.#consumers];
    this.#state = consumers.length === 0 ? 'closed' : 'closing';
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    const ended = Promise.allSettled(consumers.map(({ done }) => done)).then(() => {
      this.#state = 'closed';
    });
    if (this.#consumers.size === 0) await ended;
    await this.#connected?.connection.emitter.flush();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Connected at first use; the default is another one after shutdown() and configure(). */
  #connect(): Connected<T> {
    if (this.#state === 'closed') throw this.#closedError();
    const known = this.#connected;
    if (known !== undefined && !this.#shared) return known;
    const connection = this.#shared ? defaultConnection() : ownConnection(this.#options);
    if (known?.connection === connection) return known;
    this.#connected = connected(this.#definition, connection);
    return this.#connected;
  }

  #closedError(): PspfError {
    const { stream } = this.#definition;
    return new PspfError('CLOSED', `${stream}: this instance was closed before`, { stream });
  }
}

function ownConnection(options: StreamOptions): Connection {
  const { backend, ...rest } = options;
  return backend === undefined ? derivedConnection(rest) : connectionOf(backend, rest);
}

/** The instance behind a static. */
function bound<T>(type: new () => Stream<T>): Stream<T> {
  // From JavaScript, or through a type that hides it, a static can be called without its class.
  if (typeof type === 'function' && type.prototype instanceof Stream) return defaultInstance(type);
  throw new PspfError(
    'UNBOUND_STATIC',
    'a static of a stream was called without its class: write `payload => OrdersStream.emit(payload)`, not `OrdersStream.emit` alone',
  );
}

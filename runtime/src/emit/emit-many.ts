import { PspfError } from '../errors.js';
import type { EmitResult } from '../interceptor.js';
import type { EmitOptions } from './producer.js';

/** Options of `emitMany`; `headers` and `signal` are for every payload. */
export interface EmitManyOptions<T> extends EmitOptions {
  /**
   * Called for each payload that was written; `index` counts from 0, calls come in no particular order. What it throws
   * ends emitMany; a promise it returns is awaited before the end, and counts likewise.
   */
  readonly onEmitted?: (result: EmitResult, index: number) => void;
  /** Called, in the same way, for each payload that failed; where it is given, emitMany goes on after a failure. */
  readonly onFailed?: (error: unknown, payload: T, index: number) => void;
}

/** The names of {@link EmitManyOptions}. */
export const EMIT_MANY_OPTIONS: readonly string[] = [
  'headers',
  'signal',
  'onEmitted',
  'onFailed',
] satisfies (keyof EmitManyOptions<never>)[];

/** What `emitMany` resolves to. */
export interface EmitManyResult {
  /** Payloads written. */
  readonly emitted: number;
  /** Payloads given to `onFailed`. */
  readonly failed: number;
}

/** One stream's `emit`, and when to make more. */
export interface EmitWay<T> {
  /** Rejects, never throws. */
  readonly emit: (payload: T, options: EmitOptions) => Promise<EmitResult>;
  /** Resolves when few emits wait; undefined where that is so now. */
  readonly room: () => Promise<void> | undefined;
}

/**
 * Emit one after the other, many on their way at once, never more made than the emitter has room for.
 *
 * Without `onFailed` the first failure ends it: nothing more is taken, what is on its way is awaited,
 * and the error of the lowest index is thrown; everything before that index was written.
 */
export async function emitEach<T>(
  payloads: Iterable<T> | AsyncIterable<T>,
  options: EmitManyOptions<T>,
  way: EmitWay<T>,
): Promise<EmitManyResult> {
  const { onEmitted, onFailed, ...emitOptions } = options;
  const tally = new Tally();
  let index = 0;
  const start = (payload: T, at: number) =>
    way.emit(payload, emitOptions).then(
      (result) => tally.succeeded(() => onEmitted?.(result, at)),
      (error: unknown) =>
        onFailed === undefined
          ? tally.stopped(at, error)
          : tally.failed(() => onFailed(error, payload, at)),
    );
  try {
    for await (const payload of payloads) {
      const room = way.room();
      if (room !== undefined) await room;
      if (tally.broken || options.signal?.aborted === true) break;
      tally.started();
      void start(payload, index++);
    }
  } finally {
    await tally.allEnded();
  }
  tally.throwFirst();
  if (options.signal?.aborted === true) throw abortedAt(index, options.signal.reason);
  return { emitted: tally.emitted, failed: tally.skipped };
}

/** Counts what ends, and remembers the failure of the lowest index. */
class Tally {
  emitted = 0;
  skipped = 0;
  #pending = 0;
  #first: { readonly index: number; readonly error: unknown } | undefined;
  #onEnd: (() => void) | undefined;

  get broken(): boolean {
    return this.#first !== undefined;
  }

  started(): void {
    this.#pending += 1;
  }

  succeeded(tell: () => unknown): void {
    this.emitted += 1;
    this.#tell(tell);
  }

  failed(tell: () => unknown): void {
    this.skipped += 1;
    this.#tell(tell);
  }

  stopped(index: number, error: unknown): void {
    if (this.#first === undefined || index < this.#first.index) this.#first = { index, error };
    this.#ended();
  }

  allEnded(): Promise<void> {
    if (this.#pending === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onEnd = resolve;
    });
  }

  throwFirst(): void {
    if (this.#first === undefined) return;
    const { index, error } = this.#first;
    if (index < 0 || !PspfError.is(error)) throw error;
    const { code, retryable, stream, id, issues, maybeWritten } = error;
    throw new PspfError(
      code,
      `payload ${index} of emitMany failed, all before it were written, later ones may be: ${error.message}`,
      { retryable, stream, id, issues, maybeWritten, cause: error },
    );
  }

  /** What a callback of the user throws ends it all, before any failure of an emit. */
  #tell(tell: () => unknown): void {
    const broke = (error: unknown) => {
      this.#first = { index: -1, error };
    };
    try {
      const told = tell();
      if (told instanceof Promise) {
        void told.catch(broke).then(() => this.#ended());
        return;
      }
    } catch (error) {
      broke(error);
    }
    this.#ended();
  }

  #ended(): void {
    this.#pending -= 1;
    if (this.#pending === 0) this.#onEnd?.();
  }
}

function abortedAt(index: number, cause: unknown): PspfError {
  return new PspfError(
    'ABORTED',
    `emitMany was aborted; no payload from index ${index} on was taken`,
    {
      cause,
    },
  );
}

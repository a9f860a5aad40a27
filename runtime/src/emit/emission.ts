import type { AppendEntry } from '../backend/backend.js';
import { PspfError } from '../errors.js';
import type { EmitResult } from '../interceptor.js';

/**
 * One emit on its way.
 *
 * A class, though a literal would do: of a literal whose objects often survive, V8 decides at some point to make them
 * in its old space, where each dead one keeps what it refers to alive. A burst of emits at the start did that, and each
 * emit cost nearly twice as much from then on.
 */
export class Emission {
  readonly entry: AppendEntry;
  /** When it is given up, in milliseconds of the clock. */
  readonly deadline: number;
  /** Its place among the emits of this stream. */
  readonly sequence: number;
  readonly resolve: (result: EmitResult) => void;
  readonly reject: (error: PspfError) => void;
  /** `over` once its promise is settled. */
  state: 'waiting' | 'sent' | 'over' = 'waiting';

  constructor(
    entry: AppendEntry,
    deadline: number,
    sequence: number,
    resolve: (result: EmitResult) => void,
    reject: (error: PspfError) => void,
  ) {
    this.entry = entry;
    this.deadline = deadline;
    this.sequence = sequence;
    this.resolve = resolve;
    this.reject = reject;
  }
}

export function abortedError(key: string, maybeWritten: boolean, cause: unknown): PspfError {
  const fate = maybeWritten
    ? 'after it was sent: the server may have stored it'
    : 'before it was sent: nothing was written';
  return new PspfError('ABORTED', `${key}: the emit was aborted ${fate}`, {
    stream: key,
    maybeWritten,
    cause,
  });
}

export function backpressureError(key: string, waiting: number, bytes: number): PspfError {
  return new PspfError(
    'BACKPRESSURE',
    `${key}: ${waiting} emits (${bytes} bytes) wait to be sent already. Await emits before making more, use emitMany, or raise emitsWaiting and emitBytesWaiting.`,
    { stream: key, retryable: true },
  );
}

export function noAnswerError(key: string): PspfError {
  return new PspfError(
    'DEADLINE',
    `${key}: sent, but no answer within the deadline: the server may have stored the entry`,
    { stream: key, retryable: true, maybeWritten: true },
  );
}

export function notSentError(key: string, last: PspfError | undefined): PspfError {
  if (last === undefined) {
    return new PspfError(
      'DEADLINE',
      `${key}: found no room to be sent within the deadline: more is emitted than the server takes. Nothing was written.`,
      { stream: key, retryable: true },
    );
  }
  return new PspfError(
    last.code,
    `${key}: could not be sent within the deadline, nothing was written: ${last.message}`,
    { stream: key, retryable: true, cause: last },
  );
}

export function streamFullError(key: string, length: number | undefined): PspfError {
  return new PspfError(
    'STREAM_FULL',
    `${key}: the stream holds its ${length ?? ''} entries (retain.maxLength) and its declaration says onFull: reject. Nothing was written; wait until its groups have caught up.`,
    { stream: key, retryable: true },
  );
}

export function missingResultError(key: string, cause?: unknown): PspfError {
  return new PspfError(
    'SERVER',
    `${key}: the backend did not say what became of an entry; it may be stored`,
    { stream: key, maybeWritten: true, cause },
  );
}

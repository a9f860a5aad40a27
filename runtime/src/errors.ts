/** What went wrong, as a word that a program can compare. One code, one remedy. */
export type PspfErrorCode =
  /** `configure()` after first use. Call it before the first emit or consume. */
  | 'ALREADY_STARTED'
  /** An option, URL or argument that can never work. */
  | 'INVALID_OPTION'
  /** Something the design reserves and this version does not build. */
  | 'NOT_SUPPORTED'
  /** A static called without its class: `const { emit } = OrdersStream`. */
  | 'UNBOUND_STATIC'
  /** Generated code and runtime speak different contracts. Update one of the two. */
  | 'CONTRACT_MISMATCH'
  /** The payload does not match the schema; `issues` says where. */
  | 'INVALID_PAYLOAD'
  /** The payload cannot be written as JSON: a cycle, a BigInt, `undefined`. */
  | 'UNSERIALIZABLE'
  /** The payload is larger than `maxPayloadBytes`. */
  | 'PAYLOAD_TOO_LARGE'
  /** An entry without `data`, or whose `data` is not JSON. */
  | 'UNDECODABLE'
  /** Too many emits wait for room already. */
  | 'BACKPRESSURE'
  /** The stream is at `retain.maxLength` and declared `onFull: reject`. */
  | 'STREAM_FULL'
  /** The server cannot be reached, or the connection broke. */
  | 'CONNECTION'
  /** No answer inside the deadline. */
  | 'DEADLINE'
  /** The caller's signal aborted, or the backend was closed. */
  | 'ABORTED'
  /** Wrong or missing password. */
  | 'AUTH'
  /** The user's ACL lacks a right. */
  | 'FORBIDDEN'
  /** The key holds another type than a stream. */
  | 'WRONG_TYPE'
  /** The consumer group or its stream is not there. */
  | 'GROUP_MISSING'
  /** A group vanished and no safe position to recreate it at is known. */
  | 'GROUP_LOST'
  /** The server is read-only, loading, or demoted: connect afresh. */
  | 'NOT_PRIMARY'
  /** The server is out of memory and refuses writes. */
  | 'OUT_OF_MEMORY'
  /** Any other answer of the server. */
  | 'SERVER'
  /** The object was closed or stopped before. */
  | 'CLOSED';

/** One fault of a payload, in terms a person can act on. */
export interface Issue {
  /** JSON pointer (RFC 6901) to the offending place; `''` is the payload itself. */
  readonly pointer: string;
  /** The JSON Schema keyword that failed. */
  readonly keyword: string;
  /** What would have been right, in words. */
  readonly expected: string;
  /** What stood there, shortened to 40 characters; absent where values are hidden or nothing is there. */
  readonly actual?: string;
  /** The union branch this is about, where the value chose one. */
  readonly branch?: string;
}

/** Details of a {@link PspfError}; every field is optional. */
export interface PspfErrorDetails {
  /** Whether the same call may succeed later without a change. Default false. */
  readonly retryable?: boolean | undefined;
  /** The error underneath. */
  readonly cause?: unknown;
  /** The stream's name or key. */
  readonly stream?: string | undefined;
  /** The entry id. */
  readonly id?: string | undefined;
  /** For `INVALID_PAYLOAD`: at least one. */
  readonly issues?: readonly Issue[] | undefined;
  /** For a failed emit: true where the server may have stored the entry although no answer came. */
  readonly maybeWritten?: boolean | undefined;
}

const brand = Symbol.for('pspf.error.v1');

/**
 * The one error family of pspf. The message names the stream, the place, what was expected and what to do.
 *
 * A monorepo has two copies of a package sooner than one thinks, so recognise it by
 * {@link PspfError.is}, never by `instanceof`.
 */
export class PspfError extends Error {
  override readonly name: string = 'PspfError';
  readonly code: PspfErrorCode;
  readonly retryable: boolean;
  readonly stream: string | undefined;
  readonly id: string | undefined;
  readonly issues: readonly Issue[];
  readonly maybeWritten: boolean;

  constructor(code: PspfErrorCode, message: string, details: PspfErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.retryable = details.retryable ?? false;
    this.stream = details.stream;
    this.id = details.id;
    this.issues = details.issues ?? [];
    this.maybeWritten = details.maybeWritten ?? false;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is a PspfError of this or another copy of the package; with `code`, of that code. */
  static is(value: unknown, code?: PspfErrorCode): value is PspfError {
    return (
      typeof value === 'object' &&
      value !== null &&
      Object.hasOwn(value, brand) &&
      (code === undefined || (value as { code?: unknown }).code === code)
    );
  }
}

const verdictBrand = Symbol.for('pspf.verdict.v1');

/** Thrown by a handler: this message can never succeed. It is dead-lettered at once, reason `rejected`. */
export class RejectError extends Error {
  override readonly name: string = 'RejectError';

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    Object.defineProperty(this, verdictBrand, { value: { kind: 'reject' } });
  }
}

/** Thrown by a handler: try again after `delayMs` milliseconds instead of the declared backoff. Counts as an attempt. */
export class RetryAfterError extends Error {
  override readonly name: string = 'RetryAfterError';
  /** Milliseconds until the next attempt. */
  readonly delayMs: number;

  constructor(delayMs: number, message: string = `retry after ${delayMs} ms`, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.delayMs = delayMs;
    Object.defineProperty(this, verdictBrand, { value: { kind: 'retry-after', delayMs } });
  }
}

/** What a thrown value asks for beside a plain retry. */
export type ThrownVerdict =
  | { readonly kind: 'reject' }
  | { readonly kind: 'retry-after'; readonly delayMs: number };

/** The verdict a thrown value carries, by brand and not by class; never throws. */
export function thrownVerdict(value: unknown): ThrownVerdict | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, verdictBrand)?.value;
}

import type { Fields } from './backend/backend.js';

/** What a handler gets beside the payload. */
export interface Message {
  /** Entry id; opaque, and new after a replay. */
  readonly id: string;
  /** `<stream key>/<id>` of the first append: the stable key for idempotent side effects. */
  readonly origin: string;
  /** The ordering key computed from the payload, or undefined where the declaration has none. */
  readonly key: string | undefined;
  /** 1 at the first attempt. */
  readonly attempt: number;
  /** The producer's own headers, without the `h:` prefix. */
  readonly headers: Readonly<Record<string, string>>;
  /** When the entry was appended, by the server's clock; after a replay the time of that. */
  readonly timestamp: Date;
  /** Always 0 until streams have partitions. */
  readonly partition: number;
  /** Aborts on timeout, forced shutdown, or loss of the entry to another consumer. */
  readonly signal: AbortSignal;
  /** The entry's fields as they were on the wire, foreign ones included. */
  readonly raw: Fields;
}

/** Returns: done. Throws anything: retry. {@link RejectError}: dead letter. {@link RetryAfterError}: retry then. */
export type Handler<T> = (payload: T, message: Message) => unknown;

import type { LostToken, Source } from '../backend/backend.js';
import type { RetryPolicy } from '../definition.js';
import type { AbortCause, Entry, Failure } from './entry.js';

/** What bounds a schedule. Times are milliseconds. */
export interface ScheduleLimits {
  /** Handlers running at once. */
  readonly concurrency: number;
  /** Entries held ready beyond the running ones. */
  readonly prefetch: number;
  /** As many instead while so many handlers end from one read to the next: what waits no longer than a read. */
  readonly fastPrefetch: number;
  /** Entries held for any other reason: waiting, behind their key, taken over, settling. */
  readonly waiting: number;
  /** Size of everything held, as the arrivals give it. */
  readonly heldBytes: number;
  /** Longest time for one attempt. */
  readonly timeout: number;
  /** Others take over what was not refreshed for so long. */
  readonly claimIdle: number;
  /** How long a handler that ignores its abort keeps its slot and its key. */
  readonly grace: number;
  readonly retry: RetryPolicy;
  readonly orderOnRetry: 'wait' | 'skip';
}

/** What to do now. Everything in it is said once: carry it out before asking again. */
export interface Decision<B> {
  /** Call the handler of each, soon and in this order, if `begin` says so at that time; then report `finished`. */
  readonly run: readonly Entry<B>[];
  /** Raise the counter on the server, for as long as it takes and they are `starting`; then report `restarted`. */
  readonly restart: readonly Entry<B>[];
  /** Tell the server `entry.decree`, for as long as it takes; then report `settled`. */
  readonly settle: readonly Entry<B>[];
  /** Abort the handler's signal. */
  readonly abort: readonly { readonly entry: Entry<B>; readonly cause: AbortCause }[];
  readonly notices: readonly Notice[];
}

/** What happened, for observers. */
export type Notice =
  | {
      readonly type: 'retry';
      readonly source: Source;
      readonly attempt: number;
      readonly delayMs: number;
      readonly id: string;
      /** How the attempt failed. */
      readonly failure: Failure;
    }
  | { readonly type: 'zombie'; readonly source: Source }
  | { readonly type: 'lost'; readonly source: Source; readonly why: LostToken['why'] }
  | { readonly type: 'waiting-full' };

/** How an entry came to this consumer; all but `read` leave its delivery counter alone. */
export type DeliveryKind = 'read' | 'claim' | 'inlet' | 'own';

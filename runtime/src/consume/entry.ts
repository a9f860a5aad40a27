import type { DeadReason, Source, Token } from '../backend/backend.js';
import type { Alarmed } from './alarms.js';
import type { LaneMember } from './lanes.js';

/**
 * Where an entry stands in its life; `schedule.ts` has the picture.
 *
 * - `blocked`: behind an earlier entry of its key
 * - `ready`: may start, for the first time
 * - `due`: may start once its new count is on the server: a retry, or taken over
 * - `suspect`: as `due`, but may have killed a process before; such run one at a time
 * - `starting`: its new count is on the way
 * - `admitted`: its handler is called next, as soon as the event loop has time
 * - `running`: its handler was called
 * - `waiting`: for its retry
 * - `settling`: its verdict is on the way
 * - `gone`: nothing of this consumer's any more
 */
export type EntryState =
  | 'blocked'
  | 'ready'
  | 'due'
  | 'suspect'
  | 'starting'
  | 'admitted'
  | 'running'
  | 'waiting'
  | 'settling'
  | 'gone';

/** Why a running handler was told to stop. */
export type AbortCause = 'timeout' | 'trimmed' | 'taken' | 'shutdown';

/** How one attempt ended. */
export type Outcome =
  | { readonly kind: 'done' }
  /** Never to be tried again. */
  | { readonly kind: 'rejected'; readonly error: unknown }
  | Failure;

/** To be tried again. */
export interface Failure {
  readonly kind: 'failed';
  /** For the dead letter, if it comes to that. */
  readonly reason: 'failed' | 'invalid' | 'timeout';
  readonly error: unknown;
  /** Wait this long instead of the declared backoff. */
  readonly delayMs?: number;
}

/** What the server is to be told about an entry. */
export type Decree =
  | { readonly kind: 'done' }
  /** Hand back, with the delivery counter set to `count`. */
  | { readonly kind: 'release'; readonly count: number }
  /** `error` is what was thrown; undefined for `timeout` and `crashed`. */
  | { readonly kind: 'dead'; readonly reason: DeadReason; readonly error: unknown };

/** An entry as it reaches the schedule. */
export interface Arrival<B> {
  readonly source: Source;
  readonly token: Token;
  /** The ordering key; undefined where order does not matter. */
  readonly key: string | undefined;
  /** What holding it costs. */
  readonly bytes: number;
  /** Whatever the caller wants to find again; the schedule does not look at it. */
  readonly body: B;
  /** Set where the entry can never be handled: it is dead-lettered at once. */
  readonly refused?: { readonly reason: 'undecodable' | 'invalid'; readonly error: unknown };
}

/** A pending entry while this consumer holds it. Only the schedule writes to it. */
export interface Entry<B> extends Alarmed, LaneMember<Entry<B>> {
  readonly source: Source;
  readonly key: string | undefined;
  readonly bytes: number;
  readonly body: B;
  token: Token;
  state: EntryState;
  /** Delivered by a read and never started: its first run is counted already. */
  fresh: boolean;
  /** When it was surely ours: the last delivery or refresh was asked for at this time. */
  sureAt: number;
  /** Recovered with a count that shows a start which never ended. */
  suspect: boolean;
  /** Set once its handler was told to stop. */
  aborted: AbortCause | undefined;
  /** Set while settling. */
  decree: Decree | undefined;
}

export function newEntry<B>(arrival: Arrival<B>, fresh: boolean, sureAt: number): Entry<B> {
  return {
    source: arrival.source,
    key: arrival.key,
    bytes: arrival.bytes,
    body: arrival.body,
    token: arrival.token,
    state: 'gone', // not held yet
    fresh,
    sureAt,
    suspect: false,
    aborted: undefined,
    decree: undefined,
    alarmAt: 0,
    alarmSlot: -1,
    lane: undefined,
    ahead: undefined,
    behind: undefined,
  };
}

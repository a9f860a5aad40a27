import type { Clock } from '../clock.js';
import type { PspfError } from '../errors.js';

/**
 * What pspf needs from a server of streams: append, read as a group, settle with fencing, take over.
 *
 * Everything is plural, since one command for many entries is what makes streams fast. Tokens are
 * opaque to callers; no type of a client library appears here. Every method rejects with a
 * {@link PspfError} only; `retryable` says whether the same call may succeed later.
 *
 * A take-over never counts as an attempt: `claim`, `inlet` and adoption leave the delivery counter
 * alone, and {@link StreamBackend.restart} raises it explicitly just before a re-run.
 */
export interface StreamBackend {
  /** Where this backend leads, for messages and telemetry; never contains a password. */
  readonly address: BackendAddress;

  /** What its waits and ages run by, where that is not the system's clock; streams on it run by the same. */
  readonly clock?: Clock;

  /**
   * Append entries to one stream, in this order, each with a result of its own.
   * Rejects only where nothing was sent; an entry whose answer is unknown has `status: 'failed'`
   * and an error with `maybeWritten: true`.
   */
  append(
    key: string,
    entries: readonly AppendEntry[],
    options?: AppendOptions,
  ): Promise<AppendResult[]>;

  /**
   * Create the group, its stream, its replay stream and the dead-letter stream where they are absent.
   * `from` counts only for a group that this call creates.
   */
  ensureGroup(source: Source, options: EnsureGroupOptions): Promise<'created' | 'existed'>;

  /** A reader with a connection of its own, since a blocking read freezes the one it runs on. */
  openReader(source: Source, consumer: string): Promise<StreamReader>;

  /**
   * End this consumer's responsibility for entries. Each is settled only if the token still owns it:
   * same consumer **and** same count. Results are in the order of the requests.
   */
  settle(source: Source, settlements: readonly Settlement[]): Promise<SettleResult[]>;

  /**
   * Count one more delivery for each entry, just before running it again (fenced, idempotent).
   * `undefined` where the entry is gone or owned by another.
   */
  restart(source: Source, tokens: readonly Token[]): Promise<(Token | undefined)[]>;

  /** Reset the idle time of held entries (fenced). Answers those that are trimmed or taken. */
  extend(source: Source, tokens: readonly Token[]): Promise<LostToken[]>;

  /**
   * Take over entries without counting a delivery: `idle` those any consumer left for `minIdle` ms,
   * `own` those pending under this consumer's own name. Call again with the returned cursor until it is `''`.
   */
  claim(source: Source, consumer: string, options: ClaimOptions): Promise<ClaimResult>;

  /**
   * Take at most `count` entries that no read delivers: those a leaving consumer handed back, then replayed
   * ones, whose source is the group's replay stream. Never blocks, counts nothing.
   */
  inlet(source: Source, consumer: string, count: number): Promise<Delivery[]>;

  /** Delete this consumer's name if nothing is pending under it. Answers whether it is gone. */
  leave(source: Source, consumer: string): Promise<boolean>;

  /** Delete the names of consumers with nothing pending that were idle for `minIdle` ms. Answers the names. */
  reap(source: Source, minIdle: number): Promise<string[]>;

  /**
   * Move dead letters of this group to its replay stream, each in one step, with the fields they had before
   * they died and `replay:of`, their origin. Results are in the order of the ids. A dead-letter stream in another slot of a
   * cluster makes it two steps: a failure in between leaves a second copy, never none.
   * Rejects with `GROUP_MISSING` before anything moves, also where no id is given.
   */
  replay(source: Source, options: ReplayIds): Promise<ReplayOutcome[]>;

  /** A page of this group's dead letters, oldest first; the last page ends with what was there at the first. */
  deadLetters(source: Source, options: DeadLetterPage): Promise<DeadLettersResult>;

  /** Trim towards `maxLength`, never past what a group has not acknowledged. */
  trim(key: string, maxLength: number): Promise<TrimResult>;

  /** State of the stream and one group, for metrics and people. */
  inspect(source: Source): Promise<SourceState>;

  /** Resolves when the server answered. */
  ping(): Promise<void>;

  /** Close every connection. Idempotent; open calls reject with `CLOSED`. */
  close(): Promise<void>;
}

/** Where a backend leads. `system` is OpenTelemetry's `messaging.system`. */
export interface BackendAddress {
  readonly system: 'valkey' | 'memory';
  readonly host: string;
  readonly port: number | undefined;
}

/** One stream as one group sees it; both are physical names. */
export interface Source {
  readonly key: string;
  readonly group: string;
  /** Set where `key` is the group's replay stream: nobody else reads it, so what is settled there is deleted. */
  readonly replay?: true;
}

/** Proof of ownership of one pending entry: who has it and how often it was delivered. */
export interface Token {
  readonly id: string;
  readonly consumer: string;
  readonly count: number;
}

/** Flat field list as it is on the wire: name, value, name, value, … */
export type Fields = readonly string[];

export interface AppendEntry {
  readonly fields: Fields;
  /** Size of all fields in bytes, for batching. */
  readonly bytes: number;
}

export interface AppendOptions {
  /** Refuse entries while the stream holds this many or more (`retain.onFull: reject`). */
  readonly rejectAtLength?: number;
  /** Milliseconds from now after which waiting for a connection or an answer ends. */
  readonly deadlineMs?: number;
}

export type AppendResult =
  | { readonly status: 'appended'; readonly id: string }
  | { readonly status: 'full' }
  | { readonly status: 'failed'; readonly error: PspfError };

export interface EnsureGroupOptions {
  /** `'start'`: all history; `'end'`: only what comes after; else an entry id. */
  readonly from: 'start' | 'end' | string;
  /** Physical key of the dead-letter stream to create beside it. */
  readonly dlq: string;
}

export interface StreamReader {
  /**
   * Entries never delivered before, at most `count`, waiting up to `blockMs` for the first.
   * `[]` when the time is over or the reader was closed. After a rejection the reader is useless: close it and open another.
   */
  read(count: number, blockMs: number): Promise<Delivery[]>;
  /** End an open read, which still resolves with what it delivered, then the connection. Idempotent. */
  close(): Promise<void>;
}

/** An entry handed to a consumer. */
export interface Delivery {
  readonly source: Source;
  readonly token: Token;
  readonly fields: Fields;
}

export interface Settlement {
  readonly token: Token;
  readonly verdict: Verdict;
}

export type Verdict =
  /** Handled: acknowledge. */
  | { readonly kind: 'done' }
  /** Hand back to any consumer of the group, with the delivery counter set to `count`. */
  | { readonly kind: 'release'; readonly count: number }
  /** Copy to the dead-letter stream and acknowledge, in one step where both share a slot. */
  | ({ readonly kind: 'dead' } & DeadLetter);

export type DeadReason = 'undecodable' | 'invalid' | 'rejected' | 'failed' | 'timeout' | 'crashed';

export interface DeadLetter {
  /** Physical key of the dead-letter stream. */
  readonly dlq: string;
  /** Entries the dead-letter stream keeps; the oldest go first. */
  readonly maxLength: number;
  /** The stream the entry was first appended to, and its id there. */
  readonly originStream: string;
  readonly originId: string;
  readonly attempts: number;
  readonly reason: DeadReason;
  /** Why, at most 16 KB of text. */
  readonly error: string;
}

/** `done`: settled now. `gone`: not pending any more. `not-yours`: another consumer or a later delivery owns it. */
export type SettleResult = 'done' | 'gone' | 'not-yours';

export interface LostToken {
  readonly token: Token;
  /** `trimmed`: the entry was deleted from the stream. `taken`: another consumer has it or settled it. */
  readonly why: 'trimmed' | 'taken';
}

export type ClaimOptions =
  | {
      readonly from: 'idle';
      readonly minIdle: number;
      readonly count: number;
      readonly cursor: string;
    }
  | { readonly from: 'own'; readonly count: number; readonly cursor: string };

export interface ClaimResult {
  /** Pass to the next call; `''` before the first and after the last page. */
  readonly cursor: string;
  readonly deliveries: readonly Delivery[];
  /** Ids that were pending but are deleted from the stream; no longer pending now. */
  readonly trimmed: readonly string[];
}

export interface ReplayIds {
  /** Physical key of the dead-letter stream. */
  readonly dlq: string;
  /** Ids there. */
  readonly ids: readonly string[];
}

export type ReplayOutcome =
  /** `id` is that in the replay stream. */
  | { readonly status: 'replayed'; readonly id: string }
  /** The dead-letter stream has no such entry, or not any more. */
  | { readonly status: 'missing' }
  /** It failed in another group, or in another stream that shares the dead-letter stream. */
  | { readonly status: 'other-group' };

export interface DeadLetterPage {
  /** Physical key of the dead-letter stream. */
  readonly dlq: string;
  /** `''` for the first page. */
  readonly cursor: string;
  /** Entries looked at, those of other groups included. */
  readonly count: number;
}

export interface DeadLettersResult {
  /** Pass to the next call; `''` after the last page. */
  readonly cursor: string;
  readonly letters: readonly StoredDeadLetter[];
}

/** What a dead letter says of its end. */
export interface StoredDeadLetter {
  /** Its id in the dead-letter stream. */
  readonly id: string;
  /** `<stream key>/<id>` of the first append. */
  readonly origin: string;
  readonly reason: string;
  readonly error: string;
  readonly attempts: number;
  /** When it died, ISO 8601. */
  readonly at: string;
}

export interface TrimResult {
  readonly length: number;
  readonly trimmed: number;
  /** The group that keeps the stream above its limit, if one does. */
  readonly pinnedBy: string | undefined;
}

export interface SourceState {
  readonly length: number;
  readonly pending: number;
  /** Id of the last entry delivered to the group, `0-0` before the first: the group goes on behind it. */
  readonly lastDelivered: string;
  /** Entries not yet delivered to the group; undefined where the server cannot tell. */
  readonly lag: number | undefined;
  /** Milliseconds since the oldest pending entry was appended; undefined with none pending. */
  readonly oldestPendingMs: number | undefined;
  readonly consumers: readonly {
    readonly name: string;
    readonly pending: number;
    readonly idleMs: number;
  }[];
}

/** Reserved consumer name under which handed-back entries wait. */
export const HANDBACK = '~handback';

/** A running consumer, as `consume()` returns it. */
export interface Consumer extends AsyncDisposable {
  /** Its name within the group, `<base>:<incarnation>`; new with every call of `consume`. */
  readonly name: string;
  /**
   * Resolves when the group exists and the first read is on its way. Rejects with a `PspfError` on a mistake
   * that time alone does not mend (wrong password, ACL, TLS, wrong type of key), while retrying goes on.
   * A rejection that nobody observes is logged, never thrown.
   */
  readonly ready: Promise<void>;
  /** Resolves when the consumer has stopped. Rejects only with `GROUP_LOST`. */
  readonly done: Promise<void>;
  /** Start no further handler and read nothing more. What runs goes on; what is held stays held. */
  pause(): void;
  /** Undo {@link pause}. */
  resume(): void;
  /**
   * Stop reading, hand back what never started, wait for running handlers, settle, disconnect.
   * Handlers that still run shortly before the deadline are aborted and their entries handed back.
   * Call it as often as you like, at any time; a shorter deadline than before counts.
   * Inside a handler of this consumer it resolves without waiting for that handler; {@link done} tells the end.
   */
  stop(options?: StopOptions): Promise<void>;
  /** What it holds and has done. */
  stats(): ConsumerStats;
}

export interface StopOptions {
  /** Milliseconds within which the stop ends. Default: the consumer's `shutdownDeadline`. At least 250 ms are taken. */
  readonly deadline?: number;
}

/** Options of `consume()`. Times are milliseconds; every default stands in `options.ts`. */
export interface ConsumeOptions {
  /** Consumer group. Default: the declaration's. */
  readonly group?: string;
  /** Base of the consumer's name. Default: the host name. */
  readonly name?: string;
  /** Handlers running at once. Default 16. */
  readonly concurrency?: number;
  /** Entries read ahead of the running ones. Default: `concurrency`, and up to 128 while that many are handled during one read. */
  readonly prefetch?: number;
  /** Where a group that this consumer creates begins: all history, only what comes after, or after an entry id. Default `'start'`. */
  readonly startFrom?: 'start' | 'end' | (string & {});
  /** Whether later messages of a key wait while one waits for its retry (`'wait'`), or may pass (`'skip'`). Default `'wait'`. */
  readonly orderOnRetry?: 'wait' | 'skip';
  /** How long one blocking read waits for entries. Default 2 s. */
  readonly block?: number;
  /** Entries another consumer left alone for this long are taken over. Default 60 s. */
  readonly claimIdle?: number;
  /** How often held entries are refreshed. Default 20 s, at most a third of `claimIdle`. */
  readonly heartbeat?: number;
  /** How often this consumer looks for entries to take over. Default 10 s. */
  readonly recovery?: number;
  /** How long a stop may take. Default 25 s. */
  readonly shutdownDeadline?: number;
  /** Entries that wait for a retry, or behind one of their key; at the bound reading stops. Default 10,000. */
  readonly waiting?: number;
  /** Size of the payloads held, in characters of JSON; at the bound reading stops. Default 128 Mi. */
  readonly heldBytes?: number;
  /** How long a handler that ignores its abort keeps its slot and its key. Default 10 s. */
  readonly grace?: number;
  /** Whether SIGTERM and SIGINT stop this consumer. Default true. */
  readonly signals?: boolean;
}

/** Counters begin at 0 with the consumer. */
export interface ConsumerStats {
  /**
   * Readiness: the last read completed in time, or the consumer deliberately does not read and the server
   * answered lately. Not a liveness probe: an outage of the server is no reason to restart this process.
   */
  readonly ready: boolean;
  readonly state: 'starting' | 'running' | 'paused' | 'stopping' | 'stopped';
  /** Handlers running now. */
  readonly running: number;
  /** Entries that may start as soon as a slot is free. */
  readonly buffered: number;
  /** Entries waiting for their retry. */
  readonly waiting: number;
  /** Entries behind an earlier one of their key. */
  readonly blocked: number;
  /** Entries whose outcome is on its way to the server. */
  readonly settling: number;
  /** Handlers that ignored their abort past the grace time and still run beside the counted ones. */
  readonly zombies: number;
  readonly delivered: number;
  /** Entries handled and acknowledged. */
  readonly done: number;
  /** Failed attempts. */
  readonly failed: number;
  readonly deadLettered: number;
  readonly released: number;
  /** Entries that were trimmed, or taken by another consumer, while held. */
  readonly lost: number;
}

import type { AppendEntry, StreamBackend } from '../backend/backend.js';
import type { Clock } from '../clock.js';
import { PspfError } from '../errors.js';
import type { EmitResult } from '../interceptor.js';
import type { EmitLimits } from '../options.js';
import { AbortFan } from './abort-fan.js';
import { Batcher } from './batcher.js';
import { type Busy, busyEmitters } from './busy.js';
import { abortedError, backpressureError, Emission } from './emission.js';
import { Ledger } from './ledger.js';

/** `room()` waits while so many emits wait to be sent, or so many bytes. */
const CROWD = 1_024;
const CROWD_BYTES = 8_388_608;
/** setInterval's longest period. */
const LONGEST = 2_147_483_647;

export interface EmitterSetup {
  readonly backend: StreamBackend;
  readonly limits: EmitLimits;
  readonly clock: Clock;
  /** Answers like `Math.random`, for the waits between attempts. */
  readonly random?: () => number;
}

export interface AppendRequest {
  /** Physical key of the stream. */
  readonly key: string;
  readonly entry: AppendEntry;
  readonly signal?: AbortSignal | undefined;
  /** Refuse while the stream holds this many entries or more; one value per stream. */
  readonly rejectAtLength?: number | undefined;
}

/** All emits of one backend: bounded together, batched by stream, each with a deadline. */
export class Emitter implements Busy {
  readonly #setup: EmitterSetup;
  readonly #ledger: Ledger;
  readonly #batchers = new Map<string, Batcher>();
  readonly #aborts = new AbortFan();
  #keepAlive: NodeJS.Timeout | undefined;
  #sequence = 0;
  #watched = false;
  #closed = false;
  #onIdle: (() => void)[] = [];
  #onRoom: (() => void)[] = [];

  constructor(setup: EmitterSetup) {
    this.#setup = setup;
    this.#ledger = new Ledger(setup.limits, () => this.#onLess());
  }

  /**
   * Append one entry. Rejects with `BACKPRESSURE`, `DEADLINE`, `ABORTED`,
   * `STREAM_FULL`, `CLOSED`, or what the server says; never throws.
   */
  append(request: AppendRequest): Promise<EmitResult> {
    return new Promise((resolve, reject) => {
      const { key, entry, signal } = request;
      const { clock, limits } = this.#setup;
      if (this.#closed) throw closedError(key);
      if (signal?.aborted === true) throw abortedError(key, false, signal.reason);
      if (!this.#ledger.mayWait(entry.bytes)) {
        throw backpressureError(key, this.#ledger.waiting, this.#ledger.waitingBytes);
      }
      if (this.#ledger.idle) this.#onBusy();
      const deadline = clock.now() + limits.emitDeadline;
      const emission = new Emission(entry, deadline, this.#sequence++, resolve, reject);
      const batcher = this.#batcher(key, request.rejectAtLength);
      batcher.add(
        signal === undefined ? emission : abortable(emission, signal, batcher, this.#aborts),
      );
      if (!this.#watched) this.#watch(limits.emitDeadline);
    });
  }

  /** Resolves when only few emits wait to be sent; undefined where that is so now. */
  room(): Promise<void> | undefined {
    if (!this.#crowded) return undefined;
    return new Promise((resolve) => this.#onRoom.push(resolve));
  }

  /** Resolves when no emit is on its way; that ends with their deadlines at the latest. */
  flush(): Promise<void> {
    if (this.#ledger.idle) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /** Take no more, then {@link flush}. */
  close(): Promise<void> {
    this.#closed = true;
    return this.flush();
  }

  get #crowded(): boolean {
    return this.#ledger.waiting >= CROWD || this.#ledger.waitingBytes >= CROWD_BYTES;
  }

  #batcher(key: string, rejectAtLength: number | undefined): Batcher {
    const known = this.#batchers.get(key);
    if (known !== undefined) return known;
    const { backend, clock, random = Math.random } = this.#setup;
    const batcher = new Batcher({
      key,
      rejectAtLength,
      append: (...call) => backend.append(...call),
      ledger: this.#ledger,
      clock,
      random,
    });
    this.#batchers.set(key, batcher);
    return batcher;
  }

  /** One timer for the deadlines of all. */
  #watch(ms: number): void {
    this.#watched = true;
    this.#setup.clock.after(Math.max(1, ms), () => {
      const now = this.#setup.clock.now();
      const next = [...this.#batchers.values()]
        .map((batcher) => batcher.expire(now))
        .filter((time) => time !== undefined);
      this.#watched = false;
      if (next.length > 0) this.#watch(Math.min(...next) - now);
    });
  }

  #onBusy(): void {
    // An emit that waits for the next attempt has no socket that would keep the process.
    this.#keepAlive = setInterval(() => {}, LONGEST);
    busyEmitters().add(this);
  }

  #onLess(): void {
    if (this.#onRoom.length > 0 && !this.#crowded) {
      for (const resolve of this.#onRoom.splice(0)) resolve();
    }
    if (!this.#ledger.idle) return;
    clearInterval(this.#keepAlive);
    busyEmitters().delete(this);
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}

/** Ends with the signal, and forgets the signal at its end. */
function abortable(
  emission: Emission,
  signal: AbortSignal,
  batcher: Batcher,
  fan: AbortFan,
): Emission {
  const { entry, deadline, sequence } = emission;
  const watched: Emission = new Emission(
    entry,
    deadline,
    sequence,
    (result) => {
      cancel();
      emission.resolve(result);
    },
    (error) => {
      cancel();
      emission.reject(error);
    },
  );
  const cancel = fan.add(signal, () => batcher.abort(watched, signal.reason));
  return watched;
}

function closedError(key: string): PspfError {
  return new PspfError('CLOSED', `${key}: emit after close() or shutdown(); nothing was written`, {
    stream: key,
  });
}

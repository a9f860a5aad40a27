import type { AppendEntry, AppendOptions, AppendResult } from '../backend/backend.js';
import type { Clock } from '../clock.js';
import { PspfError } from '../errors.js';
import {
  abortedError,
  type Emission,
  missingResultError,
  noAnswerError,
  notSentError,
  streamFullError,
} from './emission.js';
import type { Ledger } from './ledger.js';

/** Entries of one script: several small batches in flight beat few large ones. */
const BATCH_ENTRIES = 64;
/** Bytes of one script: a script of 32 MB blocks the server for 60 ms. */
const BATCH_BYTES = 262_144;
/** Scripts of one stream in flight. */
const BATCHES_IN_FLIGHT = 8;
/** What is sent at the very end of its deadline still gets this long for the answer, in milliseconds. */
const LEAST_ANSWER_TIME = 250;
/** So long after its deadline an emit is given up although the backend still owes the answer. */
const ANSWER_GRACE = 500;
/** Waits before sending again what certainly was not written, in milliseconds: a random part of these. */
const RETRY_FIRST = 50;
const RETRY_MOST = 1_000;

/** What a {@link Batcher} works with. */
export interface BatcherSetup {
  /** Physical key of the stream. */
  readonly key: string;
  readonly rejectAtLength: number | undefined;
  readonly append: (
    key: string,
    entries: readonly AppendEntry[],
    options: AppendOptions,
  ) => Promise<AppendResult[]>;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: () => number;
}

interface Batch {
  emissions: Emission[];
  /** Of all its entries, also of those that are over. */
  bytes: number;
}

/**
 * The emits of one stream, in order: what is emitted in one tick goes to the server together, several
 * batches at once. Sends again by itself only what certainly was not written; so the order of emits
 * is kept as long as no batch fails.
 */
export class Batcher {
  readonly #setup: BatcherSetup;
  readonly #waiting: Batch[] = [];
  /** Few, and no Set: V8 keeps what a Set held alive well beyond its removal, which made garbage collection half the cost. */
  readonly #sent: Batch[] = [];
  #scheduled = false;
  #paused = false;
  #failures = 0;
  #lastError: PspfError | undefined;

  constructor(setup: BatcherSetup) {
    this.#setup = setup;
  }

  /** Take an emit; it is sent at the end of this tick at the latest, where there is room. */
  add(emission: Emission): void {
    const { bytes } = emission.entry;
    this.#setup.ledger.wait(1, bytes);
    const last = this.#waiting.at(-1);
    if (
      last !== undefined &&
      last.emissions.length < BATCH_ENTRIES &&
      last.bytes + bytes <= BATCH_BYTES
    ) {
      last.emissions.push(emission);
      last.bytes += bytes;
    } else {
      this.#waiting.push({ emissions: [emission], bytes });
      this.#sendWaiting(1);
    }
    this.#schedule();
  }

  /** Give up an emit because its caller wishes so. */
  abort(emission: Emission, reason: unknown): void {
    if (emission.state === 'over') return;
    const error = abortedError(this.#setup.key, emission.state === 'sent', reason);
    this.#fail(emission, error);
  }

  /** Reject what passed its deadline. Answers when to ask again; undefined with nothing on its way. */
  expire(now: number): number | undefined {
    const sentUntil = this.#expireSent(now - ANSWER_GRACE);
    const waitingUntil = this.#expireWaiting(now);
    if (sentUntil === undefined) return waitingUntil;
    return Math.min(sentUntil + ANSWER_GRACE, waitingUntil ?? Number.POSITIVE_INFINITY);
  }

  /** Send what waits, where there is room. */
  pump(): void {
    this.#sendWaiting(0);
  }

  #expireSent(now: number): number | undefined {
    let next: number | undefined;
    for (const { emissions } of this.#sent) {
      for (const emission of emissions) {
        if (emission.state === 'over') continue;
        if (emission.deadline <= now) this.#fail(emission, noAnswerError(this.#setup.key));
        else next = Math.min(next ?? emission.deadline, emission.deadline);
      }
    }
    return next;
  }

  #expireWaiting(now: number): number | undefined {
    for (let head = this.#waiting[0]; head !== undefined; head = this.#waiting[0]) {
      for (const emission of head.emissions) {
        if (emission.state === 'over') continue;
        if (emission.deadline > now) return emission.deadline;
        this.#fail(emission, notSentError(this.#setup.key, this.#lastError));
      }
      this.#waiting.shift();
    }
    return undefined;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After all promise callbacks of this tick, so that what they emit travels along.
    process.nextTick(() => {
      this.#scheduled = false;
      this.pump();
    });
  }

  /** Send batches while there is room, but leave `keep` of them to be filled up. */
  #sendWaiting(keep: number): void {
    while (!this.#paused && this.#waiting.length > keep) {
      const [batch] = this.#waiting;
      if (batch === undefined || this.#sent.length >= BATCHES_IN_FLIGHT) return;
      if (!this.#setup.ledger.mayFly(this, batch.emissions.length, batch.bytes)) return;
      this.#waiting.shift();
      void this.#send(batch.emissions.filter(({ state }) => state === 'waiting'));
    }
  }

  async #send(emissions: Emission[]): Promise<void> {
    const youngest = emissions.at(-1);
    if (youngest === undefined) return;
    const { key, rejectAtLength, append, ledger, clock } = this.#setup;
    let bytes = 0;
    for (const emission of emissions) {
      emission.state = 'sent';
      bytes += emission.entry.bytes;
    }
    const batch = { emissions, bytes };
    this.#sent.push(batch);
    ledger.fly(emissions.length, bytes);
    const remaining = youngest.deadline - clock.now();
    const options = { deadlineMs: Math.max(remaining, LEAST_ANSWER_TIME) };
    let answer: readonly AppendResult[] | PspfError;
    try {
      answer = await append(
        key,
        emissions.map(({ entry }) => entry),
        rejectAtLength === undefined ? options : { ...options, rejectAtLength },
      );
    } catch (error) {
      answer = PspfError.is(error) ? error : missingResultError(key, error);
    }
    this.#sent.splice(this.#sent.indexOf(batch), 1);
    const again = PspfError.is(answer)
      ? this.#takeError(emissions, answer)
      : this.#takeResults(emissions, answer);
    if (again.length > 0) this.#retry(again);
    ledger.land(emissions.length, bytes);
    this.#sendWaiting(1);
    if (this.#waiting.length > 0) this.#schedule();
  }

  /** Settle a batch that was not sent at all. Answers what to send again. */
  #takeError(emissions: readonly Emission[], error: PspfError): Emission[] {
    return emissions.filter((emission) => this.#failOrKeep(emission, error));
  }

  #takeResults(emissions: readonly Emission[], results: readonly AppendResult[]): Emission[] {
    const { key, rejectAtLength } = this.#setup;
    return emissions.filter((emission, index) => {
      const result = results[index];
      switch (result?.status) {
        case 'appended':
          this.#failures = 0;
          this.#lastError = undefined;
          if (emission.state !== 'over') {
            emission.state = 'over';
            emission.resolve({
              id: result.id,
              partition: 0,
              origin: `${key}/${result.id}`,
              duplicate: false,
            });
          }
          return false;
        case 'full':
          this.#fail(emission, streamFullError(key, rejectAtLength));
          return false;
        case 'failed':
          return this.#failOrKeep(emission, result.error);
        default:
          this.#fail(emission, missingResultError(key));
          return false;
      }
    });
  }

  /** True where the emission shall be sent again; else it is rejected. */
  #failOrKeep(emission: Emission, error: PspfError): boolean {
    if (emission.state === 'over') return false;
    const inTime = emission.deadline > this.#setup.clock.now();
    if (error.retryable && !error.maybeWritten) {
      this.#lastError = error;
      if (inTime) return true;
      this.#fail(emission, notSentError(this.#setup.key, error));
      return false;
    }
    this.#fail(emission, error);
    return false;
  }

  #fail(emission: Emission, error: PspfError): void {
    if (emission.state === 'over') return;
    // What is in flight leaves the ledger with its batch.
    if (emission.state === 'waiting') this.#setup.ledger.drop(emission.entry.bytes);
    emission.state = 'over';
    emission.reject(error);
  }

  /** Put emissions back where they came from, and wait a little before sending anything. */
  #retry(emissions: Emission[]): void {
    const { ledger, clock, random } = this.#setup;
    let bytes = 0;
    for (const emission of emissions) {
      emission.state = 'waiting';
      bytes += emission.entry.bytes;
    }
    ledger.wait(emissions.length, bytes);
    const first = emissions[0]?.sequence ?? 0;
    const place = this.#waiting.findIndex((batch) => (batch.emissions[0]?.sequence ?? 0) > first);
    this.#waiting.splice(place === -1 ? this.#waiting.length : place, 0, { emissions, bytes });
    if (this.#paused) return;
    this.#paused = true;
    const bound = Math.min(RETRY_MOST, RETRY_FIRST * 2 ** this.#failures);
    this.#failures += 1;
    clock.after(bound * random(), () => {
      this.#paused = false;
      this.pump();
    });
  }
}

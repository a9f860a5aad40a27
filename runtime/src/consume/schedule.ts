import type { LostToken, Source, Token } from '../backend/backend.js';
import { Alarms } from './alarms.js';
import type { Decision, DeliveryKind, Notice, ScheduleLimits } from './decision.js';
import {
  type AbortCause,
  type Arrival,
  type Decree,
  type Entry,
  type EntryState,
  type Failure,
  newEntry,
  type Outcome,
} from './entry.js';
import { Held } from './held.js';
import { Lanes } from './lanes.js';
import { attemptLimit, backoffDelay, crashLimit, requestedDelay } from './retry.js';
import { StartQueue } from './start-queue.js';

const DONE: Decree = { kind: 'done' };
const TIMED_OUT: Failure = { kind: 'failed', reason: 'timeout', error: undefined };

/**
 * The brain of a consumer: the life of every entry it holds, from delivery to settlement. No clock, no timer, no
 * promise, no connection: it is told what happened and when, and {@link decide} answers what to do.
 *
 *     delivered ──► ready ──────────► admitted ──► running ──► settling ──► gone
 *         │                               ▲             │
 *         ├──────► due, suspect ─► starting             │
 *         │             ▲                               │
 *         │             └────────── waiting ◄───────────┘
 *         │
 *         └──────► blocked: behind an earlier entry of its key, until that one has its verdict
 *
 * A slot is taken from `starting` to the end of `running`. Whatever is neither there nor `ready` is parked, and
 * bounded. Every step costs O(1), or O(log n) where an alarm is involved.
 */
export class Schedule<B> {
  readonly #limits: ScheduleLimits;
  readonly #random: () => number;

  readonly #held = new Held<B>();
  readonly #lanes = new Lanes<Entry<B>>();
  readonly #queue = new StartQueue<B>();
  /** The end of a wait, of an attempt, or of a grace: at most one for each entry, always one for a running one. */
  readonly #alarms = new Alarms<Entry<B>>();

  /** What the open reads may still deliver. */
  #reserved = 0;
  /** Handlers that ended since a read was opened. */
  #pace = 0;
  #full = false;
  #paused = false;
  #drain: { abortAt: number; releaseAt: number } | undefined;
  #zombies = 0;

  #run: Entry<B>[] = [];
  #restart: Entry<B>[] = [];
  #settle: Entry<B>[] = [];
  #abort: { entry: Entry<B>; cause: AbortCause }[] = [];
  #notices: Notice[] = [];

  /** @param random answers like `Math.random`; for the jitter of retries */
  constructor(limits: ScheduleLimits, random: () => number) {
    this.#limits = limits;
    this.#random = random;
  }

  // ——— What happened ———

  /** A read that may deliver up to `count` entries is on its way. */
  readOpened(count: number): void {
    this.#reserved += count;
    this.#pace = 0;
  }

  /** That read has ended. Report what it delivered right after. */
  readClosed(count: number): void {
    this.#reserved -= count;
  }

  /** An entry came; it was asked for at `sentAt`. Answers false where it is held already. */
  delivered(arrival: Arrival<B>, how: DeliveryKind, sentAt: number): boolean {
    const known = this.#held.find(arrival.source, arrival.token.id);
    if (known !== undefined) {
      this.#renew(known, arrival.token);
      return false;
    }
    const entry = newEntry(arrival, how === 'read', sentAt);
    this.#held.add(entry);
    if (arrival.refused !== undefined) {
      this.#conclude(entry, { kind: 'dead', ...arrival.refused });
      return true;
    }
    // What was handed back, or is pending under our own name, was let go by a living process.
    entry.suspect = how === 'claim' && entry.token.count >= 2;
    this.#enter(entry, this.#lanes.enter(entry, entry.key));
    return true;
  }

  /** The counter of a `starting` entry was raised; without a token it is gone, or another's. */
  restarted(entry: Entry<B>, token: Token | undefined): void {
    if (entry.state !== 'starting') return;
    if (token === undefined) {
      this.#notices.push({ type: 'lost', source: entry.source, why: 'taken' });
      this.#leave(entry);
      return;
    }
    entry.token = token;
    if (this.#drain === undefined) this.#admit(entry);
    else this.#conclude(entry, { kind: 'release', count: token.count - 1 });
  }

  /** Its turn has come: answers whether to call the handler, now. */
  begin(entry: Entry<B>, now: number): boolean {
    if (entry.state !== 'admitted') return false;
    if (now - entry.sureAt >= this.#limits.claimIdle) {
      // What ran before it took so long that this one may be another's. A count that was raised already is not raised again.
      if (!entry.fresh) entry.token = { ...entry.token, count: entry.token.count - 1 };
      this.#restartFirst(entry, now);
      return false;
    }
    entry.fresh = false;
    this.#held.move(entry, 'running');
    this.#alarms.set(entry, now + this.#limits.timeout);
    return true;
  }

  /** The handler called for attempt number `attempt` has ended. To be reported once for every run. */
  finished(entry: Entry<B>, attempt: number, outcome: Outcome, now: number): void {
    this.#pace += 1;
    if (entry.state === 'running' && entry.token.count === attempt) this.#end(entry, outcome, now);
    else this.#zombies -= 1;
  }

  /** The server was told the decree, and answered, whatever it answered. */
  settled(entry: Entry<B>): void {
    if (entry.state === 'settling') this.#leave(entry);
  }

  /** A refresh asked for at `sentAt` has ended: what it did not report lost is ours for another while. */
  refreshed(source: Source, tokens: readonly Token[], sentAt: number): void {
    for (const { id } of tokens) {
      const entry = this.#held.find(source, id);
      if (entry !== undefined) entry.sureAt = sentAt;
    }
  }

  /** A refresh found that an entry is not ours any more. */
  lost(source: Source, { token, why }: LostToken, now: number): void {
    const entry = this.#held.find(source, token.id);
    if (entry === undefined || entry.token.count !== token.count) return;
    // The answer to what is on its way says it better: it may have been ourselves.
    if (entry.state === 'settling' || entry.state === 'starting') return;
    this.#notices.push({ type: 'lost', source, why });
    if (entry.state !== 'running') this.#leave(entry);
    else {
      this.#held.disown(entry);
      this.#tellToStop(entry, why, now + this.#limits.grace);
    }
  }

  /** Start no further handler and read no more. */
  pause(): void {
    this.#paused = true;
  }

  get paused(): boolean {
    return this.#paused;
  }

  resume(): void {
    this.#paused = false;
  }

  /**
   * Start nothing more, and hand back what never started; what stands behind a running entry follows when that is
   * settled. What runs at `abortAt` is told to stop; what is held at `releaseAt` is handed back as it is.
   * Called again, the earlier times count.
   */
  drain(abortAt: number, releaseAt: number): void {
    if (this.#drain !== undefined) {
      this.#drain.abortAt = Math.min(this.#drain.abortAt, abortAt);
      this.#drain.releaseAt = Math.min(this.#drain.releaseAt, releaseAt);
      return;
    }
    this.#drain = { abortAt, releaseAt };
    for (const entry of this.#held.all()) {
      if (mayStart(entry) || entry.state === 'waiting') this.#handBack(entry);
    }
  }

  // ——— What to do ———

  decide(now: number): Decision<B> {
    for (let entry = this.#alarms.take(now); entry; entry = this.#alarms.take(now)) {
      this.#rouse(entry, now);
    }
    if (this.#drain !== undefined) this.#enforceDrain(this.#drain, now);
    else if (!this.#paused) this.#fillSlots(now);
    this.#noteFull();

    const decision: Decision<B> = {
      run: this.#run,
      restart: this.#restart,
      settle: this.#settle,
      abort: this.#abort,
      notices: this.#notices,
    };
    this.#run = [];
    this.#restart = [];
    this.#settle = [];
    this.#abort = [];
    this.#notices = [];
    return decision;
  }

  /** Decide again at this time, if nothing is reported earlier; undefined: no need. */
  get wakeAt(): number | undefined {
    const { abortAt = Number.POSITIVE_INFINITY, releaseAt = Number.POSITIVE_INFINITY } =
      this.#drain ?? {};
    const at = Math.min(this.#alarms.next ?? Number.POSITIVE_INFINITY, abortAt, releaseAt);
    return at === Number.POSITIVE_INFINITY ? undefined : at;
  }

  /**
   * How many entries a read may ask for. Not worth a command while entries are ready and only a few more would
   * fit, so that a busy consumer reads in batches; a fast one in large batches.
   */
  get readRoom(): number {
    const { concurrency, fastPrefetch } = this.#limits;
    const prefetch = Math.max(this.#limits.prefetch, Math.min(this.#pace, fastPrefetch));
    const ready = this.#held.count('ready');
    const room = concurrency + prefetch - this.#held.slots - ready - this.#reserved;
    if (ready > 0 && room < prefetch / 2) return 0;
    return this.#bounded(Math.min(room, this.#parkingRoom() - this.#reserved));
  }

  /** How many entries that others left behind may be taken over now. */
  get claimRoom(): number {
    const { concurrency, prefetch } = this.#limits;
    const taken = this.#held.slots + this.#held.count('due') + this.#held.count('suspect');
    return this.#bounded(Math.min(concurrency + prefetch - taken, this.#parkingRoom()));
  }

  /** How many entries that were handed back may be taken now: only what can start at once. */
  get inletRoom(): number {
    const taken = this.#held.slots + this.#held.count('ready') + this.#held.count('due');
    return this.#bounded(Math.min(this.#limits.concurrency - taken, this.#parkingRoom()));
  }

  // ——— What is held ———

  count(state: EntryState): number {
    return this.#held.count(state);
  }

  /** Handlers given up on that have not ended yet. */
  get zombies(): number {
    return this.#zombies;
  }

  /** Whether nothing is held and nothing runs but zombies. */
  get idle(): boolean {
    return this.#held.idle;
  }

  holds(source: Source, id: string): boolean {
    return this.#held.find(source, id) !== undefined;
  }

  /** What must be refreshed so that nobody takes it. */
  tokens(source: Source): Token[] {
    return this.#held.tokens(source);
  }

  // ——— The life of an entry ———

  /** It takes its place: ready to start at the head of its lane, blocked behind it. */
  #enter(entry: Entry<B>, head: boolean): void {
    if (!head) this.#move(entry, 'blocked');
    else if (this.#drain !== undefined) this.#handBack(entry);
    else this.#move(entry, this.#queue.add(entry));
  }

  #fillSlots(now: number): void {
    while (this.#held.slots < this.#limits.concurrency) {
      const entry = this.#queue.take();
      if (entry === undefined) return;
      // After a pause of this process its entries may be another's; the raising of the count finds out.
      if (entry.fresh && now - entry.sureAt < this.#limits.claimIdle) this.#admit(entry);
      else if (entry.token.count >= crashLimit(this.#limits.retry)) {
        this.#conclude(entry, { kind: 'dead', reason: 'crashed', error: undefined });
      } else this.#restartFirst(entry, now);
    }
  }

  #admit(entry: Entry<B>): void {
    this.#held.move(entry, 'admitted');
    this.#run.push(entry);
  }

  #restartFirst(entry: Entry<B>, now: number): void {
    entry.fresh = false;
    entry.sureAt = now;
    this.#move(entry, 'starting');
    this.#restart.push(entry);
  }

  /** The attempt is over: by itself, or because we waited long enough. */
  #end(entry: Entry<B>, outcome: Outcome, now: number): void {
    const cause = entry.aborted;
    entry.aborted = undefined;
    entry.suspect = false;
    if (cause === 'trimmed' || cause === 'taken') this.#leave(entry);
    // Returning early on an abort looks like success: what comes after the time does not count.
    else if (cause === 'timeout') this.#fail(entry, TIMED_OUT, now);
    else if (outcome.kind === 'done') this.#conclude(entry, DONE);
    // We cut it short ourselves, so this attempt does not count.
    else if (cause === 'shutdown') {
      this.#conclude(entry, { kind: 'release', count: entry.token.count - 1 });
    } else if (outcome.kind === 'failed') this.#fail(entry, outcome, now);
    else this.#conclude(entry, { kind: 'dead', reason: 'rejected', error: outcome.error });
  }

  #fail(entry: Entry<B>, failure: Failure, now: number): void {
    const { reason, error, delayMs } = failure;
    const { retry, orderOnRetry } = this.#limits;
    const attempt = entry.token.count;
    if (attempt >= attemptLimit(retry)) {
      this.#conclude(entry, { kind: 'dead', reason, error });
    } else if (this.#drain !== undefined) this.#handBack(entry);
    else {
      const wait = requestedDelay(delayMs) ?? backoffDelay(retry.backoff, attempt, this.#random);
      this.#move(entry, 'waiting');
      this.#alarms.set(entry, now + wait);
      const { source, token } = entry;
      const { id } = token;
      this.#notices.push({ type: 'retry', source, id, attempt, delayMs: wait, failure });
      if (orderOnRetry === 'skip') this.#leaveLane(entry);
    }
  }

  /** Its alarm went off. */
  #rouse(entry: Entry<B>, now: number): void {
    if (entry.state === 'waiting') this.#enter(entry, this.#lanes.rejoin(entry, entry.key));
    else if (entry.aborted === undefined) {
      this.#tellToStop(entry, 'timeout', now + this.#limits.grace);
    } else this.#giveUp(entry, now);
  }

  #tellToStop(entry: Entry<B>, cause: AbortCause, until: number): void {
    if (entry.aborted === undefined) this.#abort.push({ entry, cause });
    entry.aborted = cause;
    this.#alarms.set(entry, until);
  }

  /** Its handler goes on, but nobody waits for it any more. */
  #giveUp(entry: Entry<B>, now: number): void {
    this.#zombies += 1;
    this.#notices.push({ type: 'zombie', source: entry.source });
    this.#end(entry, TIMED_OUT, now);
  }

  #handBack(entry: Entry<B>): void {
    this.#decree(entry, untouched(entry));
    this.#leaveLane(entry);
  }

  #conclude(entry: Entry<B>, decree: Decree): void {
    this.#decree(entry, decree);
    // Handing back its successors waits until the server knows of its end: a sibling starts them at once.
    if (this.#drain === undefined || decree.kind === 'release') this.#leaveLane(entry);
  }

  #decree(entry: Entry<B>, decree: Decree): void {
    entry.decree = decree;
    this.#move(entry, 'settling');
    this.#settle.push(entry);
  }

  #leave(entry: Entry<B>): void {
    this.#held.disown(entry);
    this.#move(entry, 'gone');
    this.#leaveLane(entry);
  }

  /** The next of its key comes to the head; while draining the whole lane is handed back. */
  #leaveLane(entry: Entry<B>): void {
    let next = this.#lanes.leave(entry);
    while (next !== undefined && this.#drain !== undefined) {
      this.#decree(next, untouched(next));
      next = this.#lanes.leave(next);
    }
    if (next !== undefined) this.#enter(next, true);
  }

  /** Ours was taken and came back under another count: the token it had is worth nothing. */
  #renew(entry: Entry<B>, token: Token): void {
    if (entry.token.count === token.count) return;
    if (entry.state === 'starting' || entry.state === 'running' || entry.state === 'settling')
      return;
    entry.token = token;
    entry.fresh = false;
    // The count it was admitted with is that of another's start.
    if (entry.state === 'admitted') this.#move(entry, this.#queue.add(entry));
  }

  #move(entry: Entry<B>, state: EntryState): void {
    this.#alarms.clear(entry);
    this.#held.move(entry, state);
  }

  // ——— The end of the consumer ———

  #enforceDrain(drain: { abortAt: number; releaseAt: number }, now: number): void {
    if (now >= drain.abortAt) {
      drain.abortAt = Number.POSITIVE_INFINITY;
      for (const entry of this.#alarms.all()) {
        if (entry.aborted === undefined) this.#tellToStop(entry, 'shutdown', drain.releaseAt);
      }
    }
    if (now >= drain.releaseAt) {
      drain.releaseAt = Number.POSITIVE_INFINITY;
      for (const entry of this.#alarms.all()) this.#giveUp(entry, now);
      for (const entry of this.#held.all()) {
        if (entry.state !== 'settling') this.#handBack(entry);
      }
    }
  }

  // ——— Bounds ———

  #bounded(room: number): number {
    return this.#paused || this.#drain !== undefined ? 0 : Math.max(0, room);
  }

  #parkingRoom(): number {
    if (this.#held.bytes >= this.#limits.heldBytes) return 0;
    return this.#limits.waiting - this.#held.parked;
  }

  #noteFull(): void {
    const full = this.#parkingRoom() <= 0;
    if (full && !this.#full) this.#notices.push({ type: 'waiting-full' });
    this.#full = full;
  }
}

/** Back with the count it had before: a read, or we, counted the start that never came; a take-over did not. */
function untouched({ token, fresh, state }: Entry<unknown>): Decree {
  const counted = fresh || state === 'admitted';
  return { kind: 'release', count: counted ? token.count - 1 : token.count };
}

function mayStart({ state }: Entry<unknown>): boolean {
  return state === 'ready' || state === 'due' || state === 'suspect' || state === 'admitted';
}

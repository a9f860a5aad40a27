import fc from 'fast-check';
import type { LostToken, Source, Token } from '../../../runtime/dist/backend/backend.js';
import type { DeliveryKind } from '../../../runtime/dist/consume/decision.js';
import type { Entry, Outcome } from '../../../runtime/dist/consume/entry.js';
import { Schedule } from '../../../runtime/dist/consume/schedule.js';

export interface WorldOptions {
  readonly concurrency: number;
  readonly prefetch: number;
  readonly waiting: number;
  readonly limit: number;
  readonly keys: number;
  readonly orderOnRetry: 'wait' | 'skip';
  /** Handlers are called some time after they were admitted, one by one. */
  readonly lazy: boolean;
  readonly seed: number;
}

/** One thing that happens; `pick` chooses among what is possible, `n` is its size. */
export interface Step {
  readonly what: (typeof kinds)[number];
  readonly pick: number;
  readonly n: number;
}

const kinds = [
  ...['read', 'read', 'read', 'finish', 'finish', 'finish', 'finish', 'answer', 'answer'],
  ...['answer', 'reach', 'pass', 'pass', 'claim', 'inlet', 'own', 'steal', 'trim', 'beat'],
  ...['beat', 'stumble', 'pause', 'resume', 'call', 'call', 'call'],
] as const;

export const stepArbitrary: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(...kinds),
  pick: fc.nat(1_000),
  n: fc.integer({ min: 1, max: 6 }),
});

const ME = 'me';
const OTHER = 'other';
const source: Source = { key: 'orders', group: 'workers' };
const TIMEOUT = 1_000;
const GRACE = 500;
const CLAIM_IDLE = 4_000;

interface Body {
  readonly id: string;
  readonly key: string | undefined;
  /** The count it goes back with if it never starts here. */
  readonly untouched: number;
}

/** What the server knows of an entry. */
interface Pending {
  readonly id: string;
  readonly key: string | undefined;
  consumer: string;
  count: number;
  /** The count before our last restart, which may be repeated. */
  raisedFrom?: number;
}

/** A command of ours, on its way to the server and back. */
interface Command {
  readonly entry: Entry<Body>;
  /** Given after the drain began. */
  readonly draining: boolean;
  /** What the server answered, once it got there. */
  answer?: { readonly token: Token | undefined };
}

interface Run {
  readonly entry: Entry<Body>;
  readonly attempt: number;
}

/** A group on a server, other consumers beside us, and our schedule. Time is a number. */
export class World {
  readonly #options: WorldOptions;
  readonly #schedule: Schedule<Body>;
  #now = 0;
  #appended = 0;

  readonly #pending = new Map<string, Pending>();
  readonly #ended = new Set<string>();
  readonly #starts = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  /** In the order in which this consumer got them. */
  readonly #arrivals: Body[] = [];
  readonly #undecided = new Set<Body>();
  readonly #started = new Set<Body>();
  /** Taken and given back behind our back: what we know of them is wrong. */
  readonly #confused = new Set<string>();

  readonly #admitted: Entry<Body>[] = [];
  readonly #runs: Run[] = [];
  readonly #restarts: Command[] = [];
  readonly #settles: Command[] = [];
  #beating: { readonly tokens: Token[]; readonly sentAt: number; lost?: LostToken[] } | undefined;
  #drainEnd: number | undefined;

  constructor(options: WorldOptions) {
    this.#options = options;
    let state = options.seed >>> 0;
    const random = () => {
      state = (state * 1_664_525 + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    this.#schedule = new Schedule(
      {
        concurrency: options.concurrency,
        prefetch: options.prefetch,
        fastPrefetch: options.prefetch * 2,
        waiting: options.waiting,
        heldBytes: options.waiting * 12,
        timeout: TIMEOUT,
        claimIdle: CLAIM_IDLE,
        grace: GRACE,
        retry: { limit: options.limit, backoff: { initial: 100, factor: 2, max: 800 } },
        orderOnRetry: options.orderOnRetry,
      },
      random,
    );
  }

  step({ what, pick, n }: Step): void {
    if (what === 'read') this.#read(n);
    else if (what === 'finish') this.#finish(pick, n);
    else if (what === 'answer') this.#answer(pick);
    else if (what === 'reach') this.#reach(pick);
    else if (what === 'stumble') this.#stumble(pick);
    else if (what === 'pass') this.#pass(n * n * 40);
    else if (what === 'claim') this.#claim(pick, n);
    else if (what === 'inlet') this.#inlet(n, pick);
    else if (what === 'own') this.#adopt();
    else if (what === 'steal') this.#steal(pick);
    else if (what === 'trim') this.#trim(pick);
    else if (what === 'beat') this.#beat();
    else if (what === 'call') this.#call(n);
    else if (what === 'pause') this.#schedule.pause();
    else this.#schedule.resume();
    this.#decide();
  }

  drain(): void {
    this.#drainEnd = this.#now + 1_300;
    this.#schedule.drain(this.#now + 1_000, this.#drainEnd);
    this.#decide();
  }

  /** Everything answers and every handler returns, until nothing is left. */
  finishEverything(): void {
    this.#schedule.resume();
    this.#decide();
    for (let round = 0; round < 3_000 && !this.#finished(); round += 1) {
      this.#beat();
      this.#beat();
      this.#beat();
      if (this.#admitted.length > 0) this.#call(1);
      else if (this.#runs.length > 0) this.#finish(0, 0);
      else if (this.#restarts.length > 0) this.#answer(1);
      else if (this.#settles.length > 0) this.#answer(0);
      else if (this.#schedule.idle) this.#adopt();
      else this.#pass(400);
      this.#decide();
    }
    this.#check(this.#finished(), 'it comes to an end');
    while (this.#runs.length > 0) this.#finish(0, 0);
    this.#check(this.#schedule.zombies === 0, 'every zombie is counted out again');
  }

  #finished(): boolean {
    return this.#schedule.idle && this.unaccounted().length === 0;
  }

  /** Handlers hang; only the server answers. */
  endDrain(): void {
    this.#pass(Math.max(0, (this.#drainEnd ?? 0) - this.#now));
    this.#decide();
    while (this.#settles.length > 0) this.#answer(0);
    this.#decide();
    while (this.#settles.length > 0) this.#answer(0);
    this.#check(this.#schedule.idle, 'a drain ends in its time');
  }

  /** Entries still pending under our name. */
  unaccounted(): Pending[] {
    return [...this.#pending.values()].filter(({ consumer }) => consumer === ME);
  }

  /** As above, but for those of which we cannot know. */
  forgotten(): Pending[] {
    return this.unaccounted().filter(({ id }) => !this.#confused.has(id));
  }

  // Things that happen.

  #read(n: number): void {
    const room = this.#schedule.readRoom;
    const count = Math.min(room, n);
    if (count === 0) return;
    this.#schedule.readOpened(count);
    this.#check(this.#schedule.readRoom <= room - count, 'an open read is reserved');
    this.#schedule.readClosed(count);
    for (let i = 0; i < count; i += 1) {
      const { id, key } = this.#append(ME, 1);
      this.#deliver(id, key, 'read');
    }
    this.#check(this.#parked() <= this.#options.waiting, 'reading respects the bound');
  }

  /** A sibling died and left entries; how often each was started is anybody's guess. */
  #claim(pick: number, n: number): void {
    for (let i = Math.min(n, this.#schedule.claimRoom); i > 0; i -= 1) {
      const { id, key } = this.#append(ME, (pick % 4) + 1);
      this.#deliver(id, key, 'claim');
    }
  }

  /** A sibling left in order: entries that never started, and some between two attempts. */
  #inlet(n: number, pick: number): void {
    for (let i = Math.min(n, this.#schedule.inletRoom); i > 0; i -= 1) {
      const { id, key } = this.#append(ME, pick % (this.#options.limit + 1));
      this.#deliver(id, key, 'inlet');
    }
  }

  #adopt(): void {
    for (const { id, key, consumer } of [...this.#pending.values()]) {
      if (consumer === ME) this.#deliver(id, key, 'own');
    }
  }

  #steal(pick: number): void {
    const victim = nth([...this.#pending.values()], pick);
    if (victim?.consumer !== ME) return;
    if (pick % 2 === 0) victim.consumer = OTHER;
    // … and handed back by the thief, and fetched by us, under a count of its own.
    else {
      victim.count += 1;
      this.#confused.add(victim.id);
    }
    if (victim.consumer === ME) this.#deliver(victim.id, victim.key, 'inlet');
  }

  #trim(pick: number): void {
    const victim = nth([...this.#pending.keys()], pick);
    if (victim !== undefined) this.#pending.delete(victim);
  }

  /** Three steps: what we ask for, what the server makes of it, what we hear. */
  #beat(): void {
    if (this.#beating === undefined) {
      this.#beating = { tokens: this.#schedule.tokens(source), sentAt: this.#now };
    } else if (this.#beating.lost === undefined) {
      this.#beating.lost = this.#beating.tokens
        .filter((token) => this.#owned(token) === undefined)
        .map((token) => ({ token, why: this.#pending.has(token.id) ? 'taken' : 'trimmed' }));
    } else {
      this.#schedule.refreshed(source, this.#beating.tokens, this.#beating.sentAt);
      for (const lost of this.#beating.lost) {
        const { id } = lost.token;
        const underWay = [...this.#restarts, ...this.#settles].some(
          ({ entry }) => entry.body.id === id && this.#schedule.holds(source, id),
        );
        this.#schedule.lost(source, lost, this.#now);
        const held = this.#schedule.holds(source, id);
        this.#check(held || !underWay, 'our own commands are not taken for a loss');
        if (!held) this.#decideOn(id);
      }
      this.#beating = undefined;
    }
  }

  #pass(ms: number): void {
    this.#now += ms;
  }

  #finish(pick: number, n: number): void {
    const run = nth(this.#runs, pick);
    if (run === undefined) return;
    this.#runs.splice(this.#runs.indexOf(run), 1);
    const { id } = run.entry.body;
    const current = isCurrent(run);
    const { state, aborted } = run.entry;
    const outcome = outcomes[n % outcomes.length] ?? { kind: 'done' };
    if (outcome.kind === 'failed' && current && aborted === undefined && !this.#confused.has(id)) {
      const failures = (this.#failures.get(id) ?? 0) + 1;
      this.#failures.set(id, failures);
      const limit = this.#options.limit + 1;
      this.#check(failures <= limit, 'failed attempts never exceed the limit');
    }
    this.#schedule.finished(run.entry, run.attempt, outcome, this.#now);
    this.#check(current || run.entry.state === state, 'a zombie changes nothing');
  }

  /** A command arrives at the server, which carries it out; we hear of it later. */
  #reach(pick: number): void {
    const restart = nth(this.#restarts, pick);
    if (pick % 2 === 0) this.#carryOutSettle(nth(this.#settles, pick));
    else if (restart !== undefined) {
      this.#carryOutRestart(restart);
      this.#confused.add(restart.entry.body.id);
    }
  }

  /** … and we hear of it. */
  #answer(pick: number): void {
    if (pick % 2 === 0 || this.#restarts.length === 0) {
      const command = nth(this.#settles, pick);
      if (command === undefined) return;
      this.#settles.splice(this.#settles.indexOf(command), 1);
      this.#carryOutSettle(command);
      this.#schedule.settled(command.entry);
    } else {
      const command = nth(this.#restarts, pick);
      if (command === undefined) return;
      this.#restarts.splice(this.#restarts.indexOf(command), 1);
      const { token } = this.#carryOutRestart(command);
      this.#schedule.restarted(command.entry, token);
      if (token === undefined) this.#decideOn(command.entry.body.id);
    }
  }

  /** An answer that is lost on its way, whether the server has carried it out or not: sent once more. */
  #stumble(pick: number): void {
    const command = nth(this.#restarts, pick);
    if (command !== undefined) delete command.answer;
  }

  #carryOutRestart(command: Command): { readonly token: Token | undefined } {
    if (command.answer !== undefined) return command.answer;
    const { id, count } = command.entry.token;
    const pending = this.#pending.get(id);
    const owned =
      pending?.consumer === ME && (pending.count === count || pending.raisedFrom === count);
    if (command.entry.state !== 'starting') this.#confused.add(id);
    if (owned) {
      pending.count = count + 1;
      pending.raisedFrom = count;
    }
    command.answer = { token: owned ? { id, consumer: ME, count: count + 1 } : undefined };
    return command.answer;
  }

  #carryOutSettle(command: Command | undefined): void {
    if (command === undefined || command.answer !== undefined) return;
    this.#settleOnServer(command.entry);
    command.answer = { token: undefined };
  }

  #settleOnServer({ token, decree, body }: Entry<Body>): void {
    const pending = this.#owned(token);
    if (pending === undefined || decree === undefined) return;
    if (decree.kind === 'release') {
      const { untouched, id } = body;
      const asBefore =
        this.#started.has(body) || this.#confused.has(id) || decree.count === untouched;
      this.#check(asBefore, 'what never started goes back as it was');
      this.#check(decree.count >= 0, 'a count is never negative');
      pending.consumer = OTHER;
      pending.count = decree.count;
    } else {
      this.#pending.delete(token.id);
      this.#ended.add(token.id);
    }
  }

  // What the schedule wants.

  #decide(): void {
    const decision = this.#schedule.decide(this.#now);
    for (const { body } of decision.settle) this.#undecided.delete(body);
    for (const entry of decision.settle) {
      if (entry.decree?.kind === 'release') this.#checkHandBack(entry);
      this.#settles.push({ entry, draining: this.#drainEnd !== undefined });
    }
    for (const entry of decision.restart) {
      // A first run that has to be counted anew, since it may not be ours any more.
      if (entry.body.untouched < entry.token.count) this.#started.add(entry.body);
      this.#restarts.push({ entry, draining: false });
    }
    this.#admitted.push(...decision.run);
    if (!this.#options.lazy) this.#call(this.#admitted.length);
    this.#checkBounds();
  }

  /** The event loop has time for so many handlers. */
  #call(count: number): void {
    for (const entry of this.#admitted.splice(0, count)) {
      if (this.#schedule.begin(entry, this.#now)) this.#start(entry);
    }
  }

  #start(entry: Entry<Body>): void {
    const { id, key } = entry.body;
    this.#check(!this.#ended.has(id), 'nothing runs after its end');
    this.#check(entry.decree === undefined, 'nothing runs after its verdict');
    const starts = Math.max((this.#starts.get(id) ?? 0) + 1, entry.token.count);
    this.#starts.set(id, starts);
    const limit = Math.max(this.#options.limit + 1, 3);
    this.#check(starts <= limit, 'starts never exceed the limit');

    if (key !== undefined) this.#checkOrder(entry, key);
    this.#started.add(entry.body);
    this.#runs.push({ entry, attempt: entry.token.count });
  }

  #checkOrder(entry: Entry<Body>, key: string): void {
    const beside = this.#runs.filter((run) => run.entry.body.key === key && isCurrent(run));
    this.#check(beside.length === 0, 'one key runs one message at a time');
    if (this.#options.orderOnRetry === 'skip') return;
    const mine = this.#arrivals.indexOf(entry.body);
    const earlier = this.#arrivals.slice(0, mine).filter((body) => body.key === key);
    const open = earlier.filter((body) => this.#undecided.has(body));
    this.#check(open.length === 0, 'a message waits for the verdict on the earlier one of its key');
  }

  #checkHandBack({ key }: Entry<Body>): void {
    const ahead = this.#settles.filter(
      ({ entry, draining }) => draining && entry.key === key && entry.decree?.kind !== 'release',
    );
    const inTime = key === undefined || this.#now >= (this.#drainEnd ?? 0);
    this.#check(inTime || ahead.length === 0, 'a successor goes back after its predecessor ended');
  }

  #checkBounds(): void {
    const live = this.#runs.filter(isCurrent).length;
    this.#check(live <= this.#options.concurrency, 'concurrency is never exceeded');
    this.#check(
      this.#runs.length - live === this.#schedule.zombies,
      'zombies are counted, all of them',
    );
    const next = this.#schedule.wakeAt ?? Number.POSITIVE_INFINITY;
    this.#check(next > this.#now, 'what is due is dealt with');
  }

  // Small change.

  #append(consumer: string, count: number): Pending {
    this.#appended += 1;
    const { keys } = this.#options;
    const key = keys === 0 ? undefined : `k${this.#appended % keys}`;
    const pending = { id: `${this.#appended}-0`, key, consumer, count };
    this.#pending.set(pending.id, pending);
    return pending;
  }

  #deliver(id: string, key: string | undefined, how: DeliveryKind): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    const body = { id, key, untouched: how === 'read' ? pending.count - 1 : pending.count };
    const token = { id, consumer: ME, count: pending.count };
    if (!this.#schedule.delivered({ source, token, key, bytes: 10, body }, how, this.#now)) return;
    this.#arrivals.push(body);
    this.#undecided.add(body);
  }

  /** Whatever becomes of it is decided elsewhere. */
  #decideOn(id: string): void {
    for (const body of this.#undecided) if (body.id === id) this.#undecided.delete(body);
  }

  #owned(token: Token): Pending | undefined {
    const pending = this.#pending.get(token.id);
    return pending?.consumer === ME && pending.count === token.count ? pending : undefined;
  }

  #parked(): number {
    const states = ['blocked', 'due', 'suspect', 'waiting', 'settling'] as const;
    return states.reduce((sum, state) => sum + this.#schedule.count(state), 0);
  }

  #check(holds: boolean, promise: string): void {
    if (!holds) throw new Error(`broken: ${promise}`);
  }
}

const outcomes: readonly Outcome[] = [
  { kind: 'done' },
  { kind: 'failed', reason: 'failed', error: new Error('no') },
  { kind: 'failed', reason: 'failed', error: new Error('later'), delayMs: 50 },
  { kind: 'rejected', error: new Error('never') },
  { kind: 'done' },
  { kind: 'failed', reason: 'invalid', error: new Error('unknown') },
];

function isCurrent({ entry, attempt }: Run): boolean {
  return entry.state === 'running' && entry.token.count === attempt;
}

function nth<T>(items: readonly T[], n: number): T | undefined {
  return items[n % Math.max(1, items.length)];
}

import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Delivery, Source } from '../backend/backend.js';
import { systemClock } from '../clock.js';
import { PspfError } from '../errors.js';
import { completeConsumeOptions } from './complete-options.js';
import type { Consumer, ConsumerStats, StopOptions } from './consumer.js';
import type { DeliveryKind } from './decision.js';
import { Deferred } from './deferred.js';
import { Departure } from './departure.js';
import { Handlers } from './handlers.js';
import { Intake, type Work } from './intake.js';
import type { Loop } from './loop.js';
import { Reports } from './reports.js';
import { isInsideHandlerOf } from './run-handler.js';
import { RunQueue } from './run-queue.js';
import { Schedule } from './schedule.js';
import type { ConsumerContext, ConsumerSetup } from './setup.js';
import { enrol } from './shutdown.js';
import { SourceFeed } from './source-feed.js';
import { SourceLine } from './source-line.js';
import { heartbeat } from './upkeep.js';

/** Longest timer; Node takes a longer one for none. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * A consumer at work: it carries out what the {@link Schedule} decides, and reports what came of it.
 *
 * What happens is reported at once; the deciding waits for the end of the current turn (a microtask), so that a
 * batch of entries or of outcomes makes one decision, and the acknowledgements of a turn one command.
 */
export class BatchProcessor<T> implements Consumer {
  readonly name: string;
  readonly #context: ConsumerContext<T>;
  readonly #schedule: Schedule<Work<T>>;
  readonly #reports: Reports;
  readonly #intake: Intake<T>;
  readonly #handlers: Handlers<T>;
  readonly #runs: RunQueue<T>;
  readonly #setup: ConsumerSetup<T>;
  readonly #source: Source;

  /** By stream key: those we read, and the replay streams from which entries came. */
  readonly #lines = new Map<string, { readonly source: Source; readonly line: SourceLine }>();
  readonly #feeds: readonly SourceFeed[];
  readonly #heartbeat: Loop;

  readonly #ready = new Deferred();
  readonly #done = new Deferred();
  readonly #ended = new Deferred();
  readonly #unenrol: () => void;
  readonly #departure: Departure;
  /** Whether it ever stood in the group. */
  #joined = false;
  #paused = false;
  #deciding = false;
  #alarm: { readonly at: number; readonly cancel: () => void } | undefined;
  #fault: PspfError | undefined;

  /** @throws {PspfError} `INVALID_OPTION` */
  constructor(setup: ConsumerSetup<T>) {
    const { definition, destination, interceptors = [], sources } = setup;
    const clock = setup.clock ?? systemClock;
    const random = setup.random ?? Math.random;
    if (typeof setup.handler !== 'function') {
      throw new PspfError(
        'INVALID_OPTION',
        `${definition.stream}: consume needs a handler function`,
      );
    }
    const options = completeConsumeOptions(definition.stream, setup.options ?? {}, hostname());
    this.#setup = setup;
    this.#source = firstOf(sources, definition.stream);
    this.name = `${options.name}:${randomBytes(6).toString('hex')}`;
    this.#reports = new Reports({
      destination,
      consumer: this.name,
      interceptors,
      logger: setup.logger,
      clock,
    });
    this.#schedule = new Schedule(
      { ...options, timeout: definition.timeout, retry: definition.retry },
      random,
    );
    this.#context = {
      backend: setup.backend,
      sources,
      name: this.name,
      options,
      clock,
      random,
      schedule: this.#schedule,
      reports: this.#reports,
      deliver: this.#deliver,
      turn: this.#turn,
    };
    this.#intake = new Intake(definition, setup.validation ?? {});
    this.#handlers = new Handlers(
      { ...setup, owner: this, interceptors, group: this.#source.group },
      this.#context,
      this.#intake,
    );
    this.#runs = new RunQueue(this.#context, this.#handlers);
    for (const source of sources) this.#lineOf(source);
    this.#feeds = sources.map(
      (source) =>
        new SourceFeed(source, this.#context, definition.retain, setup.dlq, {
          started: () => this.#started(),
          failed: (error) => this.#failed(error),
          gaveUp: (error) => this.#giveUp(error),
        }),
    );
    this.#heartbeat = heartbeat(this.#context, () => this.#allLines());
    this.#departure = new Departure(this.#context, this.#feeds, {
      over: () => this.#over(),
      ended: () => this.#finish(),
    });
    this.#unenrol = enrol(this, { signals: options.signals, afterwards: setup.afterwards });
    for (const feed of this.#feeds) feed.start();
    this.#heartbeat.start(options.heartbeat);
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get done(): Promise<void> {
    return this.#done.promise;
  }

  pause(): void {
    this.#schedule.pause();
    this.#paused = true;
  }

  resume(): void {
    this.#schedule.resume();
    this.#paused = false;
    this.#turn();
  }

  stop({ deadline }: StopOptions = {}): Promise<void> {
    const { shutdownDeadline } = this.#context.options;
    this.#departure.begin(sensible(deadline) ?? shutdownDeadline);
    // A handler that waits for its own end would wait for ever.
    return isInsideHandlerOf(this) ? Promise.resolve() : this.#ended.promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  stats(): ConsumerStats {
    const schedule = this.#schedule;
    const now = this.#context.clock.now();
    return {
      ready: !this.#departure.isOver && this.#feeds.every((feed) => feed.isReady(now)),
      state: this.#state(),
      running: schedule.count('running'),
      buffered: buffered.reduce((sum, state) => sum + schedule.count(state), 0),
      waiting: schedule.count('waiting'),
      blocked: schedule.count('blocked'),
      settling: schedule.count('settling'),
      zombies: schedule.zombies,
      ...this.#reports.counters,
    };
  }

  #state(): ConsumerStats['state'] {
    if (this.#departure.isOver) return 'stopped';
    if (this.#departure.begun) return 'stopping';
    if (!this.#joined) return 'starting';
    return this.#paused ? 'paused' : 'running';
  }

  // What comes in.

  readonly #deliver: ConsumerContext['deliver'] = (deliveries, how, sentAt) => {
    if (this.#departure.isOver) return;
    const fresh = deliveries.filter((delivery) => this.#arrived(delivery, how, sentAt));
    const first = fresh[0];
    if (first === undefined) return;
    this.#reports.counters.delivered += fresh.length;
    this.#reports.event(this.#lineOf(first.source).source, {
      type: 'delivered',
      count: fresh.length,
      from: how,
    });
    this.#turn();
  };

  #arrived(delivery: Delivery, how: DeliveryKind, sentAt: number): boolean {
    const { source } = this.#lineOf(delivery.source);
    const arrival = this.#intake.arrival(delivery, source);
    const isNew = this.#schedule.delivered(arrival, how, sentAt);
    if (isNew && arrival.body.unreadable !== undefined) {
      const fingerprint = arrival.body.envelope.schema ?? '';
      this.#reports.event(source, { type: 'unknown-fingerprint', fingerprint });
    }
    return isNew;
  }

  // What is decided.

  readonly #turn = (): void => {
    if (this.#deciding || this.#departure.isOver) return;
    this.#deciding = true;
    queueMicrotask(this.#decide);
  };

  readonly #decide = (): void => {
    this.#deciding = false;
    if (this.#departure.isOver) return;
    const now = this.#context.clock.now();
    const decision = this.#schedule.decide(now);
    for (const notice of decision.notices) this.#reports.notice(this.#source, notice);
    for (const { entry, cause } of decision.abort) this.#handlers.abort(entry, cause);
    for (const entry of decision.settle) this.#lineOf(entry.source).line.settle(entry);
    for (const entry of decision.restart) this.#lineOf(entry.source).line.restart(entry);
    this.#runs.add(decision.run);
    for (const feed of this.#feeds) feed.offer();
    this.#setAlarm(this.#schedule.wakeAt, now);
    this.#departure.check();
  };

  /** One timer, moved only to an earlier time: most timeouts never come to pass. */
  #setAlarm(at: number | undefined, now: number): void {
    if (at === undefined || (this.#alarm !== undefined && this.#alarm.at <= at)) return;
    this.#alarm?.cancel();
    const cancel = this.#context.clock.after(Math.min(at - now, LONGEST_TIMER), () => {
      this.#alarm = undefined;
      this.#turn();
    });
    this.#alarm = { at, cancel };
  }

  // The beginning and the end.

  #started(): void {
    this.#joined = true;
    this.#ready.resolve();
    this.#turn();
  }

  #failed(error: unknown): void {
    if (PspfError.is(error) && !error.retryable) this.#ready.reject(error);
  }

  /** Trying on is no use. */
  #giveUp(error: PspfError): void {
    this.#reports.error('gave up', error.message);
    this.#ready.reject(error);
    if (error.code === 'GROUP_LOST') {
      this.#fault = error;
      for (const line of this.#allLines()) line.abandon();
    }
    this.#departure.begin(error.code === 'CLOSED' ? 0 : this.#context.options.shutdownDeadline);
  }

  /** Nothing is decided or sent any more. */
  #over(): void {
    this.#alarm?.cancel();
    void this.#heartbeat.stop();
    this.#runs.close();
    for (const line of this.#allLines()) line.close();
  }

  #finish(): void {
    this.#unenrol();
    this.#ready.reject(
      new PspfError('CLOSED', `${this.#setup.definition.stream}: stopped before it was ready`),
    );
    if (this.#fault === undefined) this.#done.resolve();
    else this.#done.reject(this.#fault);
    this.#ended.resolve();
  }

  #lineOf(source: Source): { readonly source: Source; readonly line: SourceLine } {
    const known = this.#lines.get(source.key);
    if (known !== undefined) return known;
    const { definition, dlq } = this.#setup;
    const line = new SourceLine(source, this.#context, { definition, dlq });
    const made = { source, line };
    this.#lines.set(source.key, made);
    return made;
  }

  *#allLines(): Generator<SourceLine> {
    for (const { line } of this.#lines.values()) yield line;
  }
}

/** States of entries that may start. */
const buffered = ['ready', 'due', 'suspect', 'admitted'] as const;

function sensible(deadline: number | undefined): number | undefined {
  if (deadline === undefined || Number.isNaN(deadline)) return undefined;
  return Math.min(Math.max(0, deadline), LONGEST_TIMER);
}

/** The first of the sources, for what is about none in particular. */
function firstOf(sources: readonly Source[], stream: string): Source {
  const [first] = sources;
  if (first !== undefined) return first;
  throw new PspfError('INVALID_OPTION', `${stream}: consume needs a source`);
}

import type { Source } from '../backend/backend.js';
import type { Clock } from '../clock.js';
import { PspfError } from '../errors.js';
import type { Destination, Interceptor, RuntimeEvent } from '../interceptor.js';
import { unheeded } from '../logger.js';
import type { Logger } from '../options.js';
import type { Notice } from './decision.js';
import { thrownLine } from './thrown-text.js';

/** A line about one matter is written at most this often. */
const QUIET = 10_000;

/** What an event says beside whom it is about. */
type Told<E> = E extends RuntimeEvent ? Omit<E, 'destination' | 'source' | 'consumer'> : never;
export type ConsumerEvent = Told<RuntimeEvent>;

export interface Counters {
  delivered: number;
  done: number;
  failed: number;
  deadLettered: number;
  released: number;
  lost: number;
}

export interface ReportsSetup {
  readonly destination: Destination;
  readonly consumer: string;
  readonly interceptors: readonly Interceptor[];
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Where everything worth knowing goes: events to observers, numbers to `stats()`, few lines to the log. */
export class Reports {
  readonly counters: Counters = {
    delivered: 0,
    done: 0,
    failed: 0,
    deadLettered: 0,
    released: 0,
    lost: 0,
  };
  readonly #setup: ReportsSetup;
  readonly #observers: readonly NonNullable<Interceptor['observe']>[];
  readonly #lines = new Map<string, { at: number; held: number }>();

  constructor(setup: ReportsSetup) {
    this.#setup = setup;
    this.#observers = setup.interceptors.flatMap((interceptor) =>
      interceptor.observe === undefined ? [] : [interceptor.observe.bind(interceptor)],
    );
  }

  event(source: Source, event: ConsumerEvent): void {
    if (this.#observers.length === 0) return;
    const { destination, consumer } = this.#setup;
    const told: RuntimeEvent = { ...event, destination, source, consumer };
    for (const observe of this.#observers) {
      unheeded(() => observe(told), this.#warnOfObserver);
    }
  }

  /** @param source the one to name where the notice is about none in particular */
  notice(source: Source, notice: Notice): void {
    if (notice.type === 'lost') this.lost(notice.source, notice.why, 1);
    else if (notice.type === 'retry') this.#retry(notice);
    else this.event('source' in notice ? notice.source : source, notice);
    if (notice.type === 'zombie') {
      this.warn(
        'zombie',
        'a handler ignored its aborted signal past the grace time and goes on running beside others; pass message.signal on to what it waits for',
      );
    }
    if (notice.type === 'waiting-full') {
      this.warn(
        'waiting-full',
        'reading stops: as many entries wait, for a retry or behind their key, as the option `waiting` allows, or as much as `heldBytes`',
      );
    }
  }

  #retry({ source, id, attempt, delayMs, failure }: Extract<Notice, { type: 'retry' }>): void {
    this.event(source, { type: 'retry', attempt, delayMs });
    // Who asks for another time has nothing to be warned of.
    if (failure.delayMs !== undefined) return;
    this.warn('retry', () => {
      const why = failure.reason === 'failed' ? thrownLine(failure.error) : failure.reason;
      const wait = Math.ceil(delayMs);
      return `entry ${id} failed at attempt ${attempt} (${why}), next one in ${wait} ms`;
    });
  }

  lost(source: Source, why: 'trimmed' | 'taken', count: number): void {
    if (count === 0) return;
    this.counters.lost += count;
    this.event(source, { type: 'lost', why, count });
    this.warn(
      why,
      why === 'trimmed'
        ? 'entries were deleted from the stream while pending; somebody trims it without regard for its groups'
        : 'entries were taken over by another consumer while held here: a handler kept the event loop longer than `claimIdle`, or the server was out of reach for so long',
    );
  }

  /** A call to the server failed and will be repeated. */
  trouble(doing: string, error: unknown): void {
    const what = PspfError.is(error) ? `${error.code}: ${error.message}` : String(error);
    this.warn(doing, `${doing} failed, trying again: ${what}`);
  }

  /** One line about a matter, and then no other about it for a while: only a line that is written is put into words. */
  warn(matter: string, message: string | (() => string)): void {
    this.#line('warn', matter, message);
  }

  error(matter: string, message: string): void {
    this.#line('error', matter, message);
  }

  readonly #warnOfObserver = (): void =>
    this.warn('observer', 'an interceptor failed in observe(); it must not');

  #line(level: 'warn' | 'error', matter: string, message: string | (() => string)): void {
    const now = this.#setup.clock.now();
    const last = this.#lines.get(matter);
    if (last !== undefined && now - last.at < QUIET) {
      last.held += 1;
      return;
    }
    this.#lines.set(matter, { at: now, held: 0 });
    const held = last === undefined || last.held === 0 ? '' : ` (and ${last.held} times before)`;
    const said = typeof message === 'string' ? message : message();
    this.#setup.logger[level](`${this.#setup.destination.stream}: ${said}${held}`);
  }
}

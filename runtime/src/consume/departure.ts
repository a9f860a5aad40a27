import type { ConsumerContext } from './setup.js';
import type { SourceFeed } from './source-feed.js';

/** The least time a stop takes for handing back. */
const LEAST = 250;
/** Leaving the group is a courtesy: a reaper does it later. */
const LONGEST_LEAVE = 1_000;

export interface DepartureHooks {
  /** Nothing is decided or sent any more. */
  over(): void;
  /** All is done, the name in the group deleted where that was possible. */
  ended(): void;
}

/**
 * How a consumer ends, within a deadline whatever the server does: nothing comes in any more, what is held goes
 * back or is settled, its name is deleted.
 */
export class Departure {
  readonly #context: ConsumerContext;
  readonly #feeds: readonly SourceFeed[];
  readonly #hooks: DepartureHooks;
  #begun = false;
  #over = false;
  /** Whether something may still come in. */
  #fed = true;
  #deadline = Number.POSITIVE_INFINITY;
  #cancelDeadline: () => void = () => {};

  constructor(context: ConsumerContext, feeds: readonly SourceFeed[], hooks: DepartureHooks) {
    this.#context = context;
    this.#feeds = feeds;
    this.#hooks = hooks;
  }

  get begun(): boolean {
    return this.#begun;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Begin, or hurry up: of several deadlines the earliest counts. */
  begin(deadline: number): void {
    if (this.#over) return;
    const { clock, schedule, turn } = this.#context;
    const now = clock.now();
    const end = Math.max(deadline, LEAST);
    // Aborting and handing back are part of the deadline.
    const abortAt = now + Math.max(0, deadline - Math.min(1_000, end / 2));
    schedule.drain(abortAt, now + end - Math.min(500, end / 4));
    this.#endBy(now + end, now);
    if (!this.#begun) {
      this.#begun = true;
      void Promise.all(this.#feeds.map((feed) => feed.stop())).then(() => {
        this.#fed = false;
        turn();
      });
    }
    turn();
  }

  /** After each decision: whether that was all. */
  check(): void {
    if (this.#begun && !this.#fed && this.#context.schedule.idle) void this.#end();
  }

  #endBy(at: number, now: number): void {
    if (at >= this.#deadline) return;
    this.#deadline = at;
    this.#cancelDeadline();
    this.#cancelDeadline = this.#context.clock.after(at - now, () => void this.#end());
  }

  async #end(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.#hooks.over();
    const { schedule, options, reports } = this.#context;
    if (schedule.idle) await this.#leave();
    else {
      reports.warn(
        'left',
        `stopped with entries that could not be handed back in time; another consumer takes them over after ${options.claimIdle} ms`,
      );
    }
    this.#cancelDeadline();
    this.#hooks.ended();
  }

  /** Delete our name where we ever had one; if that fails, or takes long, a reaper does it later. */
  #leave(): Promise<void> {
    const { backend, clock, name } = this.#context;
    const joined = this.#feeds.filter(({ begun }) => begun).flatMap(({ sources }) => sources);
    return new Promise((resolve) => {
      const ms = Math.min(LONGEST_LEAVE, Math.max(0, this.#deadline - clock.now()));
      const cancel = clock.after(ms, resolve);
      void Promise.allSettled(joined.map((source) => backend.leave(source, name))).then(() => {
        cancel();
        resolve();
      });
    });
  }
}

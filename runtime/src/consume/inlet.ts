import type { Source } from '../backend/backend.js';
import { Loop, spread } from './loop.js';
import { backoffDelay } from './retry.js';
import type { ConsumerContext } from './setup.js';

const POLL = 250;
/** Between polls after some that brought nothing. */
const QUIET_POLL = 500;
const QUIET_AFTER = 8;
/** Milliseconds without a free slot after which one entry at a time joins the queue: a full stream must not starve replays. */
const PATIENCE = 10_000;
const BACKOFF = { initial: 200, factor: 2, max: 10_000 };

/**
 * Fetches what leaving consumers handed back and what was replayed, by polling: a blocking read never delivers it. At
 * least every 600 ms, so that a sibling starts within a second what never started elsewhere.
 */
export class Inlet {
  readonly #source: Source;
  readonly #context: ConsumerContext;
  readonly #loop: Loop;
  #quiet = 0;
  #failures = 0;
  /** When there was room, last. */
  #roomAt = 0;

  constructor(source: Source, context: ConsumerContext) {
    this.#source = source;
    this.#context = context;
    this.#loop = new Loop(context.clock, () => this.#poll());
  }

  start(): void {
    this.#roomAt = this.#context.clock.now();
    this.#loop.start(spread(POLL, this.#context.random));
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #poll(): Promise<number> {
    const { backend, name, random, reports } = this.#context;
    const room = this.#room();
    if (room === 0) return spread(POLL, random);
    const sentAt = this.#context.clock.now();
    try {
      const deliveries = await backend.inlet(this.#source, name, room);
      this.#failures = 0;
      this.#quiet = deliveries.length === 0 ? this.#quiet + 1 : 0;
      this.#context.deliver(deliveries, 'inlet', sentAt);
      // A full catch: there is more.
      if (deliveries.length === room) return 0;
      return spread(this.#quiet > QUIET_AFTER ? QUIET_POLL : POLL, random);
    } catch (error) {
      reports.trouble('fetching what was handed back or replayed', error);
      this.#failures += 1;
      return Math.max(POLL, backoffDelay(BACKOFF, this.#failures, random));
    }
  }

  #room(): number {
    const { schedule, clock } = this.#context;
    const room = schedule.inletRoom;
    const now = clock.now();
    if (room > 0) this.#roomAt = now;
    const starved = now - this.#roomAt >= PATIENCE && schedule.count('ready') > 0;
    return room === 0 && starved && schedule.count('due') === 0
      ? Math.min(1, schedule.claimRoom)
      : room;
  }
}

import type { Source } from '../backend/backend.js';
import { Loop, spread } from './loop.js';
import { backoffDelay } from './retry.js';
import type { ConsumerContext } from './setup.js';

/** Entries asked for at once. */
const PAGE = 100;
const BACKOFF = { initial: 200, factor: 2, max: 10_000 };

/**
 * Takes over what dead consumers left behind: a scan of the pending list with a cursor that is kept until the end
 * is reached, page by page as there is room, and then again after a while.
 */
export class Recovery {
  readonly #source: Source;
  readonly #context: ConsumerContext;
  readonly #loop: Loop;
  #cursor = '';
  #waitsForRoom = false;
  #failures = 0;

  constructor(source: Source, context: ConsumerContext) {
    this.#source = source;
    this.#context = context;
    this.#loop = new Loop(context.clock, () => this.#scan());
  }

  start(): void {
    // The first one soon: a restarted service finds what its predecessor dropped.
    this.#loop.start(this.#context.options.recovery * 0.1 * this.#context.random());
  }

  /** There may be room for another page. */
  offer(): void {
    if (this.#waitsForRoom && this.#context.schedule.claimRoom > 0) this.#loop.soon();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #scan(): Promise<number> {
    const { options, random, reports } = this.#context;
    this.#waitsForRoom = false;
    try {
      do {
        const room = this.#context.schedule.claimRoom;
        if (room === 0) {
          this.#waitsForRoom = true;
          break;
        }
        await this.#page(Math.min(room, PAGE));
      } while (this.#cursor !== '');
      this.#failures = 0;
      return spread(options.recovery, random);
    } catch (error) {
      reports.trouble('taking over', error);
      this.#failures += 1;
      return backoffDelay(BACKOFF, this.#failures, random);
    }
  }

  async #page(count: number): Promise<void> {
    const { backend, name, options, reports, clock, schedule } = this.#context;
    const sentAt = clock.now();
    const page = await backend.claim(this.#source, name, {
      from: 'idle',
      minIdle: options.claimIdle,
      count,
      cursor: this.#cursor,
    });
    this.#cursor = page.cursor;
    // XAUTOCLAIM finds deleted entries however lately they were refreshed; of those held here the next refresh tells.
    const strange = page.trimmed.filter((id) => !schedule.holds(this.#source, id));
    reports.lost(this.#source, 'trimmed', strange.length);
    this.#context.deliver(page.deliveries, 'claim', sentAt);
  }
}

import type { Clock } from '../clock.js';
import { backoffDelay } from './retry.js';

/** Items of one call: more would block the server for others. */
const LARGEST_BATCH = 500;

const BACKOFF = { initial: 100, factor: 2, max: 5_000 };

export interface OutboxSetup<I, R> {
  readonly clock: Clock;
  readonly random: () => number;
  /** One call for many items; a result each, in their order. */
  send(items: readonly I[]): Promise<readonly R[]>;
  /** An item's result. `again`: an earlier sending failed, and may have been carried out all the same. */
  answered(item: I, result: R | undefined, again: boolean): void;
  /** Before the next try of a batch. */
  failed(error: unknown): void;
  /** Whether an item is still to be sent. */
  wanted(item: I): boolean;
}

interface Item<I> {
  readonly value: I;
  again: boolean;
}

/**
 * Sends items in batches, for as long as it takes. One call is on its way at a time and whatever comes meanwhile
 * makes the next, so that batches grow with the load; what comes in one turn of the event loop goes together.
 */
export class Outbox<I, R> {
  readonly #setup: OutboxSetup<I, R>;
  #waiting: Item<I>[] = [];
  #busy = false;
  #failures = 0;
  #closed = false;
  #cancelRetry: (() => void) | undefined;

  constructor(setup: OutboxSetup<I, R>) {
    this.#setup = setup;
  }

  add(value: I): void {
    this.#waiting.push({ value, again: false });
    if (this.#busy || this.#closed) return;
    this.#busy = true;
    setImmediate(() => void this.#sendAll());
  }

  /** Send nothing more. */
  close(): void {
    this.#closed = true;
    this.#cancelRetry?.();
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#closed) {
      const batch = this.#waiting.splice(0, LARGEST_BATCH).filter(this.#wanted);
      if (batch.length > 0 && !(await this.#send(batch))) await this.#pause();
    }
    this.#busy = false;
  }

  async #send(batch: readonly Item<I>[]): Promise<boolean> {
    try {
      const results = await this.#setup.send(batch.map(({ value }) => value));
      this.#failures = 0;
      for (const [index, { value, again }] of batch.entries()) {
        this.#setup.answered(value, results[index], again);
      }
      return true;
    } catch (error) {
      for (const item of batch) item.again = true;
      this.#waiting = [...batch, ...this.#waiting];
      this.#setup.failed(error);
      return false;
    }
  }

  #pause(): Promise<void> {
    this.#failures += 1;
    const delay = backoffDelay(BACKOFF, this.#failures, this.#setup.random);
    return new Promise((resolve) => {
      const cancel = this.#setup.clock.after(delay, resolve);
      this.#cancelRetry = () => {
        cancel();
        resolve();
      };
    });
  }

  readonly #wanted = ({ value }: Item<I>): boolean => this.#setup.wanted(value);
}

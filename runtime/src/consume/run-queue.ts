import type { Entry } from './entry.js';
import type { Handlers } from './handlers.js';
import type { Work } from './intake.js';
import type { ConsumerContext } from './setup.js';

/** Milliseconds of handlers after which timers and sockets get their turn. */
const SLICE = 10;

/**
 * Calls the handlers of admitted entries. Synchronous ones that take long would follow each other without a turn of the event
 * loop, and keep heartbeats and signals out for as long as anything is held: between two of them the loop goes round.
 */
export class RunQueue<T> {
  readonly #context: ConsumerContext<T>;
  readonly #handlers: Handlers<T>;
  /** Empty but for the rest of what was cut off by the end of a slice, or by a pause. */
  #admitted: readonly Entry<Work<T>>[] = [];
  /** Time that handlers took since the loop went round for them. */
  #spent = 0;
  #resting = false;
  #closed = false;

  constructor(context: ConsumerContext<T>, handlers: Handlers<T>) {
    this.#context = context;
    this.#handlers = handlers;
  }

  add(entries: readonly Entry<Work<T>>[]): void {
    if (this.#admitted.length > 0) this.#admitted = [...this.#admitted, ...entries];
    else this.#admitted = entries;
    this.#run();
  }

  /** Call nothing more. */
  close(): void {
    this.#closed = true;
  }

  #run(): void {
    const { clock, schedule, turn } = this.#context;
    if (this.#resting || schedule.paused || this.#admitted.length === 0) return;
    let now = clock.now();
    const until = now + SLICE - this.#spent;
    let called = 0;
    for (const entry of this.#admitted) {
      if (schedule.begin(entry, now)) this.#handlers.run(entry);
      else turn();
      called += 1;
      now = clock.now();
      if (now >= until) break;
    }
    this.#admitted = this.#admitted.slice(called);
    this.#spent = now - until + SLICE;
    if (now >= until) this.#rest();
  }

  #rest(): void {
    this.#spent = 0;
    this.#resting = true;
    setImmediate(() => {
      this.#resting = false;
      if (this.#closed) return;
      this.#run();
      // Those that were called have a time limit now.
      this.#context.turn();
    });
  }
}

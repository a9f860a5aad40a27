import type { Clock } from '../clock.js';

/**
 * Something done again and again: each round says in how many milliseconds the next one is due. Rounds
 * never overlap. A round must not reject.
 */
export class Loop {
  readonly #clock: Clock;
  readonly #round: () => Promise<number>;
  #stopped = false;
  #cancel: (() => void) | undefined;
  #running: Promise<void> | undefined;

  constructor(clock: Clock, round: () => Promise<number>) {
    this.#clock = clock;
    this.#round = round;
  }

  /** The first round is due in `delay` milliseconds. */
  start(delay: number): void {
    if (!this.#stopped) this.#cancel = this.#clock.after(delay, () => this.soon());
  }

  /** Have the next round now, unless one is under way. */
  soon(): void {
    if (this.#stopped || this.#running !== undefined) return;
    this.#cancel?.();
    this.#running = this.#round().then((delay) => {
      this.#running = undefined;
      this.start(delay);
    });
  }

  /** No further round; resolves when the one under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#running;
  }
}

/** A time spread by ±20 %, so that a fleet started at once does not ask at once. */
export function spread(ms: number, random: () => number): number {
  return ms * (0.8 + 0.4 * random());
}

// The global of the same name is a getter that costs more than the clock.
import { performance } from 'node:perf_hooks';

/** Time as the runtime sees it; tests put a fake one in its place. */
export interface Clock {
  /** Milliseconds that never go backwards. */
  now(): number;
  /** Wall-clock time, for timestamps only. */
  date(): Date;
  /** Call once after `ms`; the answer cancels. Does not keep the process alive by itself. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

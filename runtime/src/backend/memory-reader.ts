import { PspfError } from '../errors.js';
import type { Delivery, Source, StreamReader } from './backend.js';
import { groupMissing } from './backend-errors.js';
import type { MemoryStore } from './memory-store.js';
import type { PendingEntry } from './memory-stream.js';

/** Reads a group of a {@link MemoryStore}; a blocking read waits for an append or for the clock. */
export class MemoryReader implements StreamReader {
  readonly #store: MemoryStore;
  readonly #source: Source;
  readonly #consumer: string;
  #closedBy: PspfError | 'reader' | undefined;
  #endOpenRead: (() => void) | undefined;

  readonly #forget: () => void;

  constructor(store: MemoryStore, source: Source, consumer: string, forget: () => void) {
    this.#store = store;
    this.#source = source;
    this.#consumer = consumer;
    this.#forget = forget;
  }

  async read(count: number, blockMs: number): Promise<Delivery[]> {
    if (this.#closedBy === 'reader') return [];
    if (this.#closedBy !== undefined) throw this.#closedBy;
    const now = this.#take(count);
    if (now.length > 0 || blockMs <= 0) return now;
    return this.#wait(count, blockMs);
  }

  async close(): Promise<void> {
    this.end('reader');
    this.#forget();
  }

  /** Close on behalf of the backend: an open read rejects with the error. */
  end(by: PspfError | 'reader'): void {
    this.#closedBy ??= by;
    this.#endOpenRead?.();
  }

  #take(count: number): Delivery[] {
    const stream = this.#store.streams.get(this.#source.key);
    const group = stream?.groups.get(this.#source.group);
    if (stream === undefined || group === undefined) throw groupMissing(this.#source);
    return group
      .deliver(stream, this.#consumer, count, this.#store.clock.now())
      .map((pending) => toDelivery(this.#source, pending));
  }

  #wait(count: number, blockMs: number): Promise<Delivery[]> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        this.#endOpenRead = undefined;
        cancelTimer();
        cancelWait();
        settle();
      };
      const cancelTimer = this.#store.clock.after(blockMs, () => finish(() => resolve([])));
      const cancelWait = this.#store.waitFor(this.#source.key, () => {
        try {
          const taken = this.#take(count);
          if (taken.length === 0) return false;
          finish(() => resolve(taken));
        } catch (error) {
          finish(() => reject(error));
        }
        return true;
      });
      this.#endOpenRead = () =>
        finish(() => (PspfError.is(this.#closedBy) ? reject(this.#closedBy) : resolve([])));
    });
  }
}

export function toDelivery(source: Source, { entry, consumer, count }: PendingEntry): Delivery {
  return { source, token: { id: entry.id, consumer, count }, fields: entry.fields };
}

import { type Clock, systemClock } from '../clock.js';
import type { Fields } from './backend.js';
import { MemoryStream } from './memory-stream.js';

/**
 * What a server is to {@link MemoryStreamBackend}: the streams of one process, invisible to others.
 * Backends that share a store see the same streams, as two processes see one server.
 */
export class MemoryStore {
  /** For messages and telemetry. */
  readonly name: string;
  readonly clock: Clock;
  readonly streams: Map<string, MemoryStream> = new Map();
  readonly #wakers = new Set<Waker>();

  constructor(options: { readonly name?: string; readonly clock?: Clock } = {}) {
    this.name = options.name ?? 'default';
    this.clock = options.clock ?? systemClock;
  }

  /** The stream of this key, created where it is absent. */
  stream(key: string): MemoryStream {
    const existing = this.streams.get(key);
    if (existing !== undefined) return existing;
    const created = new MemoryStream();
    this.streams.set(key, created);
    return created;
  }

  /** All entries of a stream, oldest first: what a test looks at, a dead-letter stream for example. */
  entries(key: string): { readonly id: string; readonly fields: Fields }[] {
    const stream = this.streams.get(key);
    return stream?.from(0, stream.length).map(({ id, fields }) => ({ id, fields })) ?? [];
  }

  /** Delete entries as XDEL would: those pending in a group stay in its list, without content. */
  deleteEntries(key: string, ids: readonly string[]): void {
    this.streams.get(key)?.delete(ids);
  }

  /** Delete a group with its pending list, as XGROUP DESTROY would. */
  destroyGroup(key: string, group: string): void {
    this.streams.get(key)?.groups.delete(group);
    this.wake(key);
  }

  /** Delete a stream with its groups, as DEL would. */
  deleteStream(key: string): void {
    this.streams.delete(key);
    this.wake(key);
  }

  /** Have `look` called, first come first served, whenever the key changes, until it answers true. */
  waitFor(key: string, look: () => boolean): () => void {
    const waker = { key, look };
    this.#wakers.add(waker);
    return () => this.#wakers.delete(waker);
  }

  /** Tell the waiting that a stream changed. */
  wake(key: string): void {
    for (const waker of [...this.#wakers]) {
      if (waker.key === key && waker.look()) this.#wakers.delete(waker);
    }
  }
}

interface Waker {
  readonly key: string;
  readonly look: () => boolean;
}

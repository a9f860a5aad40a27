import type { Source, Token } from '../backend/backend.js';
import { ChurnMap } from './churn-map.js';
import type { Entry, EntryState } from './entry.js';

/** Every entry a consumer answers for, by stream and id, and how many are in which state. */
export class Held<B> {
  /** By stream key, then by entry id, in the order of arrival. */
  readonly #byStream = new Map<string, ChurnMap<string, Entry<B>>>();
  readonly #count: Record<EntryState, number> = {
    blocked: 0,
    ready: 0,
    due: 0,
    suspect: 0,
    starting: 0,
    admitted: 0,
    running: 0,
    waiting: 0,
    settling: 0,
    gone: 0,
  };

  #bytes = 0;

  find(source: Source, id: string): Entry<B> | undefined {
    return this.#byStream.get(source.key)?.get(id);
  }

  add(entry: Entry<B>): void {
    let stream = this.#byStream.get(entry.source.key);
    if (stream === undefined) {
      stream = new ChurnMap();
      this.#byStream.set(entry.source.key, stream);
    }
    stream.set(entry.token.id, entry);
    this.#count[entry.state] += 1;
    this.#bytes += entry.bytes;
  }

  /** Every change of state passes here. */
  move(entry: Entry<B>, state: EntryState): void {
    this.#count[entry.state] -= 1;
    this.#count[state] += 1;
    entry.state = state;
    if (state === 'gone') this.#bytes -= entry.bytes;
  }

  /** It is not ours any more. It still counts while it runs. */
  disown(entry: Entry<B>): void {
    const stream = this.#byStream.get(entry.source.key);
    if (stream?.get(entry.token.id) === entry) stream.delete(entry.token.id);
  }

  count(state: EntryState): number {
    return this.#count[state];
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Entries that hold a slot. */
  get slots(): number {
    return this.#count.starting + this.#count.admitted + this.#count.running;
  }

  /** Entries held for anything but running now or next. */
  get parked(): number {
    const { blocked, due, suspect, waiting, settling } = this.#count;
    return blocked + due + suspect + waiting + settling;
  }

  get idle(): boolean {
    return this.slots + this.#count.ready + this.parked === 0;
  }

  /** A list of its own, so that its entries may change state meanwhile. */
  all(): Entry<B>[] {
    return [...this.#byStream.values()].flatMap((stream) => [...stream.values()]);
  }

  /** What must be refreshed so that nobody takes it; for `starting` ones the raising of their count does that. */
  tokens(source: Source): Token[] {
    const tokens: Token[] = [];
    for (const entry of this.#byStream.get(source.key)?.values() ?? []) {
      if (entry.state !== 'starting') tokens.push(entry.token);
    }
    return tokens;
  }
}

import type { Clock } from '../clock.js';
import {
  type AppendEntry,
  type AppendOptions,
  type AppendResult,
  type BackendAddress,
  type ClaimOptions,
  type ClaimResult,
  type DeadLetterPage,
  type DeadLettersResult,
  type Delivery,
  type EnsureGroupOptions,
  HANDBACK,
  type LostToken,
  type ReplayIds,
  type ReplayOutcome,
  type Settlement,
  type SettleResult,
  type Source,
  type SourceState,
  type StreamBackend,
  type StreamReader,
  type Token,
  type TrimResult,
} from './backend.js';
import { backendClosed, groupMissing } from './backend-errors.js';
import { groupStart, idTime } from './entry-id.js';
import { replaySource } from './keys.js';
import { bury, listDeadLetters, replayAll } from './memory-dead-letters.js';
import { MemoryReader, toDelivery } from './memory-reader.js';
import { MemoryStore } from './memory-store.js';
import { MemoryGroup, type MemoryStream } from './memory-stream.js';

/**
 * Streams in the memory of this process, with the semantics of a server: the same contract suite runs
 * against both. Nothing survives the process and no other process sees it.
 */
export class MemoryStreamBackend implements StreamBackend {
  readonly address: BackendAddress;
  readonly store: MemoryStore;
  readonly clock: Clock;
  readonly #readers = new Set<MemoryReader>();
  #closed = false;

  /**
   * @param store a store to share, or the clock of one of its own. Streams on this backend run by the same clock:
   * `new MemoryStreamBackend({ clock: new FakeClock() })` is all a test of backoffs and timeouts needs.
   */
  constructor(store: MemoryStore | { readonly clock?: Clock } = {}) {
    this.store = store instanceof MemoryStore ? store : new MemoryStore(store);
    this.clock = this.store.clock;
    this.address = { system: 'memory', host: this.store.name, port: undefined };
  }

  async append(
    key: string,
    entries: readonly AppendEntry[],
    { rejectAtLength = Number.POSITIVE_INFINITY }: AppendOptions = {},
  ): Promise<AppendResult[]> {
    this.#assertOpen();
    const stream = this.store.stream(key);
    const wallMs = this.store.clock.date().getTime();
    const results = entries.map(({ fields }): AppendResult => {
      if (stream.length >= rejectAtLength) return { status: 'full' };
      return { status: 'appended', id: stream.append(fields, wallMs) };
    });
    this.store.wake(key);
    return results;
  }

  async ensureGroup(source: Source, options: EnsureGroupOptions): Promise<'created' | 'existed'> {
    this.#assertOpen();
    this.store.stream(options.dlq);
    this.#open(replaySource(source));
    const stream = this.store.stream(source.key);
    if (stream.groups.has(source.group)) return 'existed';
    stream.groups.set(source.group, newGroup(stream, options.from));
    return 'created';
  }

  async openReader(source: Source, consumer: string): Promise<StreamReader> {
    this.#assertOpen();
    const reader: MemoryReader = new MemoryReader(this.store, source, consumer, () => {
      this.#readers.delete(reader);
    });
    this.#readers.add(reader);
    return reader;
  }

  async settle(source: Source, settlements: readonly Settlement[]): Promise<SettleResult[]> {
    const { stream, group } = this.#open(source);
    return settlements.map(({ token, verdict }) => {
      const owned = group.owned(token);
      if (typeof owned === 'string') return owned;
      if (verdict.kind === 'release') {
        const kept = group.assign(owned, HANDBACK, verdict.count, this.store.clock.now());
        return kept ? 'done' : 'gone';
      }
      if (verdict.kind === 'dead') bury(this.store, source, owned, verdict);
      group.pending.delete(token.id);
      if (source.replay) stream.delete([token.id]);
      return 'done';
    });
  }

  async restart(source: Source, tokens: readonly Token[]): Promise<(Token | undefined)[]> {
    const { group } = this.#open(source);
    return tokens.map((token) => {
      const next = { ...token, count: token.count + 1 };
      const found = group.owned(token);
      const owned = typeof found === 'string' ? group.owned(next) : found;
      if (typeof owned === 'string') return undefined;
      const kept = group.assign(owned, token.consumer, next.count, this.store.clock.now());
      return kept ? next : undefined;
    });
  }

  async extend(source: Source, tokens: readonly Token[]): Promise<LostToken[]> {
    const { stream, group } = this.#open(source);
    return tokens.flatMap((token): LostToken[] => {
      const owned = group.owned(token);
      if (typeof owned === 'string') {
        const exists = stream.find(token.id) !== undefined;
        return [{ token, why: owned === 'not-yours' || exists ? 'taken' : 'trimmed' }];
      }
      const kept = group.assign(owned, token.consumer, token.count, this.store.clock.now());
      return kept ? [] : [{ token, why: 'trimmed' }];
    });
  }

  async claim(source: Source, consumer: string, options: ClaimOptions): Promise<ClaimResult> {
    const { group } = this.#open(source);
    const now = this.store.clock.now();
    if (options.from === 'idle') group.consumers.set(consumer, now);
    const deliveries: Delivery[] = [];
    const trimmed: string[] = [];
    for (const pending of group.pendingFrom(options.cursor)) {
      if (deliveries.length + trimmed.length >= options.count) {
        return { cursor: pending.entry.id, deliveries, trimmed };
      }
      const wanted =
        options.from === 'own'
          ? pending.consumer === consumer
          : now - pending.deliveredAt >= options.minIdle;
      if (!wanted) continue;
      if (group.assign(pending, consumer, pending.count, now)) {
        deliveries.push(toDelivery(source, pending));
      } else {
        trimmed.push(pending.entry.id);
      }
    }
    return { cursor: '', deliveries, trimmed };
  }

  async inlet(source: Source, consumer: string, count: number): Promise<Delivery[]> {
    const { group } = this.#open(source);
    const replays = replaySource(source);
    const { stream, group: replayed } = this.#open(replays);
    const now = this.store.clock.now();
    const handedBack = group.handedBack(consumer, count, now);
    const again = replayed.handedBack(consumer, count - handedBack.length, now);
    const room = count - handedBack.length - again.length;
    // As on a server, an empty replay stream is not asked, so that no name is left in its group.
    const fresh = stream.length === 0 ? [] : replayed.deliver(stream, consumer, room, now, 0);
    return [
      ...handedBack.map((pending) => toDelivery(source, pending)),
      ...[...again, ...fresh].map((pending) => toDelivery(replays, pending)),
    ];
  }

  async replay(source: Source, options: ReplayIds): Promise<ReplayOutcome[]> {
    this.#open(source);
    this.#open(replaySource(source));
    return replayAll(this.store, source, options);
  }

  async deadLetters(source: Source, options: DeadLetterPage): Promise<DeadLettersResult> {
    this.#assertOpen();
    return listDeadLetters(this.store, source, options);
  }

  async leave(source: Source, consumer: string): Promise<boolean> {
    const { group } = this.#open(source);
    if (group.pendingOf(consumer) > 0) return false;
    group.consumers.delete(consumer);
    return true;
  }

  async reap(source: Source, minIdle: number): Promise<string[]> {
    const { group } = this.#open(source);
    const now = this.store.clock.now();
    const names = [...group.consumers]
      .filter(([name, seen]) => name !== HANDBACK && now - seen >= minIdle)
      .map(([name]) => name)
      .filter((name) => group.pendingOf(name) === 0);
    for (const name of names) group.consumers.delete(name);
    return names;
  }

  async trim(key: string, maxLength: number): Promise<TrimResult> {
    this.#assertOpen();
    const stream = this.store.streams.get(key);
    if (stream === undefined) return { length: 0, trimmed: 0, pinnedBy: undefined };
    let bound = stream.end;
    let slowest: string | undefined;
    for (const [name, group] of stream.groups) {
      if (group.bound() >= bound) continue;
      bound = group.bound();
      slowest = name;
    }
    const trimmed = stream.trim(maxLength, bound);
    const pinnedBy = stream.length > maxLength ? slowest : undefined;
    return { length: stream.length, trimmed, pinnedBy };
  }

  async inspect(source: Source): Promise<SourceState> {
    const { stream, group } = this.#open(source);
    const now = this.store.clock.now();
    const oldest = group.pendingFrom('').next();
    return {
      length: stream.length,
      pending: group.pending.size,
      lastDelivered: group.lastDelivered,
      lag: stream.from(group.next, stream.length).length,
      oldestPendingMs: oldest.done
        ? undefined
        : this.store.clock.date().getTime() - idTime(oldest.value.entry.id),
      consumers: [...group.consumers].map(([name, seen]) => ({
        name,
        pending: group.pendingOf(name),
        idleMs: now - seen,
      })),
    };
  }

  async ping(): Promise<void> {
    this.#assertOpen();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const reader of this.#readers) reader.end(backendClosed(this.address));
    this.#readers.clear();
  }

  #assertOpen(): void {
    if (this.#closed) throw backendClosed(this.address);
  }

  #open(source: Source): { stream: MemoryStream; group: MemoryGroup } {
    this.#assertOpen();
    // As on a server, a replay stream that somebody deleted is made anew.
    const stream = source.replay
      ? this.store.stream(source.key)
      : this.store.streams.get(source.key);
    let group = stream?.groups.get(source.group);
    if (source.replay && stream !== undefined && group === undefined) {
      group = newGroup(stream, 'start');
      stream.groups.set(source.group, group);
    }
    if (stream === undefined || group === undefined) throw groupMissing(source);
    return { stream, group };
  }
}

function newGroup(stream: MemoryStream, from: string): MemoryGroup {
  const start = groupStart(from);
  if (start === '0') return new MemoryGroup(0, '0-0');
  if (start === '$') return new MemoryGroup(stream.end, stream.lastId);
  return new MemoryGroup(stream.after(start), start);
}

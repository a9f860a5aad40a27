import { type Fields, HANDBACK, type SettleResult, type Token } from './backend.js';
import { compareIds } from './entry-id.js';

export interface StoredEntry {
  readonly id: string;
  readonly fields: Fields;
  /** Place in the stream since its beginning; trimming does not change it. */
  readonly position: number;
  deleted: boolean;
}

export interface PendingEntry {
  readonly entry: StoredEntry;
  consumer: string;
  count: number;
  deliveredAt: number;
}

/** One stream in memory: entries in order, and the groups that read them. */
export class MemoryStream {
  readonly groups: Map<string, MemoryGroup> = new Map();
  /** Deleted entries stay as tombstones among the others, so that positions hold. */
  #entries: StoredEntry[] = [];
  #base = 0;
  #length = 0;
  #lastMs = 0;
  #lastSeq = -1;

  /** Entries that are neither trimmed nor deleted. */
  get length(): number {
    return this.#length;
  }

  /** The position that the next entry will have. */
  get end(): number {
    return this.#base + this.#entries.length;
  }

  /** The id of the last entry ever appended; `0-0` before the first. */
  get lastId(): string {
    return `${this.#lastMs}-${Math.max(0, this.#lastSeq)}`;
  }

  append(fields: Fields, wallMs: number): string {
    if (wallMs > this.#lastMs) {
      this.#lastMs = wallMs;
      this.#lastSeq = -1;
    }
    this.#lastSeq += 1;
    const id = `${this.#lastMs}-${this.#lastSeq}`;
    this.#entries.push({ id, fields: fields.map(asUtf8), position: this.end, deleted: false });
    this.#length += 1;
    return id;
  }

  /** Entries from a position on that still exist, at most `count`. */
  from(position: number, count: number): StoredEntry[] {
    const found: StoredEntry[] = [];
    for (let at = Math.max(position - this.#base, 0); at < this.#entries.length; at += 1) {
      if (found.length >= count) break;
      const entry = this.#entries[at];
      if (entry !== undefined && !entry.deleted) found.push(entry);
    }
    return found;
  }

  /** The position behind an id, whether or not that entry exists. */
  after(id: string): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle];
      if (entry !== undefined && compareIds(entry.id, id) <= 0) low = middle + 1;
      else high = middle;
    }
    return this.#base + low;
  }

  /** The entry of this id, where it still exists. */
  find(id: string): StoredEntry | undefined {
    const entry = this.#entries[this.after(id) - 1 - this.#base];
    return entry?.id === id && !entry.deleted ? entry : undefined;
  }

  delete(ids: Iterable<string>): void {
    for (const id of ids) {
      const entry = this.find(id);
      if (entry !== undefined) this.#bury(entry);
    }
    const first = this.#entries.findIndex(({ deleted }) => !deleted);
    this.#drop(first < 0 ? this.#entries.length : first);
  }

  /** Remove the oldest until `maxLength` are left, never reaching `bound`. Answers how many went. */
  trim(maxLength: number, bound: number = this.end): number {
    let passed = 0;
    let removed = 0;
    for (const entry of this.#entries) {
      if (this.#length <= maxLength || entry.position >= bound) break;
      if (!entry.deleted) removed += 1;
      this.#bury(entry);
      passed += 1;
    }
    this.#drop(passed);
    return removed;
  }

  /** Forget so many tombstones at the beginning. */
  #drop(count: number): void {
    this.#entries.splice(0, count);
    this.#base += count;
  }

  #bury(entry: StoredEntry): void {
    if (!entry.deleted) this.#length -= 1;
    entry.deleted = true;
  }
}

/** What a text is after its way to a server and back: half of a surrogate pair has no UTF-8. */
function asUtf8(text: string): string {
  return text.toWellFormed();
}

/** A consumer group: what was delivered to whom and not yet settled, in the order of ids. */
export class MemoryGroup {
  /** Position of the next entry never delivered. */
  next: number;
  /** Id of the one before; `0-0` where there is none. */
  lastDelivered: string;
  readonly pending: Map<string, PendingEntry> = new Map();
  /** Consumer name → when it last did something. */
  readonly consumers: Map<string, number> = new Map();

  constructor(next: number, lastDelivered: string) {
    this.next = next;
    this.lastDelivered = lastDelivered;
  }

  /** Entries never delivered before, at most `count`, counted as deliveries so far: `counted`. */
  deliver(
    stream: MemoryStream,
    consumer: string,
    count: number,
    now: number,
    counted = 1,
  ): PendingEntry[] {
    this.consumers.set(consumer, now);
    const entries = stream.from(this.next, count);
    return entries.map((entry) => {
      const pending = { entry, consumer, count: counted, deliveredAt: now };
      this.pending.set(entry.id, pending);
      this.next = entry.position + 1;
      this.lastDelivered = entry.id;
      return pending;
    });
  }

  /** Give a consumer what others handed back, at most `count`, oldest first. */
  handedBack(consumer: string, count: number, now: number): PendingEntry[] {
    const taken: PendingEntry[] = [];
    for (const pending of this.pending.values()) {
      if (taken.length >= count) break;
      if (pending.consumer !== HANDBACK || pending.entry.deleted) continue;
      this.assign(pending, consumer, pending.count, now);
      taken.push(pending);
    }
    return taken;
  }

  /** The entry a token owns, or why it owns none. */
  owned(token: Token): PendingEntry | Exclude<SettleResult, 'done'> {
    const pending = this.pending.get(token.id);
    if (pending === undefined) return 'gone';
    if (pending.consumer !== token.consumer || pending.count !== token.count) return 'not-yours';
    return pending;
  }

  /** Give an entry to a consumer and let its idle time begin again; a deleted one leaves the list instead. */
  assign(pending: PendingEntry, consumer: string, count: number, now: number): boolean {
    if (pending.entry.deleted) {
      this.pending.delete(pending.entry.id);
      return false;
    }
    this.consumers.set(consumer, now);
    pending.consumer = consumer;
    pending.count = count;
    pending.deliveredAt = now;
    return true;
  }

  /** Pending entries from an id on, in order; `''` is the beginning. */
  *pendingFrom(id: string): Generator<PendingEntry> {
    for (const pending of this.pending.values()) {
      if (id === '' || compareIds(pending.entry.id, id) >= 0) yield pending;
    }
  }

  pendingOf(consumer: string): number {
    let count = 0;
    for (const pending of this.pending.values()) if (pending.consumer === consumer) count += 1;
    return count;
  }

  /** The position that trimming must not reach: the oldest unacknowledged entry, or the first unread one. */
  bound(): number {
    for (const pending of this.pending.values()) return pending.entry.position;
    return this.next;
  }
}

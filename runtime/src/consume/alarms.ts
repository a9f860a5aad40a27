/** What an alarm can be set on. The heap keeps both fields; others only read them. */
export interface Alarmed {
  /** When it goes off. */
  alarmAt: number;
  /** Its place in the heap; -1 while no alarm is set. */
  alarmSlot: number;
}

/** At most one alarm per item, the earliest first: a binary heap in which every item knows its place. */
export class Alarms<T extends Alarmed> {
  readonly #heap: T[] = [];

  /** When the earliest goes off; undefined with none set. */
  get next(): number | undefined {
    return this.#heap[0]?.alarmAt;
  }

  /** Every item with an alarm set, in no order; a list of its own. */
  all(): T[] {
    return [...this.#heap];
  }

  /** Set, or move, the alarm of an item. */
  set(item: T, at: number): void {
    this.clear(item);
    item.alarmAt = at;
    this.#heap.push(item);
    this.#rise(item, this.#heap.length - 1);
  }

  clear(item: T): void {
    const slot = item.alarmSlot;
    if (slot === -1) return;
    item.alarmSlot = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === item) return;
    this.#rise(last, slot);
    this.#sink(last, last.alarmSlot);
  }

  /** The next item whose alarm went off by `now`, its alarm cleared. */
  take(now: number): T | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.alarmAt > now) return undefined;
    this.clear(first);
    return first;
  }

  #rise(item: T, from: number): void {
    let slot = from;
    while (slot > 0) {
      const above = (slot - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || parent.alarmAt <= item.alarmAt) break;
      this.#put(parent, slot);
      slot = above;
    }
    this.#put(item, slot);
  }

  #sink(item: T, from: number): void {
    let slot = from;
    for (;;) {
      const left = this.#heap[2 * slot + 1];
      const right = this.#heap[2 * slot + 2];
      const child =
        right !== undefined && left !== undefined && right.alarmAt < left.alarmAt ? right : left;
      if (child === undefined || child.alarmAt >= item.alarmAt) break;
      const below = child.alarmSlot;
      this.#put(child, slot);
      slot = below;
    }
    this.#put(item, slot);
  }

  #put(item: T, slot: number): void {
    this.#heap[slot] = item;
    item.alarmSlot = slot;
  }
}

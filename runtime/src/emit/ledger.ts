import type { EmitLimits } from '../options.js';

/** Who waits for room in flight. */
export interface Waiter {
  pump(): void;
}

/** What all emits of one backend together hold: waiting to be sent, and sent without an answer yet. */
export class Ledger {
  readonly #limits: EmitLimits;
  readonly #starved = new Set<Waiter>();
  readonly #onLess: () => void;
  #waiting = 0;
  #waitingBytes = 0;
  #flying = 0;
  #flyingBytes = 0;

  /** @param onLess called whenever less waits or is in flight than before */
  constructor(limits: EmitLimits, onLess: () => void) {
    this.#limits = limits;
    this.#onLess = onLess;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  get idle(): boolean {
    return this.#waiting === 0 && this.#flying === 0;
  }

  /** Whether one more may wait. A single one may always, whatever its size. */
  mayWait(bytes: number): boolean {
    if (this.#waiting === 0) return true;
    const { emitsWaiting, emitBytesWaiting } = this.#limits;
    return this.#waiting < emitsWaiting && this.#waitingBytes + bytes <= emitBytesWaiting;
  }

  /** Whether so much may be sent now; if not, `waiter` is told when there is room again. */
  mayFly(waiter: Waiter, count: number, bytes: number): boolean {
    const { emitsInFlight, emitBytesInFlight } = this.#limits;
    const room =
      this.#flying === 0 ||
      (this.#flying + count <= emitsInFlight && this.#flyingBytes + bytes <= emitBytesInFlight);
    if (!room) this.#starved.add(waiter);
    return room;
  }

  wait(count: number, bytes: number): void {
    this.#waiting += count;
    this.#waitingBytes += bytes;
  }

  /** Ended without being sent. */
  drop(bytes: number): void {
    this.#waiting -= 1;
    this.#waitingBytes -= bytes;
    this.#onLess();
  }

  fly(count: number, bytes: number): void {
    this.#waiting -= count;
    this.#waitingBytes -= bytes;
    this.#flying += count;
    this.#flyingBytes += bytes;
    this.#onLess();
  }

  land(count: number, bytes: number): void {
    this.#flying -= count;
    this.#flyingBytes -= bytes;
    if (this.#starved.size > 0) {
      const starved = [...this.#starved];
      this.#starved.clear();
      for (const waiter of starved) waiter.pump();
    }
    this.#onLess();
  }
}

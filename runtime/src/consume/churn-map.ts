/** Absent keys that are kept before the map is made anew. */
const LEAST_GARBAGE = 1_000;

/**
 * A map for keys that come and go all the time.
 *
 * When a `Map` has to make room, V8 leaves a reference from its former table to the new one. A former table that reached the old
 * space keeps all that follow alive, with everything that ever was in them, until a full garbage collection: in a busy
 * consumer, that cost as much as all the rest. So nothing is deleted here, but overwritten, until a new `Map` takes over.
 */
export class ChurnMap<K, V extends object> {
  #map = new Map<K, V | undefined>();
  #garbage = 0;

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  set(key: K, value: V): void {
    const before = this.#map.size;
    const known = this.#map.get(key);
    this.#map.set(key, value);
    if (known === undefined && this.#map.size === before) this.#garbage -= 1;
  }

  delete(key: K): void {
    if (this.#map.get(key) === undefined) return;
    this.#map.set(key, undefined);
    this.#garbage += 1;
    if (this.#garbage < LEAST_GARBAGE || this.#garbage * 2 < this.#map.size) return;
    const left = new Map<K, V | undefined>();
    for (const [each, value] of this.#map) if (value !== undefined) left.set(each, value);
    this.#map = left;
    this.#garbage = 0;
  }

  /** In the order in which their keys came; a key that comes back may take its former place. */
  *values(): Generator<V> {
    for (const value of this.#map.values()) if (value !== undefined) yield value;
  }
}

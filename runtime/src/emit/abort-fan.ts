/**
 * One listener per signal however many wait for it: a signal shared by thousands of emits would otherwise
 * make Node warn of a leak.
 */
export class AbortFan {
  readonly #callbacks = new WeakMap<AbortSignal, Set<() => void>>();

  /** Call once when the signal aborts; the answer cancels. */
  add(signal: AbortSignal, callback: () => void): () => void {
    const callbacks = this.#callbacks.get(signal) ?? this.#listen(signal);
    callbacks.add(callback);
    return () => callbacks.delete(callback);
  }

  #listen(signal: AbortSignal): Set<() => void> {
    const callbacks = new Set<() => void>();
    this.#callbacks.set(signal, callbacks);
    const onAbort = () => {
      for (const callback of callbacks) callback();
      callbacks.clear();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    return callbacks;
  }
}

import type { Delivery, Source, StreamBackend, StreamReader } from '@pspf/runtime';
import type { Ledger, Way } from '../ledger.js';

/** A backend as it is, with everybody watching how entries come and that they are acknowledged. */
export interface Witness {
  readonly backend: StreamBackend;
  /** How an entry that is held came, and when. */
  arrivalOf(origin: string): Arrival;
}

export interface Arrival {
  readonly by: Way;
  readonly since: number;
}

export function witness(backend: StreamBackend, consumer: string, ledger: Ledger): Witness {
  const arrivals = new Map<string, Arrival>();
  const came = (deliveries: readonly Delivery[], by: Way): void => {
    const arrival = { by, since: Date.now() };
    for (const { source, token } of deliveries) {
      const origin = originOf(source, token.id);
      // What is claimed though it is held goes on being held.
      if (!arrivals.has(origin)) arrivals.set(origin, arrival);
    }
  };
  const watched: Partial<StreamBackend> = {
    async openReader(source, name) {
      return watchedReader(await backend.openReader(source, name), (read) => came(read, 'read'));
    },
    async claim(source, name, options) {
      const result = await backend.claim(source, name, options);
      came(result.deliveries, options.from === 'own' ? 'own' : 'claim');
      return result;
    },
    async inlet(source, name, count) {
      const deliveries = await backend.inlet(source, name, count);
      came(deliveries, 'inlet');
      return deliveries;
    },
    async settle(source, settlements) {
      const results = await backend.settle(source, settlements);
      for (const [index, { token, verdict }] of settlements.entries()) {
        const origin = originOf(source, token.id);
        const result = results[index];
        if (verdict.kind === 'done' && (result === 'done' || result === 'gone')) {
          ledger.write({ what: 'acknowledged', at: Date.now(), consumer, origin, result });
        }
        arrivals.delete(origin);
      }
      return results;
    },
  };
  return {
    backend: new Proxy(backend, {
      get(target, name) {
        const replaced: unknown = Reflect.get(watched, name);
        if (replaced !== undefined) return replaced;
        const own: unknown = Reflect.get(target, name);
        return typeof own === 'function' ? own.bind(target) : own;
      },
    }),
    arrivalOf: (origin) => arrivals.get(origin) ?? { by: 'read', since: Date.now() },
  };
}

function watchedReader(
  reader: StreamReader,
  came: (deliveries: readonly Delivery[]) => void,
): StreamReader {
  return {
    close: () => reader.close(),
    async read(count, blockMs) {
      const deliveries = await reader.read(count, blockMs);
      came(deliveries);
      return deliveries;
    },
  };
}

function originOf({ key }: Source, id: string): string {
  return `${key}/${id}`;
}

import { guarded } from '../logger.js';
import type { Logger } from '../options.js';
import { processSlot } from '../process-slot.js';
import type { StreamBackend } from './backend.js';
import { MemoryStreamBackend } from './memory.js';
import { MemoryStore } from './memory-store.js';
import { parseBackendUrl } from './url.js';
import { ValkeyStreamBackend } from './valkey.js';
import { ValkeyConnector, type ValkeyConnectorOptions } from './valkey-connector.js';

/** Where to connect, and how. */
export interface BackendOptions extends Pick<ValkeyConnectorOptions, 'credentials' | 'tls'> {
  /**
   * `valkey://user:password@host:6379/db`, `valkeys://` for TLS, `redis://` and `rediss://` alike; or `memory:` and
   * `memory:name`, streams that live and end with this process. Percent-encode user and password.
   * Default: the environment's `PSPF_URL`, else `VALKEY_URL`, else `valkey://127.0.0.1:6379`.
   */
  readonly url: string;
  /** For warnings. Default: none are given. */
  readonly logger?: Logger;
}

/**
 * A backend for `new OrdersStream({ backend })`; several streams may share one, and its caller closes it.
 * Nothing is connected before the first use.
 *
 * @throws {PspfError} `INVALID_OPTION` for a URL that leads nowhere, `NOT_SUPPORTED` for Sentinel and Cluster.
 */
export function openBackend({ logger, ...options }: BackendOptions): StreamBackend {
  const url = parseBackendUrl(options.url);
  if (url.kind === 'server') {
    return new ValkeyStreamBackend(
      new ValkeyConnector(options),
      logger === undefined ? {} : { logger: guarded(logger) },
    );
  }
  const stores = processSlot('memory', () => new Map<string, MemoryStore>());
  const known = stores.get(url.name);
  if (known !== undefined) return new MemoryStreamBackend(known);
  if (logger !== undefined) {
    guarded(logger).warn(
      `memory: streams are kept in this process alone; no other process sees them, and they end with it (${url.name})`,
    );
  }
  const store = new MemoryStore({ name: url.name });
  stores.set(url.name, store);
  return new MemoryStreamBackend(store);
}

import { performance } from 'node:perf_hooks';
import type { ConnectionOptions } from 'node:tls';
import { PspfError } from '../errors.js';
import { DEFAULTS } from '../options.js';
import type { BackendAddress } from './backend.js';
import { backendClosed, describeAddress } from './backend-errors.js';
import { parseBackendUrl, type ServerUrl } from './url.js';
import {
  type ConnectionSettings,
  type Credentials,
  ValkeyConnection,
} from './valkey-connection.js';
import { CHECK_THE_URL } from './valkey-errors.js';

export interface ValkeyConnectorOptions {
  /** `valkey://user:password@host:6379/db`, `valkeys://` for TLS; `redis://` and `rediss://` mean the same. */
  readonly url: string;
  /** User and password, instead of those in the URL; a function is asked at every connect, since passwords rotate. */
  readonly credentials?: Credentials | (() => Credentials | Promise<Credentials>);
  /** Options for TLS, such as `ca`, `cert`, `key`, `servername`; only with `valkeys://` or `rediss://`. */
  readonly tls?: ConnectionOptions;
  /** Milliseconds until a connect, or a connection that owes an answer, counts as dead. Default 5,000. */
  readonly patienceMs?: number;
}

/**
 * Connections to one server: a shared one for commands, and one for each reader, since a blocking read
 * freezes the connection it runs on. Connects when it is asked to, and waits longer after each failure.
 */
export class ValkeyConnector {
  readonly address: BackendAddress;
  readonly patienceMs: number;
  readonly #server: ServerUrl;
  readonly #options: ValkeyConnectorOptions;
  /** Those being opened included. */
  readonly #open = new Set<ValkeyConnection>();
  #writer: ValkeyConnection | undefined;
  #connecting: Promise<ValkeyConnection> | undefined;
  /** Ends the waits between attempts. */
  readonly #pauses = new Set<() => void>();
  #failures = 0;
  #notBefore = 0;
  #closed = false;

  constructor(options: ValkeyConnectorOptions) {
    const url = parseBackendUrl(options.url);
    if (url.kind === 'memory') {
      throw new PspfError(
        'INVALID_OPTION',
        'A "memory:" URL leads to no server. Use a MemoryStreamBackend for it.',
      );
    }
    if (options.tls !== undefined && !url.tls) {
      throw new PspfError(
        'INVALID_OPTION',
        'There are `tls` options, but the URL asks for a connection without TLS. Write it with "valkeys://".',
      );
    }
    this.#options = options;
    this.#server = url;
    this.address = { system: 'valkey', host: url.host, port: url.port };
    this.patienceMs = options.patienceMs ?? DEFAULTS.emitDeadline;
  }

  /**
   * The connection for commands about a key, waiting for it until a point in time (`performance.now()`).
   *
   * @throws PspfError what kept it from connecting: at once where trying again would not help (`AUTH`), else at `until`.
   */
  writer(_key: string, until: number): Promise<ValkeyConnection> {
    if (this.#writer?.isOpen) return Promise.resolve(this.#writer);
    return this.#persist(until, () => {
      this.#connecting ??= this.#connectWriter().finally(() => {
        this.#connecting = undefined;
      });
      return this.#connecting;
    });
  }

  /** A new connection for blocking reads of a key; the caller destroys it. */
  reader(_key: string, until: number): Promise<ValkeyConnection> {
    return this.#persist(
      until,
      () => this.#connect('pspf-reader'),
      (late) => late.destroy(),
    );
  }

  /** End all connections, those being opened included; everything in flight rejects with `CLOSED`. */
  close(): void {
    this.#closed = true;
    for (const connection of this.#open) connection.destroy(backendClosed(this.address));
    this.#open.clear();
    for (const end of this.#pauses) end();
  }

  /** Try, and try again after failures that may pass, until there is a connection or the time is over. */
  async #persist(
    until: number,
    attempt: () => Promise<ValkeyConnection>,
    dispose: (late: ValkeyConnection) => void = () => {},
  ): Promise<ValkeyConnection> {
    let failure = new PspfError(
      'CONNECTION',
      `No connection to ${describeAddress(this.address)} in time. ${CHECK_THE_URL}`,
      { retryable: true },
    );
    while (performance.now() < until) {
      if (this.#closed) throw backendClosed(this.address);
      const trying = attempt();
      try {
        const connection = await before(until, trying);
        if (connection !== undefined) return connection;
        trying.then(dispose, () => {});
      } catch (error) {
        if (!PspfError.is(error) || !error.retryable) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  async #connectWriter(): Promise<ValkeyConnection> {
    const previous = this.#writer;
    this.#writer = undefined;
    // One that was lost as soon as it stood counts as a failure: a replica accepts connections, and refuses writes.
    if (previous !== undefined && performance.now() - previous.openedAt < 1_000) this.#failed();
    this.#writer = await this.#connect('pspf');
    return this.#writer;
  }

  async #connect(name: string): Promise<ValkeyConnection> {
    await this.#pause();
    if (this.#closed) throw backendClosed(this.address);
    const settings: ConnectionSettings = {
      server: this.#server,
      address: this.address,
      tls: this.#server.tls ? { ...this.#options.tls } : undefined,
      name,
      patienceMs: this.patienceMs,
      onEnd: (connection) => this.#open.delete(connection),
    };
    const connection = new ValkeyConnection(settings);
    this.#open.add(connection);
    try {
      await connection.open(await this.#credentials());
      this.#failures = 0;
      return connection;
    } catch (error) {
      connection.destroy();
      this.#failed();
      throw error;
    }
  }

  async #credentials(): Promise<Credentials> {
    const { credentials = this.#server } = this.#options;
    if (typeof credentials !== 'function') return credentials;
    try {
      const { username, password } = await credentials();
      return { username, password };
    } catch (error) {
      throw new PspfError(
        'AUTH',
        `The function given as \`credentials\` failed, so ${describeAddress(this.address)} was not asked. It must answer { username, password }, or a promise of that.`,
        { retryable: true, cause: error },
      );
    }
  }

  /** Whoever waits for the outcome keeps the process alive by a timer of its own. */
  #pause(): Promise<void> {
    const ms = this.#notBefore - performance.now();
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#pauses.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms).unref();
      this.#pauses.add(end);
    });
  }

  /** The next connect waits: 50 ms, doubling up to 2 s, the upper half of it by chance so that processes spread. */
  #failed(): void {
    const longest = Math.min(2_000, 50 * 2 ** this.#failures);
    this.#failures += 1;
    this.#notBefore = performance.now() + longest * (0.5 + Math.random() / 2);
  }
}

/** What a promise resolves to, or undefined where it is not settled by then. */
async function before<T>(until: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, until - performance.now()));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

import { performance } from 'node:perf_hooks';
import type { ConnectionOptions } from 'node:tls';
import { Command, Redis } from 'iovalkey';
import { PspfError } from '../errors.js';
import type { BackendAddress } from './backend.js';
import { describeAddress } from './backend-errors.js';
import type { Script } from './scripts/script.js';
import type { ServerUrl } from './url.js';
import { type ErrorContext, isReply, toPspfError } from './valkey-errors.js';

export type Argument = string | number | Buffer;

export interface ConnectionSettings {
  readonly server: Pick<ServerUrl, 'host' | 'port' | 'db'>;
  readonly address: BackendAddress;
  readonly tls: ConnectionOptions | undefined;
  /** Shown by CLIENT LIST. */
  readonly name: string;
  /** Milliseconds until a server that does not answer counts as unreachable, or as stalled. */
  readonly patienceMs: number;
  readonly onEnd: (connection: ValkeyConnection) => void;
}

export interface Credentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/**
 * One connection, from one TCP connect to its end; it never reconnects. The client library resends
 * commands after it reconnected, which stores entries twice; without a second life there is nothing to resend.
 */
export class ValkeyConnection {
  /** The server's number for this connection; undefined where the server does not tell. Unique until it restarts. */
  id: number | undefined;
  /** Where the server sees this connection come from; undefined where it does not tell. */
  clientAddress: string | undefined;
  readonly openedAt: number = performance.now();
  readonly #settings: ConnectionSettings;
  readonly #client: Redis;
  readonly #loaded = new Set<Script>();
  /** Whether our side gave the connection up, and why. */
  #failure: unknown;
  #users = 0;
  #unanswered = 0;
  #lastProgress = 0;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
    const { server, tls, patienceMs } = settings;
    this.#client = new Redis({
      host: server.host,
      port: server.port,
      family: 0,
      ...(tls === undefined ? {} : { tls }),
      connectTimeout: patienceMs,
      keepAlive: 10_000,
      noDelay: true,
      lazyConnect: true,
      enableReadyCheck: false,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    });
    // Without a listener the library prints the error, or Node ends the process.
    this.#client.on('error', (error: unknown) => {
      this.#failure ??= error;
    });
    this.#client.once('end', () => settings.onEnd(this));
  }

  /** Connect and log in; once. */
  async open(credentials: Credentials): Promise<void> {
    try {
      await this.#client.connect();
      const until = performance.now() + this.#settings.patienceMs;
      await this.run(until, () => this.#greet(credentials));
    } catch (error) {
      this.destroy();
      throw this.#explain(error, {});
    }
  }

  /** Whether a command sent in this turn of the event loop goes out. */
  get isOpen(): boolean {
    const { status, stream } = this.#client;
    return status === 'ready' && stream.writable && this.#failure === undefined;
  }

  /**
   * Do work on this connection until a point in time (`performance.now()`), whatever the server does. The
   * socket keeps the process alive meanwhile. A connection that stays silent for too long is ended.
   */
  async run<T>(until: number, work: () => Promise<T>, context: ErrorContext = {}): Promise<T> {
    const letGo = this.hold();
    if (this.#unanswered === 0) this.#lastProgress = performance.now();
    this.#unanswered += 1;
    let timer: NodeJS.Timeout | undefined;
    try {
      const working = work();
      const answered = (): void => {
        this.#unanswered -= 1;
        this.#lastProgress = performance.now();
      };
      working.then(answered, answered);
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(this.#late()), Math.max(0, until - performance.now()));
      });
      return await Promise.race([working, late]);
    } catch (error) {
      throw this.#explain(error, context);
    } finally {
      clearTimeout(timer);
      letGo();
    }
  }

  /** Keep the process alive until the answer is called. */
  hold(): () => void {
    const socket = this.#client.stream;
    this.#users += 1;
    if (this.#users === 1) socket?.ref();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#users -= 1;
      if (this.#users === 0) socket?.unref();
    };
  }

  /** Send one command, in the order of calls; within {@link run}. */
  send(command: string, ...args: Argument[]): Promise<unknown> {
    return this.#send(command, args, 'utf8');
  }

  /** The same with an answer in bytes, for values that may be no UTF-8. */
  sendForBytes(command: string, ...args: Argument[]): Promise<unknown> {
    return this.#send(command, args, null);
  }

  /** Run a script as one step; in the order of calls, unless somebody flushes the server's scripts. */
  async script(
    script: Script,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<unknown> {
    // The first call carries the text: waiting for NOSCRIPT would let later calls pass this one.
    const parameters = [keys.length, ...keys, ...args];
    const teach = (): Promise<unknown> => this.#send('EVAL', [script.lua, ...parameters], 'utf8');
    if (!this.#loaded.has(script)) {
      this.#loaded.add(script);
      return teach();
    }
    try {
      return await this.#send('EVALSHA', [script.sha, ...parameters], 'utf8');
    } catch (error) {
      if (isReply(error, 'NOSCRIPT')) return teach();
      throw error;
    }
  }

  /** End the connection now; what is in flight rejects. */
  destroy(reason?: PspfError): void {
    this.#failure ??= reason ?? new Error('the connection was given up');
    const { stream } = this.#client;
    // The library's own way waits up to two seconds for the other side, on a timer that keeps the process alive.
    if (stream === undefined) this.#client.disconnect();
    else stream.destroy();
  }

  #send(name: string, args: Argument[], encoding: 'utf8' | null): Promise<unknown> {
    const command = new Command(name, args, { replyEncoding: encoding });
    this.#client.sendCommand(command);
    return command.promise;
  }

  async #greet({ username, password }: Credentials): Promise<void> {
    const { server, name } = this.#settings;
    // All in one write; each answer is looked at on its own.
    const login =
      username === undefined && password === undefined
        ? undefined
        : // A user without a password may need none; left unsaid, commands would run as the default user.
          this.send('AUTH', ...(username === undefined ? [] : [username]), password ?? '');
    const steps = [
      login?.catch((error: unknown) => {
        // A server without a password refuses ours: harmless, unlike a wrong one.
        if (!isReply(error, 'ERR')) throw error;
      }),
      server.db === 0 ? undefined : this.send('SELECT', server.db),
      this.send('CLIENT', 'SETNAME', name).catch(() => undefined),
      this.send('CLIENT', 'INFO').catch((error: unknown) => {
        if (!isReply(error, 'NOPERM') && !isReply(error, 'ERR')) throw error;
        return undefined;
      }),
    ];
    const [, , , info] = await Promise.all(steps);
    const [, id, address] = /^id=(\d+) addr=(\S+)/.exec(String(info)) ?? [];
    this.id = id === undefined ? undefined : Number(id);
    this.clientAddress = address;
  }

  #late(): PspfError {
    const { address, patienceMs } = this.#settings;
    const error = new PspfError(
      'DEADLINE',
      `${describeAddress(address)} did not answer in time. It may be overloaded, frozen, or cut off by the network.`,
      { retryable: true },
    );
    const silent = performance.now() - this.#lastProgress;
    if (silent >= patienceMs) this.destroy(error);
    return error;
  }

  /** The library says only that the connection is closed; the reason came as an event before. */
  #explain(error: unknown, context: ErrorContext): PspfError {
    const isReply = error instanceof Error && error.name === 'ReplyError';
    const cause = isReply || PspfError.is(error) ? error : (this.#failure ?? error);
    return toPspfError(cause, this.#settings.address, context);
  }
}

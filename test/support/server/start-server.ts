import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ForeignClient, foreignClient } from './foreign-client.js';
import { freePort } from './free-port.js';
import { guardian } from './guardian.js';
import { selfSigned } from './self-signed.js';
import { serverBinary } from './server-binary.js';

export interface ServerOptions {
  /** Further arguments, for example `['--maxmemory', '4mb']`. */
  readonly args?: readonly string[];
  readonly password?: string;
  /** Serve TLS only, with a certificate for `localhost` and 127.0.0.1 signed by itself. */
  readonly tls?: boolean;
  /** One node that owns every slot of a cluster. */
  readonly cluster?: boolean;
  /** Persist every write before answering, so that a restart finds it. */
  readonly aof?: boolean;
}

export interface RunningServer {
  /** Without credentials. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The certificate to trust, in PEM; undefined without TLS. */
  readonly ca: string | undefined;
  /** A connection for what a test does beside the code under test; closed with the server. */
  client(): Promise<ForeignClient>;
  kill(signal: NodeJS.Signals): void;
  /** Stop, if it still runs, and start again at the same port with the same folder. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Start a server of a test's own on a free port of the loopback interface. It never outlives this process. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const folder = await mkdtemp(join(tmpdir(), 'pspf-server-'));
  const certificate = options.tls ? selfSigned() : undefined;
  if (certificate !== undefined) {
    await writeFile(join(folder, 'cert.pem'), certificate.cert);
    await writeFile(join(folder, 'key.pem'), certificate.key, { mode: 0o600 });
  }
  for (let attempt = 1; ; attempt += 1) {
    const server = new LocalServer(folder, await freePort(), options, certificate?.cert);
    try {
      await server.start();
      return server;
    } catch (error) {
      await server.end();
      // Another process may have taken the port meanwhile.
      if (attempt < 3) continue;
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }
}

class LocalServer implements RunningServer {
  readonly port: number;
  readonly url: string;
  readonly ca: string | undefined;
  readonly #folder: string;
  readonly #options: ServerOptions;
  readonly #clients = new Set<ForeignClient>();
  #guardian: ChildProcess | undefined;
  #pid = 0;

  constructor(folder: string, port: number, options: ServerOptions, ca: string | undefined) {
    this.#folder = folder;
    this.port = port;
    this.#options = options;
    this.ca = ca;
    this.url = `${options.tls ? 'valkeys' : 'valkey'}://127.0.0.1:${port}`;
  }

  get pid(): number {
    return this.#pid;
  }

  async start(): Promise<void> {
    const { path, env } = await serverBinary();
    const child = spawn('sh', ['-c', guardian, 'sh', path, ...this.#arguments()], {
      cwd: this.#folder,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'ignore'],
      // Out of the terminal's group: Ctrl-C reaches the tests first.
      detached: true,
    });
    this.#guardian = child;
    const [said] = await once(child.stdout, 'data');
    this.#pid = Number(String(said));
    await this.#ready(child);
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(this.#pid, signal);
  }

  async client(): Promise<ForeignClient> {
    const client = await this.#connect();
    this.#clients.add(client);
    return client;
  }

  async restart(): Promise<void> {
    await this.end();
    await this.start();
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    await this.end();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** End the process; the folder stays. */
  async end(): Promise<void> {
    const child = this.#guardian;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.stdin?.end();
    await exited;
  }

  #arguments(): string[] {
    const { args = [], password, tls, cluster, aof } = this.#options;
    return [
      ...['--bind', '127.0.0.1', '--dir', this.#folder, '--save', ''],
      ...(tls
        ? ['--port', '0', '--tls-port', `${this.port}`, '--tls-auth-clients', 'no']
        : ['--port', `${this.port}`]),
      ...(tls ? ['--tls-cert-file', 'cert.pem', '--tls-key-file', 'key.pem'] : []),
      ...(tls ? ['--tls-ca-cert-file', 'cert.pem'] : []),
      ...(aof ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']),
      ...(password === undefined ? [] : ['--requirepass', password]),
      ...(cluster ? ['--cluster-enabled', 'yes'] : []),
      ...args,
    ];
  }

  async #ready(child: ChildProcess): Promise<void> {
    let client: ForeignClient | undefined;
    while (client === undefined) {
      if (child.exitCode !== null) {
        const log = await readFile(join(this.#folder, 'output.log'), 'utf8');
        throw new Error(`the server ended at its start:\n${log}`);
      }
      client = await this.#connect().catch(() => undefined);
    }
    try {
      if (this.#options.cluster) await client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
      while (!(await this.#answers(client))) await new Promise((done) => setTimeout(done, 20));
    } finally {
      client.disconnect();
    }
  }

  async #answers(client: ForeignClient): Promise<boolean> {
    if (!this.#options.cluster) return (await client.call('PING').catch(() => '')) === 'PONG';
    return String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok');
  }

  #connect(): Promise<ForeignClient> {
    return foreignClient({ port: this.port, password: this.#options.password, ca: this.ca });
  }
}

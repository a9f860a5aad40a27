import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guardian } from '../support/server/guardian.js';
import type { Ledger } from './ledger.js';
import { type ProgramSettings, READY } from './programs/settings.js';
import { until } from './until.js';

export type Role = 'producer' | 'consumer';

/** Exit status of a process that a signal ended. */
const BY_SIGNAL: Readonly<Record<'SIGKILL' | 'SIGTERM', number>> = { SIGKILL: 137, SIGTERM: 143 };

const programs = new URL('./programs/', import.meta.url);

/** A producer or a consumer at work. */
export interface Worker {
  readonly role: Role;
  readonly name: string;
  /** SIGSTOP and SIGCONT. */
  freeze(): void;
  thaw(): void;
  /** End it by a signal; resolves at its end. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

export interface FleetSettings {
  readonly url: string;
  readonly folder: string;
  readonly seed: number;
  readonly ledger: Ledger;
}

/** The processes of a run. None outlives this one. One that ends unasked, or by other means than asked, is told in the ledger. */
export class Fleet {
  readonly #settings: FleetSettings;
  readonly #workers = new Set<Worker>();
  readonly #guardians = new Set<ChildProcess>();
  #started = 0;
  #closing = false;

  constructor(settings: FleetSettings) {
    this.#settings = settings;
  }

  of(role: Role): Worker[] {
    return [...this.#workers].filter((worker) => worker.role === role);
  }

  /** Start one more; resolves when it is at work. */
  async start(role: Role): Promise<Worker> {
    const { url, folder, seed } = this.#settings;
    this.#started += 1;
    const name = `${role}-${this.#started}`;
    const cwd = join(folder, name);
    mkdirSync(cwd);
    // The guardian opens it a little later.
    writeFileSync(join(cwd, 'output.log'), '');
    const settings: ProgramSettings = { name, url, folder, seed: seed * 1_000 + this.#started };
    const program = fileURLToPath(new URL(`${role}.js`, programs));
    const command = [process.execPath, program, JSON.stringify(settings)];
    const child = spawn('sh', ['-c', guardian, 'sh', ...command], {
      cwd,
      stdio: ['pipe', 'pipe', 'ignore'],
      // Out of the terminal's group: Ctrl-C reaches the suite first.
      detached: true,
    });
    this.#guardians.add(child);
    child.once('exit', () => this.#guardians.delete(child));
    const [said] = await once(child.stdout, 'data');
    const worker = this.#worker(role, name, child, Number(String(said)));
    const printed = (): string => readFileSync(join(cwd, 'output.log'), 'utf8');
    const ready = await until(() => printed().startsWith(READY) || child.exitCode !== null, 30_000);
    if (!ready || child.exitCode !== null) this.#surprise(`${name} did not start: ${printed()}`);
    return worker;
  }

  /** End whatever still runs; that is no surprise. */
  async close(): Promise<void> {
    this.#closing = true;
    const ended = [...this.#guardians].map((child) => once(child, 'exit'));
    for (const child of this.#guardians) child.stdin?.end();
    await Promise.all(ended);
  }

  #worker(role: Role, name: string, child: ChildProcess, pid: number): Worker {
    let expected: number | undefined;
    const exited = once(child, 'exit').then(([status]) => {
      this.#workers.delete(worker);
      if (status === expected) return;
      const printed = readFileSync(join(this.#settings.folder, name, 'output.log'), 'utf8');
      const wanted = expected === undefined ? 'nobody asked it to' : `not ${expected}`;
      this.#surprise(`${name} ended with ${status}, ${wanted}: ${printed.slice(-2_000)}`);
    });
    const signal = (name: NodeJS.Signals): void => {
      if (this.#workers.has(worker)) process.kill(pid, name);
    };
    const worker: Worker = {
      role,
      name,
      freeze: () => signal('SIGSTOP'),
      thaw: () => signal('SIGCONT'),
      end: async (name) => {
        // A producer listens to SIGTERM itself, and ends by itself.
        expected = role === 'producer' && name === 'SIGTERM' ? 0 : BY_SIGNAL[name];
        signal(name);
        const inTime = await Promise.race([
          exited.then(() => true),
          until(() => !this.#workers.has(worker), 40_000),
        ]);
        if (!inTime) child.stdin?.end();
        await exited;
      },
    };
    this.#workers.add(worker);
    return worker;
  }

  #surprise(text: string): void {
    if (this.#closing) return;
    this.#settings.ledger.write({ what: 'surprise', at: Date.now(), text });
  }
}

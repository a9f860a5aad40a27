import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RetryPolicy } from '../../../runtime/dist/definition.js';

export interface Told {
  readonly what: string;
  readonly stream?: string;
  readonly id?: string;
  readonly entry?: string;
  readonly attempt?: number;
  readonly origin?: string;
  readonly result?: string;
  readonly listeners?: number;
  readonly names?: readonly string[];
}

export interface WorkerSettings {
  readonly url: string;
  readonly streams: readonly string[];
  readonly key?: string;
  readonly retry?: RetryPolicy;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly ownListener?: boolean;
  readonly stopWhenDone?: boolean;
}

const program = fileURLToPath(new URL('worker.mjs', import.meta.url));

/** A consuming process, real signals and all. */
export class Worker {
  readonly told: Told[] = [];
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  #errors = '';

  constructor(settings: WorkerSettings) {
    this.#child = spawn(process.execPath, [program, JSON.stringify(settings)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error('no pipes');
    createInterface({ input: stdout }).on('line', (line) => {
      this.told.push(JSON.parse(line));
      for (const look of [...this.#waiting]) look();
    });
    stderr.on('data', (text) => {
      this.#errors += text;
    });
    this.exited = once(this.#child, 'close').then(([code, signal]) => {
      for (const look of [...this.#waiting]) look();
      return { code, signal };
    });
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Let handlers that wait go on. */
  open(): void {
    this.#child.stdin?.write('open\n');
  }

  /** Ids of what it told, in order. */
  ids(what: string): string[] {
    return this.told.filter((line) => line.what === what).map(({ id }) => id ?? '');
  }

  /** Wait until it has told enough. */
  until(enough: (worker: Worker) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (enough(this)) resolve();
        else if (!this.running) reject(new Error(`ended early: ${this.#errors}`));
        else return;
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }

  heard(what: string, times = 1): Promise<void> {
    return this.until(() => this.told.filter((line) => line.what === what).length >= times);
  }

  async end(): Promise<void> {
    if (this.running) this.kill('SIGKILL');
    await this.exited;
  }
}

import { setImmediate as immediate } from 'node:timers/promises';
import type { Delivery, Source, StreamReader } from '../backend/backend.js';
import { PspfError } from '../errors.js';
import { backoffDelay } from './retry.js';
import type { ConsumerContext } from './setup.js';
import type { SourceGroup } from './source-group.js';

const BACKOFF = { initial: 100, factor: 2, max: 5_000 };
const ADOPTION_PAGE = 500;

export interface ReaderHooks {
  /** The group exists and the connection stands. */
  started(): void;
  /** Something failed; it will be tried again. */
  failed(error: unknown): void;
  /** Trying again is no use: `GROUP_LOST`, or the backend was closed. */
  gaveUp(error: PspfError): void;
}

/**
 * Reads one source on a connection of its own, for ever: whatever fails, a fresh connection follows. While
 * handlers are busy the next read is on its way already.
 */
export class SourceReader {
  readonly #source: Source;
  readonly #context: ConsumerContext;
  readonly #group: SourceGroup;
  readonly #hooks: ReaderHooks;

  #reader: StreamReader | undefined;
  #loop: Promise<void> | undefined;
  #stopping = false;
  #failures = 0;
  #connections = 0;
  #groupMissing = false;
  /** When the server last answered a read, or a ping while there was no room for one. */
  #answeredAt: number | undefined;
  #waitsForRoom = false;
  /** Ends whatever the loop is waiting for. */
  #wake: () => void = () => {};

  constructor(source: Source, context: ConsumerContext, group: SourceGroup, hooks: ReaderHooks) {
    this.#source = source;
    this.#context = context;
    this.#group = group;
    this.#hooks = hooks;
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** There may be room for another read. */
  offer(): void {
    if (this.#waitsForRoom) this.#wake();
  }

  /** Whether the last answer is fresh enough: within one blocking read and a margin. */
  isReady(now: number): boolean {
    const { block, readMargin } = this.#context.options;
    return this.#answeredAt !== undefined && now - this.#answeredAt <= block + readMargin;
  }

  /** End the open read; resolves when what it still delivered has been taken, or at once while there is none. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    const reader = this.#reader;
    if (reader === undefined) return;
    await reader.close().catch(() => {});
    await this.#loop;
    // What the end of the connection swallowed.
    await this.#adopt().catch(() => {});
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        const reader = await this.#connect();
        this.#reader = reader;
        this.#hooks.started();
        await this.#readFrom(reader);
      } catch (error) {
        await this.#recoverFrom(error);
      } finally {
        void this.#reader?.close().catch(() => {});
        this.#reader = undefined;
      }
    }
  }

  async #connect(): Promise<StreamReader> {
    const { backend, name } = this.#context;
    if (this.#groupMissing) await this.#group.restore();
    else await this.#group.ensure();
    this.#groupMissing = false;
    const reader = await backend.openReader(this.#source, name);
    this.#connections += 1;
    // A half-open connection may have delivered into the void: what is pending under our name is ours.
    if (this.#connections > 1) await this.#adopt();
    return reader;
  }

  async #readFrom(reader: StreamReader): Promise<void> {
    while (!this.#stopping) {
      const { schedule, sources } = this.#context;
      const count = Math.ceil(schedule.readRoom / sources.length);
      if (count === 0) await this.#untilRoom();
      else {
        await this.#read(reader, count);
        // Others get their turn, a full stream or not; and what ended meanwhile makes the next read larger.
        await immediate();
      }
    }
  }

  async #read(reader: StreamReader, count: number): Promise<void> {
    const { schedule, options, clock } = this.#context;
    const sentAt = clock.now();
    let open = true;
    const close = () => {
      if (open) schedule.readClosed(count);
      open = false;
    };
    schedule.readOpened(count);
    const reading = reader.read(count, options.block).then((deliveries) => {
      close();
      this.#took(deliveries, sentAt);
    });
    try {
      await this.#within(reading, options.block + options.readMargin);
    } finally {
      close();
    }
    this.#failures = 0;
    this.#answeredAt = clock.now();
  }

  #took(deliveries: readonly Delivery[], sentAt: number): void {
    const last = deliveries.at(-1);
    if (last !== undefined) this.#group.saw(last.token.id);
    this.#context.deliver(deliveries, 'read', sentAt);
  }

  async #adopt(): Promise<void> {
    const { backend, name, clock, schedule, reports } = this.#context;
    let cursor = '';
    do {
      const sentAt = clock.now();
      const page = await backend.claim(this.#source, name, {
        from: 'own',
        count: ADOPTION_PAGE,
        cursor,
      });
      cursor = page.cursor;
      // Of those held the next refresh tells.
      const strange = page.trimmed.filter((id) => !schedule.holds(this.#source, id));
      reports.lost(this.#source, 'trimmed', strange.length);
      this.#context.deliver(page.deliveries, 'own', sentAt);
    } while (cursor !== '');
  }

  /** A read that never settles is worse than one that fails. */
  #within(reading: Promise<void>, ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.#context.clock.after(ms, () => {
        reject(
          new PspfError(
            'DEADLINE',
            `A read of stream "${this.#source.key}" did not end in ${ms} ms.`,
            {
              retryable: true,
              stream: this.#source.key,
            },
          ),
        );
      });
      reading.then(resolve, reject).finally(cancel);
    });
  }

  /** Deliberately not reading; meanwhile pings tell whether the server is there. */
  async #untilRoom(): Promise<void> {
    const { backend, options, schedule, clock } = this.#context;
    while (schedule.readRoom === 0 && !this.#stopping) {
      this.#waitsForRoom = true;
      const timeIsUp = await this.#sleep(options.block);
      this.#waitsForRoom = false;
      if (!timeIsUp) continue;
      await backend.ping();
      this.#answeredAt = clock.now();
    }
  }

  async #recoverFrom(error: unknown): Promise<void> {
    if (this.#stopping) return;
    if (PspfError.is(error, 'GROUP_LOST') || PspfError.is(error, 'CLOSED')) {
      this.#stopping = true;
      this.#hooks.gaveUp(error);
      return;
    }
    const { reports, random } = this.#context;
    const code = PspfError.is(error) ? error.code : 'SERVER';
    this.#groupMissing ||= code === 'GROUP_MISSING';
    reports.event(this.#source, { type: 'read-failed', code });
    reports.trouble('reading', error);
    this.#hooks.failed(error);
    this.#failures += 1;
    await this.#sleep(backoffDelay(BACKOFF, this.#failures, random));
  }

  /** Answers false where it was woken. */
  #sleep(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#context.clock.after(ms, () => resolve(true));
      this.#wake = () => {
        cancel();
        resolve(false);
      };
    });
  }
}

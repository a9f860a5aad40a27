import { performance } from 'node:perf_hooks';
import { PspfError } from '../errors.js';
import { DEFAULTS } from '../options.js';
import type { Delivery, Source, StreamReader } from './backend.js';
import { groupMissing } from './backend-errors.js';
import { replyList, replyText, replyTexts } from './reply.js';
import type { ValkeyConnection } from './valkey-connection.js';

/** Reads a group on a connection of its own (XREADGROUP). */
export class ValkeyReader implements StreamReader {
  readonly #connection: ValkeyConnection;
  readonly #source: Source;
  readonly #consumer: string;
  readonly #unblock: (id: number, until: number) => Promise<void>;
  readonly #onClosed: (clean: boolean) => void;
  readonly #letGo: () => void;
  #reading: Promise<unknown> | undefined;
  #closing: Promise<void> | undefined;
  #broken = false;

  constructor(options: {
    readonly connection: ValkeyConnection;
    readonly source: Source;
    readonly consumer: string;
    /** End the read that the server holds on connection `id`, trying until a point in time (`performance.now()`). */
    readonly unblock: (id: number, until: number) => Promise<void>;
    /** Told once when the reader is at its end: `clean` where nothing can be delivered to the connection any more. */
    readonly onClosed: (clean: boolean) => void;
  }) {
    this.#connection = options.connection;
    this.#source = options.source;
    this.#consumer = options.consumer;
    this.#unblock = options.unblock;
    this.#onClosed = options.onClosed;
    this.#letGo = options.connection.hold();
  }

  async read(count: number, blockMs: number): Promise<Delivery[]> {
    if (this.#closing !== undefined) return [];
    const reading = this.#read(count, Math.max(0, Math.ceil(blockMs)));
    this.#reading = reading.catch(() => {});
    try {
      return await reading;
    } catch (error) {
      this.#broken = true;
      // We cut the connection ourselves; whatever it still delivered is pending under our name.
      if (this.#closing !== undefined && PspfError.is(error, 'CONNECTION')) return [];
      throw PspfError.is(error, 'GROUP_MISSING') ? groupMissing(this.#source, error) : error;
    } finally {
      this.#reading = undefined;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #read(count: number, blockMs: number): Promise<Delivery[]> {
    const { key, group } = this.#source;
    // BLOCK 0 would wait for ever.
    const block = blockMs > 0 ? ['BLOCK', blockMs] : [];
    const until = performance.now() + blockMs + DEFAULTS.readMargin;
    const reply = await this.#connection.run(
      until,
      () =>
        this.#connection.send(
          'XREADGROUP',
          ...['GROUP', group, this.#consumer, 'COUNT', count],
          ...block,
          ...['STREAMS', key, '>'],
        ),
      { stream: key },
    );
    return this.#deliveries(reply);
  }

  #deliveries(reply: unknown): Delivery[] {
    if (reply === null) return [];
    return replyList(reply).flatMap((stream) => {
      const [, entries] = replyList(stream);
      return replyList(entries).map((entry) => {
        const [id, fields] = replyList(entry);
        return {
          source: this.#source,
          token: { id: replyText(id), consumer: this.#consumer, count: 1 },
          fields: replyTexts(fields),
        };
      });
    });
  }

  async #close(): Promise<void> {
    const ended = await this.#endRead();
    this.#letGo();
    this.#connection.destroy();
    this.#onClosed(ended && !this.#broken);
  }

  /** Ask the server to end an open read, so that it still says what it delivered; for a second at most. */
  async #endRead(): Promise<boolean> {
    const { id } = this.#connection;
    const until = performance.now() + 1_000;
    while (this.#reading !== undefined) {
      if (id === undefined || performance.now() > until || !this.#connection.isOpen) return false;
      // The server may not have begun the read yet: ask again until it ended.
      const unblocked = await this.#unblock(id, until).then(
        () => true,
        () => false,
      );
      if (!unblocked) return false;
      await Promise.race([this.#reading, new Promise((done) => setTimeout(done, 20))]);
    }
    return true;
  }
}

import type { Source } from '../backend/backend.js';
import type { RetainPolicy } from '../definition.js';
import { Inlet } from './inlet.js';
import type { Loop } from './loop.js';
import { Recovery } from './recovery.js';
import type { ConsumerContext } from './setup.js';
import { SourceGroup } from './source-group.js';
import { type ReaderHooks, SourceReader } from './source-reader.js';
import { reaping, trimming } from './upkeep.js';

const UPKEEP_AFTER = 1_000;

/** Everything that brings in entries of one source, and keeps it in order: reading, hand-overs, recovery, trimming. */
export class SourceFeed {
  readonly #reader: SourceReader;
  readonly #inlet: Inlet;
  readonly #recovery: Recovery;
  readonly #upkeep: readonly Loop[];
  #begun = false;

  constructor(
    source: Source,
    context: ConsumerContext,
    retain: RetainPolicy | 'none',
    dlq: string,
    hooks: ReaderHooks,
  ) {
    this.#inlet = new Inlet(source, context);
    this.#recovery = new Recovery(source, context);
    this.#upkeep = [
      reaping(source, context),
      ...(retain === 'none' ? [] : [trimming(source, retain, context)]),
    ];
    const group = new SourceGroup(source, context, dlq);
    this.#reader = new SourceReader(source, context, group, {
      ...hooks,
      started: () => {
        this.#begin();
        hooks.started();
      },
    });
  }

  start(): void {
    this.#reader.start();
  }

  /** The rest waits for the group. */
  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#inlet.start();
    this.#recovery.start();
    for (const loop of this.#upkeep) loop.start(UPKEEP_AFTER);
  }

  /** There may be room for more. */
  offer(): void {
    this.#reader.offer();
    this.#recovery.offer();
  }

  /** Whether the group was ever reached. */
  get begun(): boolean {
    return this.#begun;
  }

  isReady(now: number): boolean {
    return this.#reader.isReady(now);
  }

  /** Resolves when nothing more can come in. */
  async stop(): Promise<void> {
    await Promise.all([
      this.#reader.stop(),
      this.#inlet.stop(),
      this.#recovery.stop(),
      ...this.#upkeep.map((loop) => loop.stop()),
    ]);
  }
}

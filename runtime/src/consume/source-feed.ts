import type { Source } from '../backend/backend.js';
import { replaySource } from '../backend/keys.js';
import type { RetainPolicy } from '../definition.js';
import { Inlet } from './inlet.js';
import type { Loop } from './loop.js';
import { Recovery } from './recovery.js';
import type { ConsumerContext } from './setup.js';
import { SourceGroup } from './source-group.js';
import { type ReaderHooks, SourceReader } from './source-reader.js';
import { reaping, trimming } from './upkeep.js';

const UPKEEP_AFTER = 1_000;

/**
 * Everything that brings in entries of one source and of its replays, and keeps both in order: reading, hand-overs,
 * recovery, trimming.
 */
export class SourceFeed {
  /** Those in which this consumer may have a name: the source, and the group's replay stream. */
  readonly sources: readonly Source[];
  readonly #reader: SourceReader;
  readonly #inlet: Inlet;
  readonly #recoveries: readonly Recovery[];
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
    this.sources = [source, replaySource(source)];
    this.#recoveries = this.sources.map((each) => new Recovery(each, context));
    this.#upkeep = [
      ...this.sources.map((each) => reaping(each, context)),
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
    for (const recovery of this.#recoveries) recovery.start();
    for (const loop of this.#upkeep) loop.start(UPKEEP_AFTER);
  }

  /** There may be room for more. */
  offer(): void {
    this.#reader.offer();
    for (const recovery of this.#recoveries) recovery.offer();
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
      ...this.#recoveries.map((recovery) => recovery.stop()),
      ...this.#upkeep.map((loop) => loop.stop()),
    ]);
  }
}

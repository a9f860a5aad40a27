import type { Source } from '../backend/backend.js';
import { compareIds } from '../backend/entry-id.js';
import { PspfError } from '../errors.js';
import type { ConsumerContext } from './setup.js';

/** The consumer group of one source: created where absent, recreated where it vanished. Never at "what comes next". */
export class SourceGroup {
  readonly #source: Source;
  readonly #context: ConsumerContext;
  readonly #dlq: string;
  #existed = false;
  /** The latest id of which we know that the group was past it. */
  #passed: string | undefined;

  constructor(source: Source, context: ConsumerContext, dlq: string) {
    this.#source = source;
    this.#context = context;
    this.#dlq = dlq;
  }

  /** An entry of this id was delivered to this consumer. */
  saw(id: string): void {
    if (this.#passed === undefined || compareIds(id, this.#passed) > 0) this.#passed = id;
  }

  /** At the start: create it at `startFrom` unless it is there, and learn where it stands. */
  async ensure(): Promise<void> {
    if (this.#existed) return;
    await this.#create(this.#context.options.startFrom);
    await this.#learn();
    this.#existed = true;
  }

  /**
   * It was there and is not any more. A new or empty stream has nothing to skip, so it is read from the
   * beginning; else the group goes on behind the last entry this consumer saw, or from where it stood when this
   * consumer came: whoever sees none for long has seen all.
   * @throws {PspfError} `GROUP_LOST` where that could not be learnt: reading all history again is for people to decide
   */
  async restore(): Promise<void> {
    if (!this.#existed) return this.ensure();
    const { key, group } = this.#source;
    // Nothing is trimmed at that length; it is the one question about a stream that needs no group.
    const { length } = await this.#context.backend.trim(key, Number.MAX_SAFE_INTEGER);
    const from = length === 0 ? 'start' : this.#passed;
    if (from === undefined) {
      throw new PspfError(
        'GROUP_LOST',
        `The consumer group "${group}" of stream "${key}" was deleted, and this consumer has seen no entry yet to go on from. Create it where it shall start (XGROUP CREATE ${key} ${group} <id>) and start the consumer again.`,
        { stream: key },
      );
    }
    await this.#create(from);
  }

  async #create(from: string): Promise<void> {
    const { backend, reports } = this.#context;
    const made = await backend.ensureGroup(this.#source, { from, dlq: this.#dlq });
    if (made === 'created') reports.event(this.#source, { type: 'group-created' });
  }

  async #learn(): Promise<void> {
    try {
      this.saw((await this.#context.backend.inspect(this.#source)).lastDelivered);
    } catch (error) {
      // An ACL may forbid XINFO: one can consume without.
      if (PspfError.is(error) && error.retryable) throw error;
    }
  }
}

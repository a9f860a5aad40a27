import type { SourceState } from '../backend/backend.js';
import type { Clock } from '../clock.js';
import type { ConsumerStats } from '../consume/consumer.js';
import type { Destination, StartedConsumer } from '../interceptor.js';

/** A server that does not answer in this time, in milliseconds, is left out of a scrape. */
const PATIENCE = 2_000;

/** All consumers of this process on one stream and group. */
export interface GroupSnapshot {
  readonly destination: Destination;
  readonly group: string;
  readonly stats: readonly ConsumerStats[];
  /** Undefined where the server did not answer in time. */
  readonly state: SourceState | undefined;
}

/** The running consumers, to be asked when somebody wants to know. */
export class Probes {
  readonly #clock: Clock;
  readonly #consumers = new Set<StartedConsumer>();
  #asked: Promise<GroupSnapshot[]> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(consumer: StartedConsumer): void {
    this.#consumers.add(consumer);
    const remove = () => this.#consumers.delete(consumer);
    consumer.done.then(remove, remove);
  }

  /** Ask them all. Calls that overlap share one answer, so that a scrape asks each group once. */
  snapshot(): Promise<GroupSnapshot[]> {
    this.#asked ??= this.#ask().finally(() => {
      this.#asked = undefined;
    });
    return this.#asked;
  }

  #ask(): Promise<GroupSnapshot[]> {
    const groups = new Map<string, [StartedConsumer, ...StartedConsumer[]]>();
    for (const consumer of this.#consumers) {
      const { address, key } = consumer.destination;
      const id = JSON.stringify([address, key, consumer.source.group]);
      const group = groups.get(id);
      if (group === undefined) groups.set(id, [consumer]);
      else group.push(consumer);
    }
    return Promise.all(
      [...groups.values()].map(async (consumers): Promise<GroupSnapshot> => {
        const [{ destination, source }] = consumers;
        return {
          destination,
          group: source.group,
          stats: consumers.map((consumer) => consumer.stats()),
          state: await this.#inspect(consumers[0]),
        };
      }),
    );
  }

  #inspect(consumer: StartedConsumer): Promise<SourceState | undefined> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(PATIENCE, () => resolve(undefined));
      consumer
        .inspect()
        .catch(() => undefined)
        .then((state) => {
          cancel();
          resolve(state);
        });
    });
  }
}

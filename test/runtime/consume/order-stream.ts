import type { Fields, Source, StreamBackend } from '../../../runtime/dist/backend/backend.js';
import { MemoryStreamBackend } from '../../../runtime/dist/backend/memory.js';
import { MemoryStore } from '../../../runtime/dist/backend/memory-store.js';
import { BatchProcessor } from '../../../runtime/dist/consume/batch-processor.js';
import type { ConsumeOptions } from '../../../runtime/dist/consume/consumer.js';
import type { ConsumerSetup } from '../../../runtime/dist/consume/setup.js';
import type { StreamDefinition } from '../../../runtime/dist/definition.js';
import type { RuntimeEvent } from '../../../runtime/dist/interceptor.js';
import type { Handler } from '../../../runtime/dist/message.js';
import { FakeClock } from '../../../runtime/dist/testing/fake-clock.js';

export interface Order {
  readonly id: number;
  readonly customer: string;
}

function isOrder(payload: unknown): payload is Order {
  return (
    typeof payload === 'object' &&
    payload !== null &&
    'id' in payload &&
    typeof payload.id === 'number' &&
    'customer' in payload &&
    typeof payload.customer === 'string'
  );
}

export const definition: StreamDefinition<Order> = {
  contract: 1,
  stream: 'orders',
  group: 'workers',
  retry: { limit: 2, backoff: { initial: 1_000, factor: 2, max: 60_000 } },
  dlq: { maxLength: 1_000 },
  timeout: 30_000,
  retain: 'none',
  fingerprint: 'f1f1f1f1f1f1f1f1',
  validator: {
    write: isOrder,
    read: isOrder,
    explain: () => [{ pointer: '/id', keyword: 'type', expected: 'a number', actual: 'secret' }],
  },
};

export const source: Source = { key: 'orders', group: 'workers' };
export const DLQ = '{orders}:dlq';

export interface Given {
  readonly definition?: Partial<StreamDefinition<Order>>;
  readonly options?: ConsumeOptions;
  readonly setup?: Partial<ConsumerSetup<Order>>;
}

/** A shop on a memory server whose clock stands still until told. */
export class Shop {
  readonly clock: FakeClock = new FakeClock();
  readonly store: MemoryStore = new MemoryStore({ clock: this.clock });
  readonly backend: MemoryStreamBackend = new MemoryStreamBackend(this.store);
  readonly events: RuntimeEvent[] = [];
  readonly log: string[] = [];
  readonly consumers: BatchProcessor<Order>[] = [];
  #orders = 0;

  consume(handler: Handler<Order>, given: Given = {}): BatchProcessor<Order> {
    const consumer = new BatchProcessor({
      backend: this.backend,
      sources: [source],
      destination: { stream: 'orders', key: 'orders', address: this.backend.address },
      definition: { ...definition, ...given.definition },
      dlq: DLQ,
      handler,
      clock: this.clock,
      random: () => 0.5,
      logger: { warn: (line) => this.log.push(line), error: (line) => this.log.push(line) },
      ...given.setup,
      options: { signals: false, ...given.options },
      interceptors: [
        { observe: (event) => this.events.push(event) },
        ...(given.setup?.interceptors ?? []),
      ],
    });
    this.consumers.push(consumer);
    return consumer;
  }

  /** Append orders; answers their entry ids. */
  async order(...orders: Partial<Order>[]): Promise<string[]> {
    const texts = orders.map((order) => {
      this.#orders += 1;
      return JSON.stringify({ id: this.#orders, customer: 'c', ...order });
    });
    return this.append(...texts.map((text) => ['data', text, 'schema', definition.fingerprint]));
  }

  async append(...entries: Fields[]): Promise<string[]> {
    const results = await this.backend.append(
      source.key,
      entries.map((fields) => ({ fields, bytes: 1 })),
    );
    return results.map((result) => (result.status === 'appended' ? result.id : ''));
  }

  /** Dead letters as objects of their fields. */
  dead(): Record<string, string>[] {
    return this.store.entries(DLQ).map(({ fields }) => toObject(fields));
  }

  /** Entries pending in the group: id → who has it, and its count. */
  pending(): { id: string; consumer: string; count: number }[] {
    const group = this.store.streams.get(source.key)?.groups.get(source.group);
    return [...(group?.pending.values() ?? [])].map(({ entry, consumer, count }) => ({
      id: entry.id,
      consumer,
      count,
    }));
  }

  /** Let time pass until the condition holds. */
  until(condition: () => boolean, limit?: number): Promise<void> {
    return this.clock.advanceUntil(condition, limit);
  }

  async stopAll(): Promise<void> {
    const stopping = Promise.all(this.consumers.map((consumer) => consumer.stop({ deadline: 0 })));
    await this.clock.advance(1_000);
    await stopping;
  }
}

/** A backend with some methods replaced. */
export function withMethods(
  backend: StreamBackend,
  methods: Partial<StreamBackend>,
): StreamBackend {
  return new Proxy(backend, {
    get(target, name) {
      const replaced = Reflect.get(methods, name);
      if (replaced !== undefined) return replaced;
      const own = Reflect.get(target, name);
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
}

/** A promise and its ends, for handlers that wait for the test. */
export function gate(): { opened: Promise<void>; open: () => void; fail: (e: unknown) => void } {
  let open = () => {};
  let fail = (_: unknown) => {};
  const opened = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { opened, open, fail };
}

function toObject(fields: Fields): Record<string, string> {
  const object: Record<string, string> = {};
  for (let i = 0; i < fields.length; i += 2) object[fields[i] ?? ''] = fields[i + 1] ?? '';
  return object;
}

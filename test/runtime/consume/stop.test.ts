import { afterEach, beforeEach, expect, test } from 'vitest';
import { HANDBACK } from '../../../runtime/dist/backend/backend.js';
import { PspfError } from '../../../runtime/dist/errors.js';
import { gate, Shop, withMethods } from './order-stream.js';

let shop: Shop;
beforeEach(() => {
  shop = new Shop();
});
afterEach(() => shop.stopAll());

const names = () => [
  ...(shop.store.streams.get('orders')?.groups.get('workers')?.consumers.keys() ?? []),
];

test('stop waits for running handlers, acknowledges them, and leaves no name behind', async () => {
  const slow = gate();
  await shop.order({});
  const consumer = shop.consume(() => slow.opened);
  await shop.until(() => consumer.stats().running === 1);
  const stopped = consumer.stop();
  await shop.clock.advance(5_000);
  expect(consumer.stats().state).toBe('stopping');
  slow.open();
  await shop.clock.advance(10);
  await stopped;
  await consumer.done;
  expect(shop.pending()).toEqual([]);
  expect(names()).toEqual([]);
  expect(consumer.stats()).toMatchObject({ state: 'stopped', done: 1 });
});

test('what never started is handed back at once, uncounted; a sibling starts it within a second', async () => {
  const slow = gate();
  const seen: string[] = [];
  await shop.order({ id: 1 }, { id: 2 }, { id: 3 });
  const leaving = shop.consume(() => slow.opened, { options: { concurrency: 1 } });
  await shop.until(() => leaving.stats().running === 1 && leaving.stats().buffered === 1);
  void leaving.stop();
  await shop.clock.advance(1);
  expect(shop.pending()).toMatchObject([
    { consumer: leaving.name, count: 1 },
    { consumer: HANDBACK, count: 0 },
  ]);
  shop.consume(({ id }, { attempt }) => {
    seen.push(`${id}/${attempt}`);
  });
  await shop.clock.advance(999);
  expect(seen.sort()).toEqual(['2/1', '3/1']);
  slow.open();
});

test('what stands behind a running message of its key follows only when that has been acknowledged', async () => {
  const slow = gate();
  const acknowledging = gate();
  await shop.order({ id: 1 }, { id: 2 });
  const backend = withMethods(shop.backend, {
    async settle(source, settlements) {
      if (settlements.some(({ verdict }) => verdict.kind === 'done')) await acknowledging.opened;
      return shop.backend.settle(source, settlements);
    },
  });
  const consumer = shop.consume(() => slow.opened, {
    definition: { key: '/customer' },
    setup: { backend },
  });
  await shop.until(() => consumer.stats().blocked === 1);
  void consumer.stop();
  await shop.clock.advance(1_000);
  slow.open();
  await shop.clock.advance(1_000);
  expect(shop.pending().map((entry) => entry.consumer)).toEqual([consumer.name, consumer.name]);
  acknowledging.open();
  await shop.clock.advance(10);
  expect(shop.pending()).toMatchObject([{ consumer: HANDBACK, count: 0 }]);
  await consumer.done;
});

test('a message waiting for its retry is handed back with its attempts', async () => {
  await shop.order({});
  const consumer = shop.consume(() => {
    throw new Error('no');
  });
  await shop.until(() => consumer.stats().waiting === 1);
  void consumer.stop();
  await shop.clock.advance(1);
  expect(shop.pending()).toMatchObject([{ consumer: HANDBACK, count: 1 }]);
});

test('a handler that outlasts the deadline is aborted and handed back; the attempt cut short does not count', async () => {
  const never = gate();
  let reason: unknown;
  await shop.order({});
  const consumer = shop.consume((_, { signal }) => {
    signal.addEventListener('abort', () => {
      reason = signal.reason;
    });
    return never.opened;
  });
  await shop.until(() => consumer.stats().running === 1);
  const stopped = consumer.stop({ deadline: 5_000 });
  await shop.clock.advance(3_999);
  expect(reason).toBeUndefined();
  await shop.clock.advance(1_001);
  await stopped;
  expect(PspfError.is(reason, 'ABORTED')).toBe(true);
  expect(shop.pending()).toMatchObject([{ consumer: HANDBACK, count: 0 }]);
  never.open();
});

test('a handler that heeds its abort during the stop is handed back, not failed', async () => {
  await shop.order({});
  const consumer = shop.consume(
    (_, { signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    { definition: { retry: { limit: 0, backoff: { initial: 1, factor: 1, max: 1 } } } },
  );
  await shop.until(() => consumer.stats().running === 1);
  void consumer.stop({ deadline: 2_000 });
  await shop.clock.advance(2_000);
  await consumer.done;
  expect(shop.dead()).toEqual([]);
  expect(shop.pending()).toMatchObject([{ consumer: HANDBACK, count: 0 }]);
});

test('a later call with a shorter deadline counts; all calls end together', async () => {
  const never = gate();
  await shop.order({});
  const consumer = shop.consume(() => never.opened);
  await shop.until(() => consumer.stats().running === 1);
  const first = consumer.stop({ deadline: 20_000 });
  await shop.clock.advance(100);
  const second = consumer.stop({ deadline: 1_000 });
  await shop.clock.advance(1_000);
  await Promise.all([first, second, consumer.stop()]);
  expect(shop.clock.now()).toBeLessThan(2_000);
  never.open();
});

// kafkajs#1168, bullmq#3183
test('stop inside a handler resolves without waiting for that handler, which is acknowledged', async () => {
  const order: string[] = [];
  await shop.order({});
  const consumer = shop.consume(async () => {
    await Promise.resolve();
    await consumer.stop();
    order.push('stop resolved');
  });
  await shop.until(() => order.length === 1);
  await shop.clock.advance(10);
  await consumer.done;
  expect(shop.pending()).toEqual([]);
});

// bullmq#2430
test('stop ends at once before the connection stands', async () => {
  const never = gate();
  const backend = withMethods(shop.backend, {
    async ensureGroup() {
      await never.opened;
      return 'existed';
    },
    async leave() {
      await never.opened;
      return true;
    },
  });
  const consumer = shop.consume(() => {}, { setup: { backend } });
  const stopped = consumer.stop({ deadline: 500 });
  await shop.clock.advance(500);
  await stopped;
  await expect(consumer.ready).rejects.toMatchObject({ code: 'CLOSED' });
  never.open();
});

// bullmq#2430
test('stop ends within its deadline during an outage, and says that entries stay behind', async () => {
  let down = false;
  const refused = new PspfError('CONNECTION', 'down', { retryable: true });
  const backend = withMethods(shop.backend, {
    async settle(source, settlements) {
      if (down) throw refused;
      return shop.backend.settle(source, settlements);
    },
  });
  await shop.order({});
  const slow = gate();
  const consumer = shop.consume(() => slow.opened, { setup: { backend } });
  await shop.until(() => consumer.stats().running === 1);
  down = true;
  slow.open();
  const stopped = consumer.stop({ deadline: 3_000 });
  await shop.clock.advance(3_000);
  await stopped;
  expect(shop.log.some((line) => line.includes('could not be handed back'))).toBe(true);
});

test('what an open read still delivers during the stop is handed back', async () => {
  let calls = 0;
  const consumer = shop.consume(() => {
    calls += 1;
  });
  await shop.until(() => consumer.stats().state === 'running');
  const appended = shop.order({});
  void consumer.stop();
  await appended;
  await shop.clock.advance(10);
  await consumer.done;
  expect(calls).toBe(0);
  expect(shop.pending()).toMatchObject([{ consumer: HANDBACK, count: 0 }]);
});

test('await using stops it', async () => {
  const seen: number[] = [];
  await shop.order({ id: 1 });
  {
    await using consumer = shop.consume(({ id }) => {
      seen.push(id);
    });
    await shop.until(() => consumer.stats().done === 1);
    void shop.clock.advance(1_000);
  }
  expect(names()).toEqual([]);
});

test('pause starts nothing more and resume goes on', async () => {
  const seen: number[] = [];
  const consumer = shop.consume(({ id }) => {
    seen.push(id);
  });
  await shop.until(() => consumer.stats().state === 'running');
  consumer.pause();
  await shop.order({ id: 1 }, { id: 2 });
  await shop.clock.advance(60_000);
  expect(seen).toEqual([]);
  expect(consumer.stats()).toMatchObject({ state: 'paused', ready: true });
  consumer.resume();
  await shop.until(() => seen.length === 2);
});

test('at the bound of waiting messages reading stops, with a warning, and goes on later', async () => {
  let failing = true;
  const seen: number[] = [];
  await shop.order(...Array.from({ length: 30 }, (_, id) => ({ id })));
  const consumer = shop.consume(
    ({ id }) => {
      if (failing) throw new Error('outage');
      seen.push(id);
    },
    {
      options: { waiting: 5, concurrency: 2 },
      definition: { retry: { limit: 50, backoff: { initial: 10_000, factor: 1, max: 10_000 } } },
    },
  );
  await shop.clock.advance(4_000);
  expect(consumer.stats().waiting).toBe(5);
  expect(shop.pending().length).toBe(5);
  expect(shop.events.some(({ type }) => type === 'waiting-full')).toBe(true);
  failing = false;
  await shop.until(() => seen.length === 30);
});

test('payloads of more than `heldBytes` are not held, however few they are', async () => {
  const slow = gate();
  const seen: string[] = [];
  const customer = 'x'.repeat(10_000);
  await shop.order(...Array.from({ length: 20 }, () => ({ customer })));
  const consumer = shop.consume(
    async (order) => {
      await slow.opened;
      seen.push(order.customer);
    },
    { definition: { key: '/customer' }, options: { concurrency: 2, heldBytes: 50_000 } },
  );
  await shop.clock.advance(1_000);
  expect(consumer.stats().blocked).toBeLessThanOrEqual(9);
  slow.open();
  await shop.until(() => seen.length === 20);
});

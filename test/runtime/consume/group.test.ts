import { afterEach, beforeEach, expect, test } from 'vitest';
import { PspfError, type PspfErrorCode } from '../../../runtime/dist/errors.js';
import { Shop, source, withMethods } from './order-stream.js';

let shop: Shop;
beforeEach(() => {
  shop = new Shop();
});
afterEach(() => shop.stopAll());

// faststream#2694: one option fed both the group and the reads
test('an absent group is created at the beginning, or where startFrom says', async () => {
  const [first, second] = await shop.order({ id: 1 }, { id: 2 });
  const seen: string[] = [];
  const consume = (group: string, startFrom?: string) =>
    shop.consume(
      ({ id }) => {
        seen.push(`${group} ${id}`);
      },
      {
        setup: { sources: [{ key: 'orders', group }] },
        options: startFrom === undefined ? {} : { startFrom },
      },
    );
  consume('all');
  consume('new', 'end');
  consume('after', first ?? '');
  await shop.clock.advance(10);
  expect(second).toBeDefined();
  expect(seen.sort()).toEqual(['after 2', 'all 1', 'all 2']);
});

// faststream#2611, faststream#3106
test('a group that vanishes is created again behind the last entry seen, and nothing new is missed', async () => {
  const seen: number[] = [];
  await shop.order({ id: 1 }, { id: 2 });
  shop.consume(({ id }) => {
    seen.push(id);
  });
  await shop.until(() => seen.length === 2 && shop.pending().length === 0);
  shop.store.destroyGroup('orders', 'workers');
  await shop.order({ id: 3 });
  await shop.until(() => seen.length === 3);
  expect(seen).toEqual([1, 2, 3]);
  expect(shop.events.filter(({ type }) => type === 'group-created').length).toBe(2);
});

test('a stream that was deleted is read from its new beginning', async () => {
  const seen: number[] = [];
  await shop.order({ id: 1 });
  shop.consume(({ id }) => {
    seen.push(id);
  });
  await shop.until(() => seen.length === 1 && shop.pending().length === 0);
  shop.store.deleteStream('orders');
  await shop.clock.advance(2_000);
  await shop.order({ id: 2 });
  await shop.until(() => seen.length === 2);
});

test('where this consumer saw no entry, it goes on from where the group stood when it came', async () => {
  await shop.order({ id: 1 });
  const seen: number[] = [];
  const consumer = shop.consume(({ id }) => void seen.push(id), { options: { startFrom: 'end' } });
  await shop.until(() => consumer.stats().state === 'running');
  shop.store.destroyGroup('orders', 'workers');
  await shop.order({ id: 2 });
  await shop.until(() => seen.length === 1);
  expect(seen).toEqual([2]);
});

// A server without persistence that restarts: producers are often quicker than idle consumers.
test('a stream that was deleted and is written to before anybody looks is read from its new beginning', async () => {
  const seen: number[] = [];
  const consumer = shop.consume(({ id }) => void seen.push(id));
  await shop.until(() => consumer.stats().state === 'running');
  shop.store.deleteStream('orders');
  await shop.order({ id: 1 }, { id: 2 });
  await shop.until(() => seen.length === 2);
  expect(seen).toEqual([1, 2]);
});

test('where it may not ask how far the group was, it stops with GROUP_LOST rather than guess', async () => {
  await shop.order({});
  const backend = withMethods(shop.backend, {
    inspect: async () => {
      throw new PspfError('FORBIDDEN', 'no XINFO');
    },
  });
  const consumer = shop.consume(() => {}, { options: { startFrom: 'end' }, setup: { backend } });
  await shop.until(() => consumer.stats().state === 'running');
  shop.store.destroyGroup('orders', 'workers');
  await shop.clock.advance(10_000);
  await expect(consumer.done).rejects.toMatchObject({ code: 'GROUP_LOST' });
  expect(shop.log.some((line) => line.includes('XGROUP CREATE'))).toBe(true);
  expect(shop.store.streams.get('orders')?.groups.size).toBe(0);
});

test.each<PspfErrorCode>(['AUTH', 'FORBIDDEN', 'WRONG_TYPE'])(
  'ready rejects with %s while trying goes on, and consuming begins when it is mended',
  async (code) => {
    let broken = true;
    const backend = withMethods(shop.backend, {
      async ensureGroup(from, options) {
        if (broken) throw new PspfError(code, 'no');
        return shop.backend.ensureGroup(from, options);
      },
    });
    const seen: number[] = [];
    await shop.order({ id: 1 });
    const consumer = shop.consume(
      ({ id }) => {
        seen.push(id);
      },
      { setup: { backend } },
    );
    await shop.clock.advance(60_000);
    await expect(consumer.ready).rejects.toMatchObject({ code });
    expect(shop.log.length).toBeGreaterThan(0);
    broken = false;
    await shop.until(() => seen.length === 1);
  },
);

test('an outage rejects nothing; ready waits for its end, and reading goes on afterwards', async () => {
  let down = true;
  const refused = new PspfError('CONNECTION', 'refused', { retryable: true });
  const backend = withMethods(shop.backend, {
    async ensureGroup(from, options) {
      if (down) throw refused;
      return shop.backend.ensureGroup(from, options);
    },
    async openReader(from, name) {
      if (down) throw refused;
      return shop.backend.openReader(from, name);
    },
  });
  const seen: number[] = [];
  const consumer = shop.consume(
    ({ id }) => {
      seen.push(id);
    },
    { setup: { backend } },
  );
  await shop.clock.advance(600_000);
  expect(consumer.stats()).toMatchObject({ ready: false, state: 'starting' });
  // One line each ten seconds at most.
  expect(shop.log.length).toBeLessThan(70);
  down = false;
  await shop.order({ id: 1 });
  await shop.until(() => seen.length === 1);
  await consumer.ready;
  await shop.clock.advance(10_000);
  expect(consumer.stats().ready).toBe(true);
});

// bullmq#4585
test('readiness is the age of the last completed read, not a ping beside it', async () => {
  let silent = false;
  const backend = withMethods(shop.backend, {
    async openReader(from, name) {
      const reader = await shop.backend.openReader(from, name);
      return {
        close: () => reader.close(),
        read: (count, blockMs) => (silent ? new Promise(() => {}) : reader.read(count, blockMs)),
      };
    },
  });
  const consumer = shop.consume(() => {}, { setup: { backend } });
  await shop.clock.advance(10_000);
  expect(consumer.stats().ready).toBe(true);
  silent = true;
  await shop.clock.advance(20_000);
  expect(consumer.stats().ready).toBe(false);
});

test('a consumer whose slots are full of long handlers is ready', async () => {
  await shop.order(...Array.from({ length: 100 }, () => ({})));
  const consumer = shop.consume(() => new Promise(() => {}), {
    definition: { timeout: 3_600_000 },
    options: { concurrency: 2 },
  });
  await shop.clock.advance(600_000);
  expect(consumer.stats()).toMatchObject({ ready: true, running: 2 });
});

test('options that can never work are refused at once, by name', () => {
  const wrong = [
    { concurrency: 0 },
    { concurrency: 1.5 },
    { prefetch: -1 },
    { claimIdle: Number.NaN },
    { recovery: 2 ** 31 },
    { waiting: 1e21 },
    { startFrom: '$' },
    { name: '' },
  ];
  for (const options of wrong) {
    const [name = ''] = Object.keys(options);
    expect(() => shop.consume(() => {}, { options })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(name) }),
    );
  }
  expect(() => shop.consume(Object('no function'))).toThrow(/handler/);
  expect(shop.consumers).toEqual([]);
});

test('the backend being closed ends the consumer', async () => {
  const consumer = shop.consume(() => {});
  await shop.until(() => consumer.stats().state === 'running');
  await shop.backend.close();
  await shop.clock.advance(5_000);
  await consumer.done;
  expect(consumer.stats().state).toBe('stopped');
  expect(source.group).toBe('workers');
});

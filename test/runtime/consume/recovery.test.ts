import { afterEach, beforeEach, expect, test } from 'vitest';
import { HANDBACK, type StreamReader } from '../../../runtime/dist/backend/backend.js';
import { PspfError } from '../../../runtime/dist/errors.js';
import { gate, Shop, source, withMethods } from './order-stream.js';

let shop: Shop;
beforeEach(() => {
  shop = new Shop();
});
afterEach(() => shop.stopAll());

/** Entries delivered to a consumer that died, each as often as the counts say. */
async function leftBehind(...counts: number[]): Promise<string[]> {
  await shop.backend.ensureGroup(source, { from: 'start', dlq: '{orders}:dlq' });
  const ids = await shop.order(...counts.map((_, index) => ({ id: index + 1 })));
  const reader = await shop.backend.openReader(source, 'dead');
  const deliveries = await reader.read(counts.length, 0);
  await reader.close();
  for (const [index, { token }] of deliveries.entries()) {
    let current = token;
    while (current.count < (counts[index] ?? 1)) {
      [current = token] = await shop.backend.restart(source, [current]);
    }
  }
  return ids;
}

// opik PR8137: the cursor is kept
test('a dead sibling’s entries are taken over after claimIdle, all of them, counted once more', async () => {
  const seen: string[] = [];
  await leftBehind(...Array<number>(1_000).fill(1));
  shop.consume(
    ({ id }, { attempt }) => {
      seen.push(`${id}/${attempt}`);
    },
    { options: { claimIdle: 30_000 } },
  );
  await shop.clock.advance(28_000);
  expect(seen).toEqual([]);
  await shop.clock.advance(20_000);
  expect(seen.length).toBe(1_000);
  expect(new Set(seen).size).toBe(1_000);
  expect(seen.every((run) => run.endsWith('/2'))).toBe(true);
  expect(shop.pending()).toEqual([]);
});

test('entries that were started before run one at a time; others run beside them', async () => {
  let suspects = 0;
  let most = 0;
  const seen: number[] = [];
  await leftBehind(2, 2, 1, 2, 1);
  shop.consume(
    async (_, { attempt }) => {
      if (attempt === 3) suspects += 1;
      most = Math.max(most, suspects);
      await new Promise<void>((resolve) => shop.clock.after(1_000, resolve));
      if (attempt === 3) suspects -= 1;
      seen.push(attempt);
    },
    {
      options: { claimIdle: 1_000, recovery: 500 },
      definition: { retry: { limit: 5, backoff: { initial: 1, factor: 1, max: 1 } } },
    },
  );
  await shop.until(() => seen.length === 5);
  expect(most).toBe(1);
});

test('an entry started as often as the limit allows is dead-lettered as crashed, and never run', async () => {
  const seen: number[] = [];
  await leftBehind(3, 2);
  shop.consume(
    ({ id }) => {
      seen.push(id);
    },
    {
      options: { claimIdle: 1_000 },
      definition: { retry: { limit: 0, backoff: { initial: 1, factor: 1, max: 1 } } },
    },
  );
  await shop.until(() => shop.dead().length === 1 && seen.length === 1);
  expect(shop.dead()).toMatchObject([{ 'dlq:reason': 'crashed', 'dlq:attempts': '3' }]);
  expect(seen).toEqual([2]);
});

// mastra#23648, dapr components-contrib#4599
test('held entries are refreshed and never taken, however long their handler takes', async () => {
  const slow = gate();
  const seen: string[] = [];
  await shop.order({ id: 1 });
  const options = { claimIdle: 9_000, recovery: 1_000 };
  const definition = { timeout: 600_000 };
  shop.consume(
    async ({ id }) => {
      seen.push(`first ${id}`);
      await slow.opened;
    },
    { options, definition },
  );
  await shop.until(() => seen.length === 1);
  shop.consume(
    ({ id }) => {
      seen.push(`second ${id}`);
    },
    { options, definition },
  );
  await shop.clock.advance(300_000);
  expect(seen).toEqual(['first 1']);
  slow.open();
  await shop.until(() => shop.pending().length === 0);
});

// watermill-redisstream PR38
test('an entry that was taken or trimmed while its handler runs aborts the signal, and is not settled', async () => {
  const reasons: string[] = [];
  const [taken = '', trimmed = ''] = await shop.order({ id: 1 }, { id: 2 });
  const consumer = shop.consume(
    (_, { signal, id }) =>
      new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          reasons.push(`${id} ${signal.reason.message}`);
          resolve();
        });
      }),
    { options: { heartbeat: 1_000 }, definition: { timeout: 600_000 } },
  );
  await shop.until(() => consumer.stats().running === 2);
  shop.store.deleteEntries('orders', [trimmed]);
  await shop.backend.claim(source, 'thief', { from: 'idle', minIdle: 0, count: 1, cursor: '' });
  await shop.until(() => reasons.length === 2);
  expect(reasons[0]).toContain(`entry ${taken} was given up: another consumer took`);
  expect(reasons[1]).toContain(`entry ${trimmed} was given up: the entry was deleted`);
  await shop.clock.advance(1_000);
  expect(shop.pending()).toMatchObject([{ id: taken, consumer: 'thief', count: 1 }]);
  expect(consumer.stats()).toMatchObject({ lost: 2, done: 0 });
});

test('what waited for a slot while the server was out of reach does not start if another took it', async () => {
  const slow = gate();
  const seen: string[] = [];
  const backend = withMethods(shop.backend, { extend: () => new Promise(() => {}) });
  await shop.order({ id: 1 }, { id: 2 }, { id: 3 });
  const consumer = shop.consume(
    async ({ id }, { attempt }) => {
      seen.push(`${id}/${attempt}`);
      if (id === 1) await slow.opened;
    },
    {
      setup: { backend },
      options: { concurrency: 1, prefetch: 2, claimIdle: 30_000, recovery: 3_600_000 },
      definition: { timeout: 600_000 },
    },
  );
  await shop.until(() => consumer.stats().buffered === 2);
  await shop.clock.advance(31_000);
  const { deliveries } = await shop.backend.claim(source, 'thief', {
    from: 'idle',
    minIdle: 30_000,
    count: 2,
    cursor: '',
  });
  expect(deliveries.length).toBe(2);
  slow.open();
  await shop.until(() => shop.pending().length === 2);
  // The one still ours runs, counted anew, since that was the question.
  expect(seen).toEqual(['1/1', '3/2']);
});

// bullmq#4479, activepieces PR14626
test('after a reader’s death its successor adopts what was delivered into the void', async () => {
  const seen: string[] = [];
  let swallow = true;
  const backend = withMethods(shop.backend, {
    async openReader(from, consumer) {
      const reader = await shop.backend.openReader(from, consumer);
      return {
        close: () => reader.close(),
        async read(count, blockMs) {
          const deliveries = await reader.read(count, blockMs);
          if (deliveries.length === 0 || !swallow) return deliveries;
          swallow = false;
          return new Promise(() => {});
        },
      } satisfies StreamReader;
    },
  });
  await shop.order({ id: 1 }, { id: 2 });
  shop.consume(
    ({ id }) => {
      seen.push(`${id} at ${shop.clock.now()}`);
    },
    { setup: { backend } },
  );
  await shop.until(() => seen.length === 2);
  // Block time and margin, and the pause before the fresh connection.
  expect(seen).toEqual(['1 at 5050', '2 at 5050']);
  expect(shop.events).toContainEqual(
    expect.objectContaining({ type: 'read-failed', code: 'DEADLINE' }),
  );
});

test('handed-back entries are fetched within 600 ms, as many as there are free slots', async () => {
  await shop.backend.ensureGroup(source, { from: 'start', dlq: '{orders}:dlq' });
  const seen: string[] = [];
  const slow = gate();
  const consumer = shop.consume(
    async ({ id }, { attempt }) => {
      seen.push(`${id}/${attempt}`);
      await slow.opened;
    },
    { options: { concurrency: 2 } },
  );
  await shop.clock.advance(60_000);
  await shop.order({ id: 1 }, { id: 2 }, { id: 3 });
  consumer.pause();
  const reader = await shop.backend.openReader(source, 'leaving');
  const open = await reader.read(10, 0);
  await reader.close();
  const mine = shop.pending().filter(({ consumer: name }) => name === consumer.name).length;
  await shop.backend.settle(
    source,
    open.map(({ token }) => ({ token, verdict: { kind: 'release', count: 0 } })),
  );
  consumer.resume();
  await shop.clock.advance(600);
  expect(seen.length).toBe(2);
  slow.open();
  await shop.until(() => seen.length === 3);
  expect(mine + open.length).toBe(3);
  expect(seen.every((run) => run.endsWith('/1'))).toBe(true);
  expect(shop.pending().filter(({ consumer: name }) => name === HANDBACK)).toEqual([]);
});

// redis#8635, watermill-redisstream#24
test('names of dead consumers with nothing pending are deleted', async () => {
  await shop.backend.ensureGroup(source, { from: 'start', dlq: '{orders}:dlq' });
  const reader = await shop.backend.openReader(source, 'long gone');
  await reader.read(1, 0);
  await reader.close();
  const consumer = shop.consume(() => {});
  await shop.clock.advance(3_600_000);
  const group = shop.store.streams.get('orders')?.groups.get('workers');
  expect([...(group?.consumers.keys() ?? [])]).toEqual([consumer.name]);
});

test('the stream is trimmed to `retain`, and a group that pins it is named', async () => {
  await shop.order(...Array.from({ length: 100 }, () => ({})));
  const consumer = shop.consume(() => {}, {
    definition: { retain: { maxLength: 10, onFull: 'grow' } },
  });
  await shop.until(() => shop.store.entries('orders').length === 10);
  expect(consumer.stats().done).toBe(100);
  await shop.backend.ensureGroup(
    { key: 'orders', group: 'sleepers' },
    { from: 'start', dlq: '{orders}:dlq' },
  );
  await shop.order(...Array.from({ length: 100 }, () => ({})));
  await shop.until(() => shop.events.some(({ type }) => type === 'pinned'));
  expect(shop.events).toContainEqual(
    expect.objectContaining({ type: 'pinned', group: 'sleepers' }),
  );
  expect(shop.log.some((line) => line.includes('"sleepers"'))).toBe(true);
});

// dapr#4174: nothing is acknowledged before its verdict is durable
test('a dead-letter stream that refuses writes holds up no acknowledgement, and is tried until it takes them', async () => {
  let full = true;
  const backend = withMethods(shop.backend, {
    async settle(from, settlements) {
      if (full && settlements.some(({ verdict }) => verdict.kind === 'dead')) {
        throw new PspfError('OUT_OF_MEMORY', 'full', { retryable: true });
      }
      return shop.backend.settle(from, settlements);
    },
  });
  await shop.append(['data', 'no json']);
  await shop.order({}, {}, {});
  const consumer = shop.consume(() => {}, { setup: { backend } });
  await shop.until(() => consumer.stats().done === 3);
  await shop.clock.advance(60_000);
  expect(consumer.stats()).toMatchObject({ settling: 1, deadLettered: 0 });
  full = false;
  await shop.until(() => shop.dead().length === 1);
  expect(shop.pending()).toEqual([]);
});

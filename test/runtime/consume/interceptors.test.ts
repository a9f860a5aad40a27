import { afterEach, beforeEach, expect, test } from 'vitest';
import { Shop } from './order-stream.js';

let shop: Shop;
beforeEach(() => {
  shop = new Shop();
});
afterEach(() => shop.stopAll());

test('interceptors stand around each attempt, the first outermost, and know what it is about', async () => {
  const steps: string[] = [];
  const around = (name: string) => ({
    async process(
      context: { group: string; consumer: string; payload: unknown; message: { attempt: number } },
      next: () => Promise<void>,
    ) {
      steps.push(`${name} in ${context.group} ${context.message.attempt}`);
      expect(context.payload).toEqual({ id: 1, customer: 'c' });
      try {
        await next();
      } finally {
        steps.push(`${name} out`);
      }
    },
  });
  await shop.order({ id: 1 });
  const consumer = shop.consume(
    (_, { attempt }) => {
      steps.push('handler');
      if (attempt === 1) throw new Error('no');
    },
    { setup: { interceptors: [around('outer'), around('inner')] } },
  );
  await shop.until(() => consumer.stats().done === 1);
  const once = ['handler', 'inner out', 'outer out'];
  expect(steps).toEqual([
    ...['outer in workers 1', 'inner in workers 1', ...once],
    ...['outer in workers 2', 'inner in workers 2', ...once],
  ]);
});

test('what an interceptor throws counts as the handler’s, sync or not', async () => {
  await shop.order({});
  shop.consume(() => {}, {
    setup: {
      interceptors: [
        {
          process() {
            throw new Error('interceptor');
          },
        },
      ],
    },
  });
  await shop.until(() => shop.dead().length === 1);
  expect(shop.dead()[0]?.['dlq:error']).toContain('interceptor');
});

test('observers hear of all that happens; one that throws changes nothing', async () => {
  await shop.order({});
  const consumer = shop.consume(
    (_, { attempt }) => {
      if (attempt === 1) throw new Error('no');
    },
    {
      setup: {
        interceptors: [
          {
            observe() {
              throw new Error('observer');
            },
          },
        ],
      },
    },
  );
  await shop.until(() => consumer.stats().done === 1);
  const about = {
    destination: { stream: 'orders', key: 'orders', address: shop.backend.address },
    source: { key: 'orders', group: 'workers' },
    consumer: consumer.name,
  };
  expect(shop.events).toEqual([
    { ...about, type: 'group-created' },
    { ...about, type: 'delivered', count: 1, from: 'read' },
    { ...about, type: 'retry', attempt: 1, delayMs: 500 },
    { ...about, type: 'settled', count: 1, ms: expect.any(Number) },
  ]);
});

import { randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { ValkeyStreamBackend } from '../../../runtime/dist/backend/valkey.js';
import { ValkeyConnector } from '../../../runtime/dist/backend/valkey-connector.js';
import { systemClock } from '../../../runtime/dist/clock.js';
import { BatchProcessor } from '../../../runtime/dist/consume/batch-processor.js';
import { faulty, seeded } from '../../runtime/consume/faulty.js';
import { definition, type Order, withMethods } from '../../runtime/consume/order-stream.js';

// The same as with the memory server and the fake clock, on a real one and in real time: a smaller dose.

test.each([1, 2, 3])(
  'connections that fail at random lose nothing and repeat nothing acknowledged (seed %i)',
  async (seed) => {
    const stream = `orders-${randomUUID()}`;
    const random = seeded(seed * 7_919);
    let odds = 0.3;
    const server = () => new ValkeyStreamBackend(new ValkeyConnector({ url: inject('serverUrl') }));
    const backends = [server(), server()];
    const acknowledged = new Set<string>();
    const handled = new Set<string>();
    const after: string[] = [];
    const consumers = backends.map((backend) => {
      const watched = withMethods(backend, {
        async settle(from, settlements) {
          const results = await backend.settle(from, settlements);
          for (const [index, { token, verdict }] of settlements.entries()) {
            if (results[index] === 'done' && verdict.kind !== 'release') acknowledged.add(token.id);
          }
          return results;
        },
      });
      return new BatchProcessor<Order>({
        backend: faulty(watched, systemClock, random, () => odds, 50),
        sources: [{ key: stream, group: 'workers' }],
        destination: { stream, key: stream, address: backend.address },
        definition: {
          ...definition,
          key: '/customer',
          retry: { limit: 3, backoff: { initial: 20, factor: 2, max: 100 } },
        },
        dlq: `{${stream}}:dlq`,
        handler: async (_, { id }) => {
          if (acknowledged.has(id)) after.push(id);
          await new Promise((resolve) => setTimeout(resolve, random() * 20));
          if (random() < 0.2) throw new Error('again');
          handled.add(id);
        },
        options: { signals: false, claimIdle: 1_000, recovery: 200, block: 200 },
        logger: { warn: () => {}, error: () => {} },
      });
    });
    const [feeder] = backends;
    const ids: string[] = [];
    for (let id = 0; id < 300; id += 1) {
      const data = JSON.stringify({ id, customer: `c${id % 7}` });
      const results = await feeder?.append(stream, [
        { fields: ['data', data], bytes: data.length },
      ]);
      for (const result of results ?? []) if (result.status === 'appended') ids.push(result.id);
    }
    expect(ids.length).toBe(300);
    const begun = performance.now();
    while (!ids.every((id) => acknowledged.has(id))) {
      if (performance.now() - begun > 5_000) odds = 0;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    odds = 0;
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    const state = await feeder?.inspect({ key: stream, group: 'workers' });
    expect(after).toEqual([]);
    expect(state).toMatchObject({ pending: 0, lag: 0, consumers: [] });
    await Promise.all(backends.map((backend) => backend.close()));
  },
);

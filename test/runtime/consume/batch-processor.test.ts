import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RejectError, RetryAfterError } from '../../../runtime/dist/errors.js';
import type { Message } from '../../../runtime/dist/message.js';
import { gate, type Order, Shop, source } from './order-stream.js';

let shop: Shop;
beforeEach(() => {
  shop = new Shop();
});
afterEach(() => shop.stopAll());

describe('the outcome of a handler', () => {
  test('a return acknowledges, sync or async', async () => {
    const seen: number[] = [];
    await shop.order({}, {}, {});
    shop.consume(({ id }) => {
      seen.push(id);
      return id === 2 ? Promise.resolve() : undefined;
    });
    await shop.until(() => seen.length === 3);
    await shop.until(() => shop.pending().length === 0);
    expect(shop.consumers[0]?.stats()).toMatchObject({ delivered: 3, done: 3, failed: 0 });
  });

  test('a throw retries after the declared backoff, then dead-letters with everything said', async () => {
    const attempts: { attempt: number; at: number }[] = [];
    const [id] = await shop.order({ id: 7 });
    const consumer = shop.consume((_, { attempt }) => {
      attempts.push({ attempt, at: shop.clock.now() });
      throw new Error('no stock');
    });
    await shop.until(() => shop.dead().length === 1);
    // Full jitter at 0.5: half of 1,000 and half of 2,000.
    expect(attempts).toEqual([
      { attempt: 1, at: 0 },
      { attempt: 2, at: 500 },
      { attempt: 3, at: 1_500 },
    ]);
    expect(shop.dead()[0]).toMatchObject({
      data: '{"id":7,"customer":"c"}',
      'dlq:stream': 'orders',
      'dlq:id': id,
      'dlq:group': 'workers',
      'dlq:consumer': consumer.name,
      'dlq:attempts': '3',
      'dlq:reason': 'failed',
    });
    expect(shop.dead()[0]?.['dlq:error']).toMatch(/^Error: no stock\n {4}at /);
    expect(shop.pending()).toEqual([]);
    expect(consumer.stats()).toMatchObject({ failed: 3, deadLettered: 1 });
    expect(shop.log).toEqual([
      `orders: entry ${id} failed at attempt 1 (Error: no stock), next one in 500 ms`,
      `orders: entry ${id} went to {orders}:dlq: failed, attempts: 3 (Error: no stock)`,
    ]);
  });

  test('RejectError dead-letters at once, RetryAfterError waits as long as it says', async () => {
    const attempts: string[] = [];
    await shop.order({ id: 1 }, { id: 2 });
    shop.consume(({ id }, { attempt }) => {
      attempts.push(`${id}/${attempt} at ${shop.clock.now()}`);
      if (id === 1) throw new RejectError('no such product');
      if (attempt === 1) throw new RetryAfterError(12_345);
    });
    await shop.until(() => attempts.length === 3 && shop.pending().length === 0);
    expect(attempts).toEqual(['1/1 at 0', '2/1 at 0', '2/2 at 12345']);
    expect(shop.dead()).toMatchObject([{ 'dlq:reason': 'rejected', 'dlq:attempts': '1' }]);
  });

  test('a waiting message leaves its slot to others', async () => {
    const seen: string[] = [];
    await shop.order({ id: 1 }, { id: 2 }, { id: 3 });
    shop.consume(
      ({ id }, { attempt }) => {
        seen.push(`${id}/${attempt}`);
        if (id === 1 && attempt === 1) throw new Error('later');
      },
      { options: { concurrency: 1 } },
    );
    await shop.until(() => seen.length === 4);
    expect(seen).toEqual(['1/1', '2/1', '3/1', '1/2']);
  });

  test('each attempt gets the payload as it was on the wire, whatever the last one did to it', async () => {
    const seen: unknown[] = [];
    await shop.order({ id: 1, customer: 'c' });
    shop.consume((order, { attempt }) => {
      seen.push({ ...order });
      Object.assign(order, { customer: 'changed' });
      if (attempt === 1) throw new Error('again');
    });
    await shop.until(() => seen.length === 2);
    expect(seen).toEqual([
      { id: 1, customer: 'c' },
      { id: 1, customer: 'c' },
    ]);
  });

  // bull#2029, pg-boss#339
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['a circular object', circular()],
    [
      'an object whose getters throw',
      {
        get message() {
          throw new Error('getter');
        },
      },
    ],
    ['a proxy that refuses everything', refusing()],
    ['a thenable', { then: 'not a function' }],
    ['an error with a message of 5 MB', new Error('m'.repeat(5_000_000))],
  ])('%s thrown is a failure like any other', async (_, thrown) => {
    await shop.order({});
    shop.consume(
      () => {
        throw thrown;
      },
      { definition: { retry: { limit: 0, backoff: { initial: 1, factor: 1, max: 1 } } } },
    );
    await shop.until(() => shop.dead().length === 1);
    const error = shop.dead()[0]?.['dlq:error'] ?? '';
    expect(error.length).toBeGreaterThan(0);
    expect(Buffer.byteLength(error)).toBeLessThanOrEqual(16_384);
  });
});

function circular(): unknown {
  const value: Record<string, unknown> = {};
  value.self = value;
  return value;
}

function refusing(): unknown {
  const no = () => {
    throw new Error('no');
  };
  return new Proxy(
    {},
    { get: no, has: no, getPrototypeOf: no, getOwnPropertyDescriptor: no, ownKeys: no },
  );
}

describe('the message', () => {
  test('tells id, origin, key, attempt, headers, time and the raw fields', async () => {
    let got: Message | undefined;
    const [id = ''] = await shop.append([
      'data',
      '{"id":1,"customer":"c-1"}',
      'h:tenant',
      't',
      'foreign',
      'kept',
    ]);
    shop.consume(
      (_, message) => {
        got = message;
      },
      { definition: { key: '/customer' } },
    );
    await shop.until(() => got !== undefined);
    expect(got).toMatchObject({ id, origin: `orders/${id}`, key: 'c-1', attempt: 1, partition: 0 });
    expect({ ...got?.headers }).toEqual({ tenant: 't' });
    expect(got?.timestamp).toEqual(new Date('2026-01-01T00:00:00Z'));
    expect(got?.raw).toContain('foreign');
    expect(got?.signal.aborted).toBe(false);
  });
});

describe('order and concurrency', () => {
  test('never more handlers than `concurrency`, and as many as that', async () => {
    const gates = Array.from({ length: 10 }, gate);
    let running = 0;
    const most: number[] = [];
    await shop.order(...gates.map((_, id) => ({ id })));
    shop.consume(
      async ({ id }) => {
        running += 1;
        most.push(running);
        await gates[id]?.opened;
        running -= 1;
      },
      { options: { concurrency: 3 } },
    );
    await shop.until(() => running === 3);
    for (const { open } of gates) open();
    await shop.until(() => most.length === 10);
    expect(Math.max(...most)).toBe(3);
  });

  test('a failing message holds back its own key and no other', async () => {
    const seen: string[] = [];
    await shop.order({ customer: 'a', id: 1 }, { customer: 'a', id: 2 }, { customer: 'b', id: 3 });
    shop.consume(
      ({ id }, { attempt }) => {
        seen.push(`${id}/${attempt}`);
        if (id === 1 && attempt < 3) throw new Error('not yet');
      },
      { definition: { key: '/customer' } },
    );
    await shop.until(() => seen.length === 5);
    expect(seen).toEqual(['1/1', '3/1', '1/2', '1/3', '2/1']);
  });

  test("with orderOnRetry 'skip' later ones of its key pass", async () => {
    const seen: string[] = [];
    await shop.order({ customer: 'a', id: 1 }, { customer: 'a', id: 2 });
    shop.consume(
      ({ id }, { attempt }) => {
        seen.push(`${id}/${attempt}`);
        if (id === 1 && attempt < 2) throw new Error('not yet');
      },
      { definition: { key: '/customer' }, options: { orderOnRetry: 'skip' } },
    );
    await shop.until(() => seen.length === 3);
    expect(seen).toEqual(['1/1', '2/1', '1/2']);
  });

  test('a thousand messages of one slow key in front starve nobody', async () => {
    const hot = gate();
    const seen: string[] = [];
    await shop.order(...Array.from({ length: 1_000 }, () => ({ customer: 'hot' })));
    await shop.order({ customer: 'cold' });
    shop.consume(
      async ({ customer }) => {
        seen.push(customer);
        if (customer === 'hot') await hot.opened;
      },
      { definition: { key: '/customer' } },
    );
    await shop.until(() => seen.includes('cold'));
    expect(seen).toEqual(['hot', 'cold']);
    hot.open();
    await shop.until(() => seen.length === 1_001);
  });
});

// spring-data-redis#1802, spring-data-redis#2919: one bad entry stopped them all
describe('entries nobody can handle', () => {
  test('what cannot be decoded goes to the dead letters at once', async () => {
    let calls = 0;
    await shop.append(['foreign', 'x'], ['data', 'no json'], ['data', '1', 'data', '2']);
    shop.consume(() => {
      calls += 1;
    });
    await shop.until(() => shop.dead().length === 3);
    expect(shop.dead().map((letter) => letter['dlq:reason'])).toEqual(Array(3).fill('undecodable'));
    expect(calls).toBe(0);
  });

  test('what is invalid goes at once where the schema is ours or unnamed, the field named', async () => {
    await shop.append(['data', '{"id":"x"}', 'schema', 'f1f1f1f1f1f1f1f1'], ['data', '{"id":"x"}']);
    shop.consume(() => {});
    await shop.until(() => shop.dead().length === 2);
    for (const letter of shop.dead()) {
      expect(letter).toMatchObject({ 'dlq:reason': 'invalid', 'dlq:attempts': '1' });
      expect(letter['dlq:error']).toContain('/id must be a number');
    }
  });

  test('written with a schema unknown here, it is retried; the dead letter names both schemas', async () => {
    await shop.append(['data', '{"id":"x"}', 'schema', 'abcabcabcabcabca']);
    shop.consume(() => {});
    await shop.until(() => shop.dead().length === 1);
    expect(shop.dead()[0]).toMatchObject({ 'dlq:reason': 'invalid', 'dlq:attempts': '3' });
    expect(shop.dead()[0]?.['dlq:error']).toMatch(/abcabcabcabcabca.*f1f1f1f1f1f1f1f1/s);
    expect(shop.events).toContainEqual(
      expect.objectContaining({ type: 'unknown-fingerprint', fingerprint: 'abcabcabcabcabca' }),
    );
  });
});

describe('time', () => {
  test('a timeout aborts the signal and counts as an attempt, whatever the handler makes of it', async () => {
    const reasons: unknown[] = [];
    await shop.order({});
    shop.consume(
      async (_: Order, { signal }) => {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        reasons.push(signal.reason.code);
      },
      { definition: { timeout: 5_000 } },
    );
    await shop.until(() => shop.dead().length === 1);
    expect(reasons).toEqual(['DEADLINE', 'DEADLINE', 'DEADLINE']);
    expect(shop.dead()[0]).toMatchObject({
      'dlq:reason': 'timeout',
      'dlq:error': 'No result within 5000 ms.',
    });
  });

  test('a handler that ignores its abort keeps slot and key for the grace time, then is a zombie', async () => {
    const stuck = gate();
    const seen: string[] = [];
    await shop.order({ id: 1 }, { id: 2 });
    const consumer = shop.consume(
      async ({ id }, { attempt }) => {
        seen.push(`${id}/${attempt} at ${shop.clock.now()}`);
        if (id === 1 && attempt === 1) await stuck.opened;
      },
      {
        definition: { key: '/customer', timeout: 1_000 },
        options: { concurrency: 1, grace: 4_000 },
      },
    );
    await shop.until(() => seen.length === 3);
    expect(seen).toEqual(['1/1 at 0', '1/2 at 5500', '2/1 at 5500']);
    expect(consumer.stats().zombies).toBe(1);
    stuck.open();
    await shop.until(() => consumer.stats().zombies === 0);
  });
});

describe('synchronous handlers that take long', () => {
  /** Runs by the shop's clock, and each handler takes time at once. */
  function slow(ms: number) {
    let spent = 0;
    return {
      take: () => {
        spent += ms;
      },
      clock: {
        now: () => shop.clock.now() + spent,
        date: () => shop.clock.date(),
        after: shop.clock.after.bind(shop.clock),
      },
    };
  }

  test('leave timers and sockets a turn between two of them', async () => {
    await shop.order(...Array.from({ length: 40 }, () => ({})));
    const { clock, take } = slow(100);
    let turns = 0;
    const turnOf: number[] = [];
    const count = () => {
      turns += 1;
      if (turnOf.length < 40) setImmediate(count);
    };
    setImmediate(count);
    const consumer = shop.consume(
      () => {
        take();
        turnOf.push(turns);
      },
      { setup: { clock } },
    );
    await shop.until(() => consumer.stats().done === 40);
    expect(new Set(turnOf).size).toBe(40);
  });

  test('do not start what another took over meanwhile', async () => {
    const [, second] = await shop.order({}, {}, {});
    const { clock, take } = slow(61_000);
    const handled: string[] = [];
    const consumer = shop.consume(
      async (_, { id }) => {
        handled.push(id);
        take();
        if (handled.length > 1) return;
        const idle = { from: 'idle', minIdle: 0, count: 1, cursor: second ?? '' } as const;
        await shop.backend.claim(source, 'sibling', idle);
      },
      { definition: { timeout: 600_000 }, setup: { clock } },
    );
    await shop.until(() => consumer.stats().done === 2);
    expect(handled).not.toContain(second);
    expect(shop.pending()).toEqual([{ id: second, consumer: 'sibling', count: 1 }]);
  });
});

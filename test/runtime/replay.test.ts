import { type ConsumeOptions, configure, type Message, RejectError, shutdown } from '@pspf/runtime';
import { deadLetters, FakeClock, MemoryStore, MemoryStreamBackend } from '@pspf/runtime/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type OrderPlaced, OrdersStream } from '../types/fixtures/orders.js';
import { withMethods } from './consume/order-stream.js';

let clock: FakeClock;
let store: MemoryStore;
let backend: MemoryStreamBackend;
let orders: OrdersStream;
let broken: boolean;
let heard: { group: string; id: string; message: Message }[];
beforeEach(() => {
  clock = new FakeClock();
  store = new MemoryStore({ clock });
  backend = new MemoryStreamBackend(store);
  orders = new OrdersStream({ backend, logger: false });
  broken = true;
  heard = [];
});
afterEach(async () => {
  const closing = orders.close();
  await clock.advance(60_000);
  await closing;
});

const order = (id: string): OrderPlaced => ({ type: 'placed', id, customerId: id, lines: [] });

/** A consumer that rejects everything for as long as it is broken. */
function consume(group: string, options: ConsumeOptions = {}) {
  return orders.consume(
    (payload, message) => {
      heard.push({ group, id: payload.id, message });
      if (broken && group === 'billing') throw new RejectError(`no ${payload.id}`);
    },
    { group, signals: false, ...options },
  );
}

const letters = () => deadLetters(backend, 'orders');
const ids = () => letters().map(({ id }) => id);

/** Billing and shipping have seen orders `a`, `b`, …; billing rejected them all. */
async function afterAnOutage(count = 3) {
  const billing = consume('billing');
  const shipping = consume('shipping');
  await orders.emitMany(Array.from({ length: count }, (_, n) => order(`o-${n}`)));
  await clock.advanceUntil(
    () => billing.stats().deadLettered === count && shipping.stats().done === count,
  );
  broken = false;
  heard = [];
  return { billing, shipping };
}

// the Python framework we come from: a replay reaches every group
test('reaches the failed group alone, as a first attempt with the same origin', async () => {
  const { billing } = await afterAnOutage();
  const dead = letters();
  expect(await orders.replay(dead[1]?.id ?? '', { group: 'billing' })).toEqual({
    replayed: [dead[1]?.id],
    missing: [],
    otherGroup: [],
  });
  await clock.advanceUntil(() => billing.stats().done === 1);
  await clock.advance(10_000);
  expect(heard).toMatchObject([
    { group: 'billing', id: 'o-1', message: { attempt: 1, origin: dead[1]?.origin, key: 'o-1' } },
  ]);
  expect(ids()).toEqual([dead[0]?.id, dead[2]?.id]);
  expect(store.entries('{orders}:replay:billing')).toEqual([]);
});

test('the default group is the declaration’s', async () => {
  const { billing } = await afterAnOutage();
  const wrong = await orders.replay('all').catch((error: unknown) => error);
  expect(wrong).toMatchObject({ code: 'GROUP_MISSING', stream: 'orders' });
  expect(String(wrong)).toContain('"order-workers"');
  consume('order-workers');
  await clock.advance(1_000);
  heard = [];
  expect(await orders.replay(ids())).toEqual({ replayed: [], missing: [], otherGroup: ids() });
  await clock.advance(1_000);
  expect(heard).toEqual([]);
  expect(billing.stats().done).toBe(0);
});

test('of the same letter twice says missing the second time', async () => {
  await afterAnOutage();
  const [first = ''] = ids();
  await orders.replay([first], { group: 'billing' });
  expect(await orders.replay(new Set([first, '1-1', first]), { group: 'billing' })).toEqual({
    replayed: [],
    missing: [first, '1-1'],
    otherGroup: [],
  });
});

test('a message that fails again is dead-lettered again, with the same origin', async () => {
  const { billing } = await afterAnOutage(1);
  const [before] = letters();
  broken = true;
  await orders.replay('all', { group: 'billing' });
  await clock.advanceUntil(() => billing.stats().deadLettered === 2);
  const [after, more] = letters();
  expect(more).toBeUndefined();
  expect(after?.id).not.toBe(before?.id);
  expect(after).toMatchObject({ origin: before?.origin, attempts: 1, group: 'billing' });
  broken = false;
  await orders.replay('all', { group: 'billing' });
  await clock.advanceUntil(() => billing.stats().done === 1);
  expect(heard.map(({ message }) => message.origin)).toEqual([before?.origin, before?.origin]);
  expect(letters()).toEqual([]);
});

test('retries, waits and timeouts are those of any message', async () => {
  const { billing } = await afterAnOutage(1);
  let failures = 3;
  const failing = orders.consume(
    (_, message) => {
      heard.push({ group: 'billing', id: 'retry', message });
      failures -= 1;
      if (failures >= 0) throw new Error('not yet');
    },
    { group: 'billing', signals: false },
  );
  void billing.stop();
  await clock.advance(5_000);
  heard = [];
  await orders.replay('all', { group: 'billing' });
  await clock.advanceUntil(() => failing.stats().done === 1);
  expect(heard.map(({ message }) => message.attempt)).toEqual([1, 2, 3, 4]);
  expect(failing.stats()).toMatchObject({ failed: 3, lost: 0 });
});

describe("replay('all')", () => {
  test('takes what is there at the beginning, in order, however much it is', async () => {
    const { billing } = await afterAnOutage(1_234);
    const all = ids();
    const { replayed } = await orders.replay('all', { group: 'billing' });
    expect(replayed).toEqual(all);
    await clock.advanceUntil(() => billing.stats().done === 1_234);
    expect(heard.map(({ id }) => id)).toEqual(Array.from({ length: 1_234 }, (_, n) => `o-${n}`));
    expect(heard.every(({ group }) => group === 'billing')).toBe(true);
  });

  test('ends, though all of it fails again meanwhile', async () => {
    const { billing } = await afterAnOutage(450);
    broken = true;
    const slowly = withMethods(backend, {
      async replay(...args) {
        const outcomes = await backend.replay(...args);
        const moved = outcomes.filter(({ status }) => status === 'replayed').length;
        const dead = billing.stats().deadLettered + moved;
        await clock.advanceUntil(() => billing.stats().deadLettered === dead);
        return outcomes;
      },
    });
    const before = ids();
    const mine = new OrdersStream({ backend: slowly, logger: false });
    expect(await mine.replay('all', { group: 'billing' })).toMatchObject({ replayed: before });
    expect(ids()).toHaveLength(450);
    expect(ids().some((id) => before.includes(id))).toBe(false);
  });

  test('asks `where` about each letter of the group, and leaves the others', async () => {
    await afterAnOutage();
    await backend.append('orders', [{ fields: ['data', 'no JSON'], bytes: 1 }]);
    await clock.advanceUntil(() => letters().length === 5);
    const seen: unknown[] = [];
    const { replayed } = await orders.replay('all', {
      group: 'billing',
      where: (letter) => {
        seen.push(letter);
        return letter.reason === 'rejected' && !letter.error.includes('o-1');
      },
    });
    expect(seen).toHaveLength(4);
    expect(seen[0]).toEqual({
      id: replayed[0],
      origin: expect.stringMatching(/^orders\/\d+-\d+$/),
      reason: 'rejected',
      error: expect.stringContaining('no o-0'),
      attempts: 1,
      at: clock.date() && expect.any(Date),
    });
    expect(replayed).toHaveLength(2);
    expect(
      letters()
        .map(({ reason, group }) => `${group} ${reason}`)
        .sort(),
    ).toEqual(['billing rejected', 'billing undecodable', 'shipping undecodable']);
  });

  test('takes at most `limit`, the oldest', async () => {
    await afterAnOutage(250);
    const all = ids();
    const result = await orders.replay('all', { group: 'billing', limit: 120 });
    expect(result.replayed).toEqual(all.slice(0, 120));
    expect(ids()).toEqual(all.slice(120));
  });
});

test('a failure in the middle says how far it came, and the next call does the rest', async () => {
  await afterAnOutage(250);
  let calls = 0;
  const flaky = withMethods(backend, {
    async replay(...args) {
      calls += 1;
      if (calls > 2) await backend.close();
      return backend.replay(...args);
    },
  });
  const mine = new OrdersStream({ backend: flaky, logger: false });
  const error = await mine.replay('all', { group: 'billing' }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'CLOSED' });
  expect(String(error)).toContain('after 200 dead letters');
  const rest = new OrdersStream({ backend: new MemoryStreamBackend(store), logger: false });
  const { replayed } = await rest.replay('all', { group: 'billing' });
  expect(replayed).toHaveLength(50);
});

test('an aborted one stops between two pages', async () => {
  await afterAnOutage(250);
  const abort = new AbortController();
  const { signal } = abort;
  const where = () => {
    abort.abort();
    return true;
  };
  await expect(orders.replay('all', { group: 'billing', signal, where })).rejects.toMatchObject({
    code: 'ABORTED',
  });
  await expect(orders.replay(ids(), { group: 'billing', signal })).rejects.toMatchObject({
    code: 'ABORTED',
  });
  expect(ids()).toHaveLength(250);
});

const anything = (value: unknown): never => value as never;
test.each([
  ['no id', ['o-1', {}]],
  ['no list', [anything(5), {}]],
  ['a list with something else', [anything(['1-1', 5]), {}]],
  ['an unknown option', ['1-1', anything({ groups: 'billing' })]],
  ['a limit for ids', ['1-1', anything({ limit: 1 })]],
  ['a limit of nothing', ['all', anything({ limit: 0 })]],
  ['an empty group', ['1-1', { group: '' }]],
] as const)('rejects %s before anything happens', async (_, [what, options]) => {
  await expect(orders.replay(what, options)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
});

describe('what a consumer holds of a replay', () => {
  const replayed = async (count: number) => {
    await afterAnOutage(count);
    const closing = orders.close();
    await clock.advance(60_000);
    await closing;
    orders = new OrdersStream({ backend, logger: false });
    await orders.replay('all', { group: 'billing' });
  };

  /** A handler that never ends, in a process that may die. */
  const hanging = (options: ConsumeOptions = {}) => {
    const mine = new OrdersStream({ backend, logger: false });
    const started: string[] = [];
    const consumer = mine.consume(
      (payload, { attempt }) => {
        started.push(`${payload.id}/${attempt}`);
        return new Promise(() => {});
      },
      { group: 'billing', signals: false, ...options },
    );
    return { consumer, started };
  };

  const pending = () => [
    ...(store.streams.get('{orders}:replay:billing')?.groups.get('billing')?.pending.values() ??
      []),
  ];

  test('is at most as much as it has free slots for', async () => {
    await replayed(10);
    const { consumer, started } = hanging({ concurrency: 3 });
    await clock.advanceUntil(() => started.length === 3);
    await clock.advance(20_000);
    expect(pending().length).toBe(3);
    void consumer.stop({ deadline: 0 });
    await clock.advance(1_000);
  });

  test('gets its turn, however full the stream is', async () => {
    await replayed(20);
    await orders.emitMany(Array.from({ length: 2_000 }, (_, n) => order(`later-${n}`)));
    const ended: string[] = [];
    const consumer = orders.consume(
      async ({ id }) => {
        await new Promise<void>((resolve) => clock.after(100, resolve));
        ended.push(id);
      },
      { group: 'billing', signals: false, concurrency: 2 },
    );
    await clock.advanceUntil(() => ended.filter((id) => id.startsWith('o-')).length === 20);
    expect(ended.length).toBeLessThan(1_000);
    expect(consumer.stats().buffered).toBeGreaterThan(0);
  });

  test('is refreshed, and nobody takes it', async () => {
    await replayed(1);
    const first = hanging({ claimIdle: 9_000 });
    await clock.advanceUntil(() => first.started.length === 1);
    const second = hanging({ claimIdle: 9_000, recovery: 1_000 });
    await clock.advance(25_000);
    expect(second.started).toEqual([]);
    for (const { consumer } of [first, second]) void consumer.stop({ deadline: 0 });
    await clock.advance(1_000);
  });

  test('is handed back at a stop, uncounted, and starts elsewhere within 600 ms', async () => {
    await replayed(3);
    const leaving = hanging({ concurrency: 3 });
    await clock.advanceUntil(() => leaving.started.length === 3);
    const stopping = leaving.consumer.stop({ deadline: 1_000 });
    await clock.advance(2_000);
    await stopping;
    expect(pending().map(({ consumer, count }) => [consumer, count])).toEqual(
      Array(3).fill(['~handback', 0]),
    );
    const staying = consume('billing');
    await clock.advance(2_000);
    expect(heard.map(({ message }) => message.attempt)).toEqual([1, 1, 1]);
    expect(staying.stats().done).toBe(3);
    expect(pending()).toEqual([]);
    expect(store.entries('{orders}:replay:billing')).toEqual([]);
  });

  test('leaves no name behind in the group of the replay stream', async () => {
    await replayed(2);
    const names = () => [
      ...(store.streams.get('{orders}:replay:billing')?.groups.get('billing')?.consumers.keys() ??
        []),
    ];
    const consumer = consume('billing');
    await clock.advanceUntil(() => consumer.stats().done === 2);
    expect(names()).toEqual([consumer.name]);
    const stopping = consumer.stop();
    await clock.advance(1_000);
    await stopping;
    expect(names()).toEqual([]);
  });

  test('ends with its stream: a deleted one keeps nobody from stopping', async () => {
    await replayed(1);
    const { consumer, started } = hanging({ heartbeat: 1_000 });
    await clock.advanceUntil(() => started.length === 1);
    store.deleteStream('{orders}:replay:billing');
    await clock.advanceUntil(() => consumer.stats().lost === 1);
    const stopping = consumer.stop({ deadline: 20_000 });
    await clock.advance(21_000);
    await stopping;
    expect(consumer.stats().state).toBe('stopped');
  });
});

test('the static uses the default of the process', async () => {
  configure({ backend: new MemoryStreamBackend(), logger: false });
  await expect(OrdersStream.replay('all')).rejects.toMatchObject({ code: 'GROUP_MISSING' });
  const { replay }: Record<string, unknown> = { replay: OrdersStream.replay };
  if (typeof replay !== 'function') throw new Error('no static');
  await expect(replay('all')).rejects.toMatchObject({ code: 'UNBOUND_STATIC' });
  await shutdown();
});

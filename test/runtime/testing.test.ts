import { RejectError } from '@pspf/runtime';
import {
  deadLetters,
  entries,
  FakeClock,
  MemoryStreamBackend,
  waitFor,
  waitForHandled,
} from '@pspf/runtime/testing';
import { describe, expect, test } from 'vitest';
import { type Order, OrdersStream } from '../types/fixtures/orders.js';

const order: Order = { type: 'placed', id: 'o-1', customerId: 'c-42', lines: [] };

test('a handler is tested in five lines', async () => {
  const backend = new MemoryStreamBackend();
  await using orders = new OrdersStream({ backend });
  const shipped: string[] = [];
  const consumer = orders.consume(({ id }) => void shipped.push(id));
  await orders.emit(order);
  await waitForHandled(consumer, 1);
  expect(shipped).toEqual(['o-1']);
});

test('retries over minutes take no time on a fake clock', async () => {
  const clock = new FakeClock();
  const backend = new MemoryStreamBackend({ clock });
  await using orders = new OrdersStream({ backend, logger: false });
  const attempts: number[] = [];
  const consumer = orders.consume((_, { attempt }) => {
    attempts.push(attempt);
    throw new Error('the warehouse is down');
  });
  await orders.emit(order);
  await clock.advanceUntil(() => consumer.stats().deadLettered === 1);
  expect(attempts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(deadLetters(backend, 'orders')).toMatchObject([
    {
      payload: order,
      key: 'c-42',
      reason: 'failed',
      attempts: 11,
      group: 'order-workers',
      origin: `orders/${entries(backend, 'orders')[0]?.id}`,
    },
  ]);
  // The end of the test closes the stream, with nobody left to move the clock.
});

test('a stream with another clock than its backend is refused, and told what to do', () => {
  const orders = new OrdersStream({ backend: new MemoryStreamBackend(), clock: new FakeClock() });
  expect(() => orders.consume(() => {})).toThrow(/new MemoryStreamBackend\(\{ clock \}\)/);
});

test('what went to the dead letters is seen with its reason', async () => {
  const backend = new MemoryStreamBackend();
  await using orders = new OrdersStream({ backend, logger: false });
  const consumer = orders.consume(() => {
    throw new RejectError('no such customer');
  });
  await backend.append('orders', [{ fields: ['data', 'not JSON'], bytes: 12 }]);
  await orders.emit(order, { headers: { tenant: 'a' } });
  await waitForHandled(consumer, 2);
  expect(deadLetters(backend, 'orders')).toMatchObject([
    { payload: undefined, reason: 'undecodable' },
    { payload: order, reason: 'rejected', headers: { tenant: 'a' }, attempts: 1 },
  ]);
});

describe('waitFor', () => {
  test('resolves to what the condition answers', async () => {
    let looks = 0;
    expect(await waitFor(() => (++looks < 3 ? undefined : `look ${looks}`))).toBe('look 3');
  });

  test('takes a failed expectation for not yet, and shows the last one at the end', async () => {
    const never = waitFor(() => expect(1).toBe(2), { timeout: 20, what: 'one is two' });
    await expect(never).rejects.toThrow('one is two did not hold within 20 ms');
    await expect(never).rejects.toMatchObject({ cause: { name: 'AssertionError' } });
  });
});

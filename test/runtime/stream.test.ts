import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MemoryStreamBackend } from '../../runtime/dist/backend/memory.js';
import { configure, shutdown } from '../../runtime/dist/connect.js';
import { type Order, OrdersStream } from '../types/fixtures/orders.js';

const order: Order = { type: 'placed', id: 'o-1', customerId: 'c-42', lines: [] };

let backend: MemoryStreamBackend;
beforeEach(() => {
  backend = new MemoryStreamBackend();
  configure({ backend, logger: false });
});
afterEach(() => shutdown());

describe('emit', () => {
  test('appends the payload as JSON text with fingerprint, key and headers', async () => {
    const result = await OrdersStream.emit(order, { headers: { tenant: 'a' } });
    const [entry] = backend.store.entries('orders');
    expect(result).toEqual({
      id: entry?.id,
      partition: 0,
      origin: `orders/${entry?.id}`,
      duplicate: false,
    });
    expect(entry?.fields).toEqual([
      'data',
      JSON.stringify(order),
      'schema',
      '3f1c0a9be2d47756',
      'key',
      'c-42',
      'h:tenant',
      'a',
    ]);
  });
});

import assert from 'node:assert/strict';
import { PspfError } from '@pspf/runtime';
import { MemoryStreamBackend, waitFor } from '@pspf/runtime/testing';
import { type Address, type Line, type Order, OrdersStream, ReturnsStream } from './expected/index.js';
import type { Address as AddressOfOrders } from './expected/orders.js';
import type { Address as AddressOfReturns } from './expected/returns.js';

// What several streams use is found beside each of them: a second user takes nothing from the first.
const shipTo: Address & AddressOfOrders & AddressOfReturns = { street: '12 St James’s Square', city: 'London', country: 'GB' };
const line: Line = { sku: 'engine', quantity: 1, parts: [{ sku: 'gear', quantity: 25 }] };
const order: Order = { id: 'o-1', shipTo, lines: [line] };

export default async function use(): Promise<void> {
  const backend = new MemoryStreamBackend();
  const orders = new OrdersStream({ backend });
  const returns = new ReturnsStream({ backend });
  const seen: unknown[] = [];
  orders.consume((payload) => {
    seen.push(payload.lines[0]?.parts?.[0]?.quantity);
  });
  returns.consume((payload) => {
    seen.push(payload.pickUpAt?.city);
  });
  await orders.emit(order);
  await returns.emit({ order: 'o-1', lines: [], pickUpAt: shipTo });
  await waitFor(() => seen.length === 2);
  assert.deepEqual(new Set(seen), new Set([25, 'London']));
  const open = { ...order, shipTo: { ...shipTo, planet: 'Earth' } };
  await assert.rejects(
    orders.emit(open),
    (error) => PspfError.is(error) && error.issues[0]?.pointer === '/shipTo/planet',
  );
  await returns.emit({ order: 'o-1', lines: [], pickUpAt: open.shipTo });
  await orders.close();
  await returns.close();
}

// Compiled by `npm run check:types`, never run: every line must type-check, every expected error must be one.
import { expectTypeOf } from 'vitest';
import {
  type Order,
  type OrderCancelled,
  type OrderPlaced,
  OrdersStream,
} from './fixtures/orders.js';

declare const order: Order;
declare const orders: Order[];

export async function accepted() {
  const placed: OrderPlaced = { type: 'placed', id: 'o-1', customerId: 'c-1', lines: [] };
  const result = await OrdersStream.emit(placed);
  expectTypeOf(result.id).toBeString();
  expectTypeOf(result.duplicate).toBeBoolean();
  await OrdersStream.emit(order, { headers: { tenant: 'a' }, signal: AbortSignal.timeout(1_000) });
  await OrdersStream.emit({ type: 'cancelled', id: 'o-1', customerId: 'c-1', reason: 'stock' });
  await Promise.all(orders.map((each) => OrdersStream.emit(each)));
  const many = await OrdersStream.emitMany(orders, {
    onFailed: (error, payload) => {
      expectTypeOf(error).toBeUnknown();
      expectTypeOf(payload).toEqualTypeOf<Order>();
    },
  });
  expectTypeOf(many.emitted).toBeNumber();
  await OrdersStream.emitMany(
    (async function* () {
      yield order;
    })(),
  );

  const consumer = OrdersStream.consume(
    async (payload, message) => {
      expectTypeOf(payload).toEqualTypeOf<Order>();
      // The union narrows by its tag.
      if (payload.type === 'cancelled')
        expectTypeOf(payload.reason).toEqualTypeOf<'customer' | 'stock'>();
      expectTypeOf(message.signal).toEqualTypeOf<AbortSignal>();
      expectTypeOf(message.attempt).toBeNumber();
    },
    { group: 'billing', concurrency: 4 },
  );
  expectTypeOf(consumer.ready).resolves.toBeVoid();
  OrdersStream.consume(() => {});
  OrdersStream.consume((_: OrderPlaced | OrderCancelled) => 5);

  const moved = await OrdersStream.replay('1767225600000-0');
  expectTypeOf(moved.replayed).toEqualTypeOf<readonly string[]>();
  expectTypeOf(moved.missing).toEqualTypeOf<readonly string[]>();
  await OrdersStream.replay(new Set(['1767225600000-0']), { group: 'billing' });
  await OrdersStream.replay('all', {
    limit: 10,
    where: ({ reason, at, error }) => {
      expectTypeOf(at).toEqualTypeOf<Date>();
      expectTypeOf(error).toBeString();
      return reason === 'timeout';
    },
  });

  await using mine = new OrdersStream({ keyPrefix: 'staging:', logger: false });
  await mine.emit(order);
  await mine.replay('all', { signal: AbortSignal.timeout(1_000) });
  await mine.emitMany(new Set(orders));
}

export async function rejected() {
  const base = { type: 'cancelled', id: 'o-1', customerId: 'c-1' } as const;
  // @ts-expect-error a value outside the enum
  await OrdersStream.emit({ ...base, reason: 'weather' });
  // @ts-expect-error a required field is missing
  await OrdersStream.emit({ type: 'cancelled', id: 'o-1', reason: 'stock' });
  await OrdersStream.emit({
    type: 'placed',
    id: 'o-1',
    customerId: 'c-1',
    lines: [],
    // @ts-expect-error a typo in a literal
    notes: 'ring the bell',
  });
  // @ts-expect-error T comes from the class, not from the argument
  await OrdersStream.emit({ anything: true });
  // @ts-expect-error T comes from the class, not from the iterable
  await OrdersStream.emitMany([{ anything: true }]);
  // @ts-expect-error an iterable of the payload, not the payload
  await OrdersStream.emitMany(order);

  // @ts-expect-error map would pass the index as options, and loses the class
  await Promise.all(orders.map(OrdersStream.emit));
  const emit = OrdersStream.emit;
  // @ts-expect-error called without its class
  await emit(order);
  const { emitMany } = OrdersStream;
  // @ts-expect-error called without its class
  await emitMany(orders);

  // @ts-expect-error the handler gets the whole union, not one branch
  OrdersStream.consume((_: OrderPlaced) => {});
  // @ts-expect-error no such option
  OrdersStream.consume(() => {}, { retries: 3 });
  // @ts-expect-error a wrong type of option
  OrdersStream.consume(() => {}, { concurrency: '4' });
  // @ts-expect-error no handler
  OrdersStream.consume({ concurrency: 4 });
  const consume = OrdersStream.consume;
  // @ts-expect-error called without its class
  consume(() => {});

  // @ts-expect-error ids are text
  await OrdersStream.replay([1767225600000]);
  // @ts-expect-error a list that is given needs no limit
  await OrdersStream.replay(['1767225600000-0'], { limit: 10 });
  // @ts-expect-error no such option
  await OrdersStream.replay('all', { groups: ['billing'] });
  const { replay } = OrdersStream;
  // @ts-expect-error called without its class
  await replay('all');

  // @ts-expect-error no such option
  await OrdersStream.emit(order, { header: {} });
  // @ts-expect-error headers are strings
  await OrdersStream.emit(order, { headers: { attempt: 1 } });
  // @ts-expect-error not built yet, so absent
  await OrdersStream.emit(order, { idempotencyKey: 'o-1' });
  // @ts-expect-error no such option
  new OrdersStream({ prefix: 'staging:' });
  // @ts-expect-error a definition belongs to the class
  new OrdersStream({ stream: 'other' });
}

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MemoryStreamBackend } from '../../runtime/dist/backend/memory.js';
import { configure, shutdown } from '../../runtime/dist/connect.js';
import { PspfError, RejectError } from '../../runtime/dist/errors.js';
import type { Interceptor } from '../../runtime/dist/interceptor.js';
import { Stream } from '../../runtime/dist/stream.js';
import { deadLetters, waitForHandled } from '../../runtime/dist/testing.js';
import { type Order, OrdersStream } from '../types/fixtures/orders.js';
import { validator } from '../types/fixtures/orders.validator.js';
import { gate } from './consume/order-stream.js';

const order: Order = { type: 'placed', id: 'o-1', customerId: 'c-42', lines: [] };

let backend: MemoryStreamBackend;
beforeEach(() => {
  backend = new MemoryStreamBackend();
  configure({ backend, logger: false });
});
afterEach(() => shutdown());

const payloads = (key = 'orders') =>
  backend.store.entries(key).map(({ fields }) => JSON.parse(fields[1] ?? ''));

async function failure(promise: Promise<unknown>): Promise<PspfError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (PspfError.is(error)) return error;
  throw new Error('expected a PspfError', { cause: error });
}

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

  test('judges what will be on the wire, not what only looks right in memory', async () => {
    const hidden = Object.defineProperty({ ...order }, 'id', { value: 'o-1', enumerable: false });
    const error = await failure(OrdersStream.emit(hidden));
    expect(error.code).toBe('INVALID_PAYLOAD');
    expect(error.issues.map(({ pointer }) => pointer)).toEqual(['/id']);
    const withDate = { ...order, id: { toJSON: () => 'o-2' } };
    await OrdersStream.emit(Object.assign(withDate, { id: withDate.id as unknown as string }));
    expect(payloads()).toEqual([{ ...order, id: 'o-2' }]);
  });

  const strangeOptions: Parameters<typeof OrdersStream.emit>[1] = JSON.parse('{"headers":{"a":1}}');
  test.each([
    ['INVALID_PAYLOAD', { ...order, type: 'lost' }, {}],
    ['INVALID_PAYLOAD', null, {}],
    ['UNSERIALIZABLE', { ...order, id: 5n }, {}],
    ['UNSERIALIZABLE', undefined, {}],
    ['INVALID_OPTION', order, { retries: 3 }],
    ['INVALID_OPTION', order, 5],
    ['INVALID_OPTION', order, strangeOptions],
    ['INVALID_OPTION', order, { headers: null }],
    ['INVALID_OPTION', order, { headers: new Map([['tenant', 'a']]) }],
    ['INVALID_OPTION', order, { headers: 'tenant' }],
    ['INVALID_OPTION', order, { signal: null }],
    ['INVALID_OPTION', order, { signal: {} }],
    ['ABORTED', order, { signal: AbortSignal.abort() }],
  ])('rejects with %s and never throws: %#', async (code, payload, options) => {
    const emit: (payload: unknown, options: unknown) => Promise<unknown> = OrdersStream.emit.bind(
      OrdersStream,
    ) as never;
    const error = await failure(emit(payload, options));
    expect(error.code).toBe(code);
    expect(error.stream ?? error.message).toContain('orders');
    expect(payloads()).toEqual([]);
  });

  test('carries headers of any name and value', async () => {
    const headers = JSON.parse(
      '{"__proto__":"a","":"nameless","Zürich ☃":"\\r\\n\\u0000","toString":"b"}',
    );
    const received: unknown[] = [];
    await OrdersStream.emit(order, { headers });
    const consumer = OrdersStream.consume((_, message) => {
      received.push(message.headers);
    });
    await waitForHandled(consumer, 1);
    expect(Object.entries(received[0] ?? {})).toEqual(Object.entries(headers));
  });

  test('names every wrong field in the message', async () => {
    const wrong = { type: 'cancelled', id: 'o-1', customerId: 'c', reason: 'weather' };
    const error = await failure(OrdersStream.emit(wrong as Order));
    expect(error.message).toContain('/reason');
    expect(error.message).toContain('weather');
  });

  test('takes 5 MB, and refuses more than maxPayloadBytes before any I/O', async () => {
    await OrdersStream.emit({ ...order, note: 'x'.repeat(5_000_000) });
    const small = new OrdersStream({ backend, maxPayloadBytes: 100 });
    const error = await failure(small.emit({ ...order, note: 'ü'.repeat(50) }));
    expect(error.code).toBe('PAYLOAD_TOO_LARGE');
    expect(payloads()).toHaveLength(1);
  });

  test('may hide payload values from its errors', async () => {
    const wrong = { type: 'cancelled', id: 'o-1', customerId: 'c', reason: 'secret' };
    const orders = new OrdersStream({ backend, hideValues: true });
    const error = await failure(orders.emit(wrong as Order));
    expect(error.message).toContain('/reason');
    expect(JSON.stringify([error.message, error.issues])).not.toContain('secret');
  });

  test('called without its class rejects with UNBOUND_STATIC', async () => {
    const { emit, emitMany }: Record<string, unknown> = { ...pick(OrdersStream) };
    for (const unbound of [emit, emitMany]) {
      if (typeof unbound !== 'function') throw new Error('no static');
      expect((await failure(unbound(order))).code).toBe('UNBOUND_STATIC');
      expect((await failure(unbound.call(Stream, order))).code).toBe('UNBOUND_STATIC');
      expect((await failure(unbound.call(class {}, order))).code).toBe('UNBOUND_STATIC');
    }
  });
});

function pick({ emit, emitMany }: typeof OrdersStream) {
  return { emit, emitMany };
}

describe('emitMany', () => {
  const numbered = (count: number) =>
    Array.from({ length: count }, (_, i): Order => ({ ...order, id: `${i}` }));
  const ids = () => payloads().map(({ id }) => Number(id));

  test('takes any iterable, in order', async () => {
    expect(await OrdersStream.emitMany(numbered(3_000))).toEqual({ emitted: 3_000, failed: 0 });
    expect(await OrdersStream.emitMany(new Set<Order>())).toEqual({ emitted: 0, failed: 0 });
    const generated = (async function* () {
      yield* numbered(5);
    })();
    expect(await OrdersStream.emitMany(generated, { headers: { bulk: 'yes' } })).toEqual({
      emitted: 5,
      failed: 0,
    });
    expect(ids()).toEqual([...numbered(3_000), ...numbered(5)].map(({ id }) => Number(id)));
  });

  test('takes no more than there is room for', async () => {
    const held = new (class extends MemoryStreamBackend {
      open: (() => void)[] = [];
      override async append(...args: Parameters<MemoryStreamBackend['append']>) {
        await new Promise<void>((resolve) => this.open.push(resolve));
        return super.append(...args);
      }
    })();
    let taken = 0;
    const endless = (function* () {
      for (; taken < 50_000; taken++) yield { ...order, id: `${taken}` };
    })();
    const stream = new OrdersStream({ backend: held });
    const done = stream.emitMany(endless);
    let ended = false;
    const watched = done.then(() => {
      ended = true;
    });
    for (let answered = 0; !ended; answered += 1) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      expect(taken).toBeLessThanOrEqual(Math.min(50_000, answered * 64 * 8 + 1_024 + 8 * 64 + 1));
      for (const open of held.open.splice(0)) open();
    }
    await watched;
    expect(held.store.entries('orders')).toHaveLength(50_000);
  });

  test('ends at the first failure: everything before it was written, and the source is closed', async () => {
    let closed = false;
    const source = (function* (): Generator<Order> {
      try {
        for (const each of numbered(1_000)) {
          yield each.id === '17' ? ({ ...each, type: 'lost' } as never) : each;
        }
      } finally {
        closed = true;
      }
    })();
    const error = await failure(OrdersStream.emitMany(source));
    expect(error.code).toBe('INVALID_PAYLOAD');
    expect(error.message).toContain('payload 17');
    expect(error.issues.length).toBeGreaterThan(0);
    expect(closed).toBe(true);
    expect(ids().slice(0, 17)).toEqual(Array.from({ length: 17 }, (_, i) => i));
    expect(ids()).not.toContain(17);
  });

  test('with onFailed goes on, and tells of each', async () => {
    const failed: number[] = [];
    const emitted: number[] = [];
    const source = numbered(10).map((each, i) => (i % 3 === 0 ? (null as never) : each));
    const result = await OrdersStream.emitMany(source, {
      onEmitted: (_, index) => emitted.push(index),
      onFailed: (error, payload, index) => {
        expect(PspfError.is(error, 'INVALID_PAYLOAD')).toBe(true);
        expect(payload).toBe(null);
        failed.push(index);
      },
    });
    expect(result).toEqual({ emitted: 6, failed: 4 });
    expect(failed).toEqual([0, 3, 6, 9]);
    expect(emitted).toEqual([1, 2, 4, 5, 7, 8]);
  });

  test('throws what the source or a callback throws, after what is on its way has ended', async () => {
    const broken = new Error('the database went away');
    const source = (function* () {
      yield order;
      throw broken;
    })();
    await expect(OrdersStream.emitMany(source)).rejects.toBe(broken);
    expect(payloads()).toHaveLength(1);
    const onEmitted = () => {
      throw broken;
    };
    await expect(OrdersStream.emitMany(numbered(3), { onEmitted })).rejects.toBe(broken);
    const later = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      throw broken;
    };
    await expect(OrdersStream.emitMany(numbered(3), { onEmitted: later })).rejects.toBe(broken);
  });

  test('stops at an abort', async () => {
    const controller = new AbortController();
    const source = (function* () {
      for (let i = 0; ; i++) {
        if (i === 100) controller.abort();
        yield { ...order, id: `${i}` };
      }
    })();
    const error = await failure(OrdersStream.emitMany(source, { signal: controller.signal }));
    expect(error.code).toBe('ABORTED');
  });
});

describe('an instance', () => {
  test('has everything injected and touches no default', async () => {
    const mine = new MemoryStreamBackend();
    await using orders = new OrdersStream({ backend: mine, keyPrefix: 'staging:' });
    const { origin, id } = await orders.emit(order);
    expect(origin).toBe(`staging:orders/${id}`);
    expect(mine.store.entries('staging:orders')).toHaveLength(1);
    expect(payloads()).toEqual([]);
    configure({ backend, logger: false });
  });

  test('without a backend has that of the default', async () => {
    await new OrdersStream().emit(order);
    await new OrdersStream({ keyPrefix: 'eu:' }).emit(order);
    expect(payloads('orders')).toHaveLength(1);
    expect(payloads('eu:orders')).toHaveLength(1);
  });

  test('once closed emits no more, and leaves its backend open', async () => {
    const orders = new OrdersStream({ backend });
    const last = orders.emit(order);
    await orders.close();
    await orders[Symbol.asyncDispose]();
    expect((await last).id).toBeTypeOf('string');
    expect((await failure(orders.emit(order))).code).toBe('CLOSED');
    await backend.ping();
  });

  test('lets handlers emit to their end while it closes, and then no more', async () => {
    const orders = new OrdersStream({ backend });
    await orders.emit(order);
    const started = gate();
    const finish = gate();
    const consumer = orders.consume(async ({ id }) => {
      if (id !== 'o-1') return;
      started.open();
      await finish.opened;
      await orders.emit({ ...order, id: 'o-2' });
    });
    await started.opened;
    const closing = orders.close();
    expect(() => orders.consume(() => {})).toThrow(expect.objectContaining({ code: 'CLOSED' }));
    finish.open();
    await closing;
    expect(consumer.stats()).toMatchObject({ done: 1, failed: 0 });
    expect(payloads().map(({ id }) => id)).toEqual(['o-1', 'o-2']);
    expect((await failure(orders.emit(order))).code).toBe('CLOSED');
  });

  test('a logger and observers that fail, at once or later, change nothing', async () => {
    const fail = () => {
      throw new Error('the disk of the log is full');
    };
    const orders = new OrdersStream({
      backend,
      logger: { warn: fail, error: async () => fail() },
      interceptors: [{ observe: fail, started: fail }, { observe: async () => fail() }],
    });
    await orders.emit(order);
    const consumer = orders.consume(() => {
      throw new RejectError('never');
    });
    await waitForHandled(consumer, 1);
    await orders.close();
    expect(deadLetters(backend, 'orders')).toHaveLength(1);
  });

  test.each([
    ['an unknown option', { prefix: 'x' }],
    ['a prefix whose dead letters could share no slot', { keyPrefix: 'x}:' }],
    ['a deadline that is no number', { emitDeadline: Number.NaN }],
    ['a deadline above what a timer takes', { emitDeadline: 2 ** 31 }],
    ['a bound below 1', { emitsInFlight: 0 }],
  ])('refuses %s', async (_, options) => {
    const open = async () => new OrdersStream({ backend, ...options }).emit(order);
    expect((await failure(open())).code).toBe('INVALID_OPTION');
  });
});

describe('a contract of another version', () => {
  test.each([
    [0, 'update pspf-gen'],
    [2, 'update @pspf/runtime'],
  ])('%i is refused, saying what to update', async (contract, remedy) => {
    class Other extends Stream<Order> {
      constructor() {
        super({
          contract,
          stream: 'other',
          group: 'g',
          retry: { limit: 0, backoff: { initial: 1, factor: 1, max: 1 } },
          dlq: { maxLength: 1 },
          timeout: 1,
          retain: 'none',
          fingerprint: '0',
          validator,
        });
      }
    }
    const error = await failure(Other.emit(order));
    expect(error.code).toBe('CONTRACT_MISMATCH');
    expect(error.message).toContain(remedy);
  });
});

describe('interceptors', () => {
  test('stand around each emit in the order given, and may add headers and fields', async () => {
    const steps: string[] = [];
    const named = (name: string): Interceptor => ({
      async emit(context, next) {
        steps.push(`${name} before`);
        context.headers[name] = `${context.bytes}`;
        context.fields.set(`trace-${name}`, context.destination.key);
        const result = await next();
        steps.push(`${name} after`);
        return result;
      },
    });
    const orders = new OrdersStream({
      backend,
      interceptors: [named('outer'), {}, named('inner')],
    });
    await orders.emit(order);
    expect(steps).toEqual(['outer before', 'inner before', 'inner after', 'outer after']);
    const [entry] = backend.store.entries('orders');
    const bytes = `${JSON.stringify(order).length}`;
    expect(entry?.fields.slice(6)).toEqual([
      'trace-outer',
      'orders',
      'trace-inner',
      'orders',
      'h:outer',
      bytes,
      'h:inner',
      bytes,
    ]);
  });

  test('may refuse, by rejecting or by throwing', async () => {
    const refusal = new Error('closed on Sundays');
    const rejecting: Interceptor = { emit: () => Promise.reject(refusal) };
    const throwing: Interceptor = {
      emit() {
        throw refusal;
      },
    };
    for (const interceptor of [rejecting, throwing]) {
      const orders = new OrdersStream({ backend, interceptors: [interceptor] });
      await expect(orders.emit(order)).rejects.toBe(refusal);
    }
    const forging: Interceptor = {
      emit(context, next) {
        context.fields.set('data', '{}');
        return next();
      },
    };
    const orders = new OrdersStream({ backend, interceptors: [forging] });
    expect((await failure(orders.emit(order))).code).toBe('INVALID_OPTION');
  });
});

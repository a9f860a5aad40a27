import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { configure, openBackend, PspfError, type StreamOptions, shutdown } from '@pspf/runtime';
import { Stream } from '@pspf/runtime/generated';
import { MemoryStreamBackend, waitFor } from '@pspf/runtime/testing';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { freePort } from '../support/server/free-port.js';
import { startServer } from '../support/server/start-server.js';
import { type Order, OrdersStream } from '../types/fixtures/orders.js';
import { validator } from '../types/fixtures/orders.validator.js';

const order: Order = { type: 'placed', id: 'o-1', customerId: 'c-42', lines: [] };

afterEach(async () => {
  await shutdown();
  configure({});
});

const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return PspfError.is(error) ? error.code : error;
  }
  return undefined;
};

const fate = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: unknown) => (PspfError.is(error) ? error.code : error),
  );

describe('configure', () => {
  test('comes before first use, again after shutdown, and not in between', async () => {
    const backend = new MemoryStreamBackend();
    configure({ backend });
    configure({ backend });
    await OrdersStream.emit(order);
    expect(codeOf(() => configure({ backend }))).toBe('ALREADY_STARTED');
    await shutdown();
    expect(await fate(OrdersStream.emit(order))).toBe('CLOSED');
    expect(codeOf(() => OrdersStream.consume(() => {}))).toBe('CLOSED');
    expect(await fate(backend.ping())).toBe('CLOSED');
    const next = new MemoryStreamBackend();
    configure({ backend: next, keyPrefix: 'eu:' });
    const { origin } = await OrdersStream.emit(order);
    expect(origin).toMatch(/^eu:orders\//);
  });

  test.each([
    ['an unknown option', { password: 'x' }],
    ['a backend and a url', { backend: new MemoryStreamBackend(), url: 'memory:' }],
    ['a backend and tls', { backend: new MemoryStreamBackend(), tls: {} }],
    ['null for a backend', { backend: null }],
    ['a backend that is none', { backend: {} }],
    ['a url that is no text', { url: null }],
    ['a prefix that is no text', { keyPrefix: 5 }],
    ['interceptors that are no list', { interceptors: { observe() {} } }],
    ['a list of no interceptors', { interceptors: [null] }],
    ['a logger that cannot log', { logger: { warn() {} } }],
    ['a clock that stands still', { clock: {} }],
    ['signals by name', { signals: 'SIGTERM' }],
    ['a number as text', { emitDeadline: '500' }],
  ])('refuses %s', (_, configuration) => {
    const given: Parameters<typeof configure>[0] = configuration as never;
    expect(codeOf(() => configure(given))).toBe('INVALID_OPTION');
  });

  test('waits for the handlers of a shutdown, which emit to their end', async () => {
    const backend = new MemoryStreamBackend();
    configure({ backend, logger: false });
    await OrdersStream.emit(order);
    let tried: unknown;
    const fates: unknown[] = [];
    const consumer = OrdersStream.consume(async () => {
      await shutdown();
      tried = codeOf(() => configure({}));
      fates.push(codeOf(() => OrdersStream.consume(() => {})));
      fates.push(await fate(OrdersStream.emit(order)));
    });
    await consumer.done;
    expect(tried).toBe('ALREADY_STARTED');
    expect(fates).toEqual(['CLOSED', 'ok']);
    expect(consumer.stats()).toMatchObject({ done: 1, failed: 0 });
    await waitFor(async () => (await fate(backend.ping())) === 'CLOSED');
    configure({ backend: new MemoryStreamBackend() });
  });

  test.each([
    ['INVALID_OPTION', 'localhost'],
    ['INVALID_OPTION', 'https://user:hunter2@host'],
    ['NOT_SUPPORTED', 'valkey+sentinel://user:hunter2@host:26379/main'],
    ['NOT_SUPPORTED', 'valkey+cluster://user:hunter2@host:6379'],
  ])('a URL that leads nowhere is %s at first use, without the password: %s', async (code, url) => {
    configure({ url });
    const error = await OrdersStream.emit(order).catch((thrown: unknown) => thrown);
    expect(PspfError.is(error, code as PspfError['code'])).toBe(true);
    expect(String(error)).not.toContain('hunter2');
  });
});

describe('memory:', () => {
  test('is one place per name in the process, with one warning', async () => {
    const warnings: string[] = [];
    const logger = { warn: (text: string) => warnings.push(text), error() {} };
    const [a, b, c] = ['memory:shared', 'memory:shared', 'memory:other'].map((url) =>
      openBackend({ url, logger }),
    );
    if (a === undefined || b === undefined || c === undefined) throw new Error('no backend');
    await new OrdersStream({ backend: a }).emit(order);
    const source = { key: 'orders', group: 'g' };
    await b.ensureGroup(source, { from: 'start', dlq: '{orders}:dlq' });
    await c.ensureGroup(source, { from: 'start', dlq: '{orders}:dlq' });
    expect((await b.inspect(source)).length).toBe(1);
    expect((await c.inspect(source)).length).toBe(0);
    expect(warnings.filter((text) => text.includes('(shared)'))).toHaveLength(1);
  });
});

describe('a server', () => {
  test('gets and gives what was emitted', async () => {
    const keyPrefix = `connect-${process.pid}:`;
    configure({ url: inject('serverUrl'), keyPrefix, logger: false });
    const received: unknown[] = [];
    const consumer = OrdersStream.consume((payload, { key, headers, origin, attempt }) => {
      received.push({ payload, key, tenant: headers.tenant, origin, attempt });
    });
    const { origin } = await OrdersStream.emit(order, { headers: { tenant: 'a' } });
    await waitFor(() => received.length === 1);
    expect(received).toEqual([{ payload: order, key: 'c-42', tenant: 'a', origin, attempt: 1 }]);
    await shutdown();
    expect(consumer.stats().state).toBe('stopped');
  });

  test('that is not there is a clear error within the deadline, then recovers', async () => {
    const server = await startServer();
    server.kill('SIGKILL');
    const orders = new OrdersStream({
      backend: openBackend({ url: server.url }),
      emitDeadline: 400,
      logger: false,
    });
    const error = await orders.emit(order).catch((thrown: unknown) => thrown);
    expect(PspfError.is(error, 'CONNECTION') && !error.maybeWritten && error.retryable).toBe(true);
    expect(String(error)).toContain(`127.0.0.1:${server.port}`);
    await server.restart();
    await waitFor(async () => (await fate(orders.emit(order))) === 'ok', { timeout: 10_000 });
    await orders.close();
    await server.stop();
  });

  test('with another password is AUTH at once, also where nobody waits for the deadline', async () => {
    const server = await startServer({ password: 'right' });
    const url = `valkey://:wrong@127.0.0.1:${server.port}`;
    const backend = openBackend({ url });
    const orders = new OrdersStream({ backend, emitDeadline: 60_000, logger: false });
    expect(await fate(orders.emit(order))).toBe('AUTH');
    await backend.close();
    await server.stop();
  });

  test('that has no room answers through onFull: reject', async () => {
    const backend = openBackend({ url: inject('serverUrl') });
    const keyPrefix = `full-${process.pid}:`;
    const orders = new FullStream({ backend, keyPrefix });
    const fates = await Promise.all([1, 2, 3].map(() => fate(orders.emit(order))));
    expect(fates).toEqual(['ok', 'ok', 'STREAM_FULL']);
    await backend.close();
  });
});

class FullStream extends Stream<Order> {
  constructor(options: StreamOptions) {
    super(
      {
        contract: 1,
        stream: 'full',
        group: 'g',
        retry: { limit: 0, backoff: { initial: 1, factor: 1, max: 1 } },
        dlq: { maxLength: 10 },
        timeout: 1_000,
        retain: { maxLength: 2, onFull: 'reject' },
        fingerprint: '3f1c0a9be2d47756',
        validator,
      },
      options,
    );
  }
}

describe('a process', () => {
  const script = fileURLToPath(new URL('connect-child.mjs', import.meta.url));
  async function run(mode: string, env: Record<string, string>) {
    const { PSPF_URL: _, VALKEY_URL: __, ...inherited } = process.env;
    const child = spawn('node', [script, mode], { env: { ...inherited, ...env } });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const [code, signal] = await once(child, 'exit');
    return { code, signal, out: out.trim(), err };
  }

  test('that only emits ends by itself, on a server and in memory', async () => {
    expect(await run('emit', { PSPF_URL: inject('serverUrl') })).toMatchObject({
      code: 0,
      out: 'emitted',
    });
    const memory = await run('emit', { PSPF_URL: 'memory:' });
    expect(memory).toMatchObject({ code: 0, out: 'emitted' });
    expect(memory.err.trim().split('\n')).toHaveLength(1);
    expect(memory.err).toContain('no other process');
  });

  test('that emits to a server that is not there ends after the deadline, not before', async () => {
    const url = `valkey://127.0.0.1:${await freePort()}`;
    expect(await run('emit', { PSPF_URL: url })).toMatchObject({ code: 0, out: 'CONNECTION' });
  });

  test('takes PSPF_URL before VALKEY_URL, an option before both, and never memory by mistake', async () => {
    const dead = `valkey://127.0.0.1:${await freePort()}`;
    const live = inject('serverUrl');
    expect((await run('emit', { PSPF_URL: live, VALKEY_URL: dead })).out).toBe('emitted');
    expect((await run('emit', { VALKEY_URL: live })).out).toBe('emitted');
    expect((await run('configured', { PSPF_URL: live, OPTION_URL: dead })).out).toBe('CONNECTION');
    expect((await run('emit', { PSPF_URL: 'memroy:' })).out).toBe('INVALID_OPTION');
  });

  test('drains at SIGTERM: the handler ends, emits are written, the exit is that of the signal', async () => {
    expect(await run('drain', { PSPF_URL: inject('serverUrl') })).toMatchObject({
      signal: 'SIGTERM',
      out: 'handling\nhandled\nwritten',
    });
  });

  test('may shut down inside a handler', async () => {
    expect(await run('inside', { PSPF_URL: inject('serverUrl') })).toMatchObject({
      code: 0,
      out: 'shut down\nhandled: 1',
    });
  });
});

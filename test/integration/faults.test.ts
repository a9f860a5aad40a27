import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { type Consumer, openBackend, PspfError, type StreamOptions } from '@pspf/runtime';
import { waitFor, waitForHandled } from '@pspf/runtime/testing';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { type ForeignClient, foreignClient } from '../support/server/foreign-client.js';
import { freePort } from '../support/server/free-port.js';
import {
  type RunningServer,
  type ServerOptions,
  startServer,
} from '../support/server/start-server.js';
import { type Job, JobsStream } from './job-stream.js';

// Bad input and broken servers as a user of a generated class meets them, on a real server.

const url = inject('serverUrl');
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function ownServer(options?: ServerOptions): Promise<RunningServer> {
  const server = await startServer(options);
  cleanups.push(() => server.stop());
  return server;
}

interface Given extends StreamOptions {
  readonly credentials?: () => { readonly password: string };
}

function jobsOn(server: string, { credentials, ...options }: Given = {}): JobsStream {
  const backend = openBackend({
    url: server,
    ...(credentials === undefined ? {} : { credentials }),
  });
  cleanups.push(() => backend.close());
  return new JobsStream({ backend, logger: false, emitDeadline: 500, ...options });
}

function consume(
  jobs: JobsStream,
  handler: Parameters<JobsStream['consume']>[0],
  options: Parameters<JobsStream['consume']>[1] = {},
): Consumer {
  const consumer = jobs.consume(handler, { signals: false, block: 200, ...options });
  cleanups.push(() => consumer.stop({ deadline: 300 }));
  return consumer;
}

/** Names of its own on the shared server, and what is there. */
async function place() {
  const { hostname, port, password } = new URL(url);
  const client = await foreignClient({
    host: hostname,
    port: Number(port || 6379),
    password: password === '' ? undefined : decodeURIComponent(password),
  });
  cleanups.push(() => client.disconnect());
  const keyPrefix = `faults-${randomUUID()}:`;
  const key = `${keyPrefix}jobs`;
  return { client, keyPrefix, key, letters: () => lettersOf(client, `{${key}}:dlq`) };
}

async function lettersOf(client: ForeignClient, dlq: string): Promise<Record<string, string>[]> {
  const entries = await client.xrange(dlq, '-', '+');
  return entries.map(([, fields]) => {
    const pairs = fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1]]] : []));
    return Object.fromEntries(pairs);
  });
}

async function failure(promise: Promise<unknown>): Promise<PspfError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (PspfError.is(error)) return error;
  throw new Error('expected a PspfError', { cause: error });
}

const emits = (jobs: JobsStream, id: string) =>
  jobs.emit({ id }).then(
    () => true,
    () => false,
  );

describe('a server that is not there', () => {
  test('an emit says so within its deadline, a consumer waits, and both go on when it comes', async () => {
    const server = await ownServer();
    server.kill('SIGKILL');
    const jobs = jobsOn(server.url);
    const seen = new Set<string>();
    const consumer = consume(jobs, ({ id }) => seen.add(id));
    const error = await failure(jobs.emit({ id: 'a' }));
    expect(error).toMatchObject({ code: 'CONNECTION', retryable: true, maybeWritten: false });
    expect(error.message).toContain(`127.0.0.1:${server.port}`);
    expect(consumer.stats()).toMatchObject({ ready: false, state: 'starting' });
    await server.restart();
    await waitFor(() => emits(jobs, 'b'), { timeout: 20_000 });
    await waitFor(() => seen.has('b'), { timeout: 20_000 });
    await consumer.ready;
  });

  // bullmq#2430
  test('stop() before the connection stands ends, says so by ready, and leaves nothing behind', async () => {
    const jobs = jobsOn(`valkey://127.0.0.1:${await freePort()}`);
    const consumer = consume(jobs, () => {});
    await consumer.stop();
    await consumer.done;
    await expect(consumer.ready).rejects.toMatchObject({ code: 'CLOSED' });
    await jobs.close();
  });
});

describe('emits that nobody awaits', () => {
  test('to a frozen server are bounded: the rest is refused with BACKPRESSURE, every promise settles', async () => {
    const server = await ownServer();
    const jobs = jobsOn(server.url, { emitsInFlight: 64, emitsWaiting: 100 });
    await jobs.emit({ id: 'first' });
    server.kill('SIGSTOP');
    const codes = await Promise.all(
      Array.from(
        { length: 1_000 },
        async (_, n) => (await failure(jobs.emit({ id: `${n}` }))).code,
      ),
    );
    const refused = codes.filter((code) => code === 'BACKPRESSURE').length;
    expect(refused).toBeGreaterThanOrEqual(1_000 - 64 - 100);
    expect(refused).toBeLessThanOrEqual(1_000 - 100);
    expect(new Set(codes)).toEqual(new Set(['BACKPRESSURE', 'DEADLINE']));
    server.kill('SIGCONT');
    await waitFor(() => emits(jobs, 'last'));
  });
});

describe('a server that asks for a password', () => {
  test.each([
    ['none', undefined],
    ['a wrong one', 'guess'],
  ])('told %s, emit and ready are AUTH at once, without the password', async (_, password) => {
    const server = await ownServer({ password: 'right' });
    const credentials = password === undefined ? {} : { credentials: () => ({ password }) };
    const jobs = jobsOn(server.url, { emitDeadline: 600_000, ...credentials });
    const consumer = consume(jobs, () => {});
    const errors = await Promise.all([failure(jobs.emit({ id: 'a' })), failure(consumer.ready)]);
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'AUTH', retryable: false });
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('guess');
    }
  });

  test('told the right one later, both go on', async () => {
    const server = await ownServer({ password: 'right' });
    let password = 'guess';
    const jobs = jobsOn(server.url, { credentials: () => ({ password }) });
    const seen = new Set<string>();
    const consumer = consume(jobs, ({ id }) => seen.add(id));
    await expect(consumer.ready).rejects.toMatchObject({ code: 'AUTH' });
    password = 'right';
    await waitFor(() => emits(jobs, 'a'));
    await waitFor(() => seen.has('a'), { timeout: 20_000 });
    await waitFor(() => consumer.stats().ready);
  });
});

describe('payloads', () => {
  test('of 5 MB come through; one over the limit is refused and never sent', async () => {
    const { client, key, keyPrefix } = await place();
    const jobs = jobsOn(url, { keyPrefix, emitDeadline: 20_000 });
    const received: Job[] = [];
    consume(jobs, (job) => received.push(job));
    const large = { id: 'large', body: 'ü'.repeat(2_500_000) };
    await jobs.emit(large);
    await waitFor(() => received.length === 1, { timeout: 20_000 });
    expect(received[0]?.body === large.body).toBe(true);
    const huge = { id: 'huge', body: 'x'.repeat(16 * 1024 * 1024) };
    const error = await failure(jobs.emit(huge));
    expect(error).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', maybeWritten: false });
    expect(error.message).toContain('maxPayloadBytes');
    expect(await client.xlen(key)).toBe(1);
  });

  // pspf's Python ancestor retyped texts that look like numbers.
  test('arrive as JSON says, whatever they look like in memory', async () => {
    const { keyPrefix } = await place();
    const jobs = jobsOn(url, { keyPrefix });
    class Money {
      readonly cents = 5;
    }
    const deep = JSON.parse(`${'['.repeat(1_000)}${']'.repeat(1_000)}`);
    const bodies: readonly unknown[] = [
      ...['123', '1e5', 'true', '', '{"a":1}', '\ud800', 'a\u0000b', 'Zürich ☃ 😀'],
      ...[
        -0,
        Number.POSITIVE_INFINITY,
        Number.NaN,
        1e21,
        new Date(0),
        new Date(Number.NaN),
        new Money(),
        deep,
      ],
      ...[new Map([[1, 2]]), [undefined, () => {}], { toJSON: () => ['from toJSON'] }],
      ...[JSON.parse('{"__proto__":{"admin":true}}'), Object.assign(Object.create(null), { a: 1 })],
    ];
    const received: unknown[] = [];
    consume(jobs, ({ body }) => received.push(body));
    for (const [n, body] of bodies.entries()) await jobs.emit({ id: `${n}`, body });
    await waitFor(() => received.length === bodies.length);
    expect(received).toStrictEqual(bodies.map((body) => JSON.parse(JSON.stringify(body))));
    expect(Object('').admin).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['a BigInt', 1n],
    [
      'a getter that throws',
      {
        get broken() {
          throw new Error('no');
        },
      },
    ],
    ['nesting beyond the stack', JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
    ['a revoked proxy', revoked()],
  ])('that JSON cannot say are refused: %s', async (_, body) => {
    const { client, key, keyPrefix } = await place();
    const error = await failure(jobsOn(url, { keyPrefix }).emit({ id: 'a', body }));
    expect(error.code).toBe('UNSERIALIZABLE');
    expect(await client.exists(key)).toBe(0);
  });
});

// spring-data-redis#1802, #2919
test('entries without `data`, or whose `data` is no JSON, go to the dead letters; those behind them are handled', async () => {
  const { client, key, keyPrefix, letters } = await place();
  const jobs = jobsOn(url, { keyPrefix });
  const seen: string[] = [];
  consume(jobs, ({ id }) => seen.push(id));
  await client.xadd(key, '*', 'payload', 'no field data');
  await client.xadd(key, '*', 'data', '{"id":"a"');
  await client.xadd(key, '*', 'data', '');
  await client.xadd(key, '*', 'data', '{"id":"a"}', 'data', '{"id":"b"}');
  await client.xadd(key, '*', 'data', '{"id":5}');
  await client.xadd(key, '*', 'data', '{"id":"good"}');
  await waitFor(async () => (await letters()).length === 5 && seen.length === 1);
  const told = (await letters()).map((letter) => [letter['dlq:reason'], letter.data]);
  expect(told.sort()).toEqual(
    [
      ['undecodable', undefined],
      ['undecodable', '{"id":"a"'],
      ['undecodable', ''],
      ['undecodable', '{"id":"b"}'],
      ['invalid', '{"id":5}'],
    ].sort(),
  );
  expect(seen).toEqual(['good']);
});

// bull#2029, pg-boss#339
test('whatever a handler throws is retried, and its dead letter says what it was in 16 KB', async () => {
  const { client, key, keyPrefix, letters } = await place();
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const long = new Error(`first words ${'x'.repeat(5_000_000)}`);
  const values: readonly (readonly [unknown, string])[] = [
    [undefined, 'undefined'],
    [null, 'null'],
    ['a text', 'a text'],
    [5n, '5n'],
    [circular, 'self'],
    [revoked(), 'Proxy'],
    [long, 'first words'],
    [new Error('outer', { cause: new Error('inner') }), 'inner'],
    [new AggregateError([new Error('one of two'), new Error('two of two')], 'all'), 'two of two'],
    [Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`k${n}`, n])), 'k0'],
  ];
  const jobs = jobsOn(url, { keyPrefix });
  const consumer = consume(jobs, ({ id }, { attempt }) => {
    const [value] = values[Number(id)] ?? [];
    if (attempt === 1) throw value;
    return Promise.reject(value);
  });
  for (const n of values.keys()) await jobs.emit({ id: `${n}` });
  await waitForHandled(consumer, values.length, { timeout: 20_000 });
  const byId = new Map(
    (await letters()).map((letter) => [JSON.parse(letter.data ?? '').id, letter]),
  );
  for (const [n, [, words]] of values.entries()) {
    const letter = byId.get(`${n}`);
    expect(letter).toMatchObject({ 'dlq:reason': 'failed', 'dlq:attempts': '2' });
    expect(letter?.['dlq:error']).toContain(words);
    expect(Buffer.byteLength(letter?.['dlq:error'] ?? '')).toBeLessThanOrEqual(16_384);
  }
  expect((await client.xpending(key, 'workers'))[0]).toBe(0);
});

describe('a stream that vanishes under its consumers', () => {
  // faststream#2611, #3106
  test.each<[string, (client: ForeignClient, server: RunningServer) => Promise<unknown>]>([
    ['DEL', (client) => client.del('jobs')],
    ['FLUSHALL', (client) => client.flushall()],
    ['XGROUP DESTROY', (client) => client.xgroup('DESTROY', 'jobs', 'workers')],
    ['a restart without persistence', (_, server) => server.restart()],
  ])(
    'by %s: an idle one reads what comes next, though a producer is quicker',
    async (_, vanish) => {
      const server = await ownServer();
      const client = await server.client();
      const jobs = jobsOn(server.url, { emitDeadline: 5_000 });
      const seen = new Set<string>();
      const consumer = consume(jobs, ({ id }) => seen.add(id));
      await consumer.ready;
      await waitFor(() => consumer.stats().ready);
      await vanish(client, server);
      await Promise.all(['a', 'b', 'c'].map((id) => jobs.emit({ id })));
      await waitFor(() => seen.size === 3, { timeout: 20_000 });
      expect(consumer.stats().state).toBe('running');
    },
  );
});

test('scripts flushed and connections cut under load: all is handled, and no more names than consumers are left on the server', async () => {
  const server = await ownServer();
  const client = await server.client();
  const jobs = jobsOn(server.url, { emitDeadline: 5_000 });
  const handled = new Set<string>();
  const consumers = [1, 2].map(() =>
    consume(jobs, ({ id }) => handled.add(id), { claimIdle: 1_000, recovery: 100 }),
  );
  const acknowledged = new Set<string>();
  for (let round = 0; round < 20; round += 1) {
    const emitting = Array.from({ length: 25 }, async (_, n) => {
      const id = `${round}/${n}`;
      if (await emits(jobs, id)) acknowledged.add(id);
    });
    if (round % 2 === 0) await client.script('FLUSH');
    else await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await Promise.all(emitting);
  }
  await waitFor(() => [...acknowledged].every((id) => handled.has(id)), { timeout: 20_000 });
  await waitFor(async () => (await client.xpending('jobs', 'workers'))[0] === 0);
  const names = await client.xinfo('CONSUMERS', 'jobs', 'workers');
  expect(Array.isArray(names) && names.length <= 2).toBe(true);
  await Promise.all(consumers.map((consumer) => consumer.stop()));
  expect(await client.xinfo('CONSUMERS', 'jobs', 'workers')).toEqual([]);
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

import { randomUUID } from 'node:crypto';
import { type Consumer, openBackend, type StreamOptions } from '@pspf/runtime';
import { waitFor } from '@pspf/runtime/testing';
import { afterEach, expect, test } from 'vitest';
import { startProxy } from '../support/proxy.js';
import { type RunningServer, startServer } from '../support/server/start-server.js';
import { JobsStream } from './job-stream.js';

// Connections and servers that break in the ways that lost messages elsewhere, met by a generated class.

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function ownServer(): Promise<RunningServer> {
  const server = await startServer();
  cleanups.push(() => server.stop());
  return server;
}

async function proxyTo(server: RunningServer) {
  const proxy = await startProxy(server.port);
  cleanups.push(() => proxy.stop());
  return { ...proxy, url: `valkey://127.0.0.1:${proxy.port}` };
}

function jobsOn(url: string, options: StreamOptions = {}): JobsStream {
  const backend = openBackend({ url });
  cleanups.push(() => backend.close());
  return new JobsStream({ backend, logger: false, ...options });
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

// Row 30: iovalkey resent a cut write, one script stored four times.
test('answers lost on their way: what was acknowledged is stored once, what was not at most once', async () => {
  const server = await ownServer();
  const proxy = await proxyTo(server);
  const jobs = jobsOn(proxy.url, { emitDeadline: 2_000 });
  const acknowledged: string[] = [];
  const uncertain: unknown[] = [];
  for (let round = 0; round < 15; round += 1) {
    proxy.cutAtNextAnswer();
    const emitting = Array.from({ length: 10 }, async (_, n) => {
      const id = `${round}/${n}`;
      await jobs.emit({ id }).then(
        () => acknowledged.push(id),
        (error: unknown) => uncertain.push(error),
      );
    });
    await Promise.all(emitting);
  }
  const client = await server.client();
  const stored = (await client.xrange('jobs', '-', '+')).map(
    ([, fields]) => JSON.parse(fields[1] ?? '').id,
  );
  expect(new Set(stored).size).toBe(stored.length);
  expect(stored).toEqual(expect.arrayContaining(acknowledged));
  expect(uncertain.length).toBeGreaterThan(0);
  for (const error of uncertain) {
    expect(error).toMatchObject({ code: 'CONNECTION', maybeWritten: true });
  }
});

// Rows 2, 5, 31: a half-open read delivered fifty entries into a dead socket.
test('what a read delivered into a dead socket is handled by the same consumer over a new one', async () => {
  const server = await ownServer();
  const proxy = await proxyTo(server);
  const seen: string[] = [];
  const consumer = consume(jobsOn(proxy.url), ({ id }) => seen.push(id), { block: 1_000 });
  await consumer.ready;
  const client = await server.client();
  await waitFor(async () => String(await client.call('CLIENT', 'LIST')).includes('cmd=xreadgroup'));
  proxy.freeze();
  await jobsOn(server.url).emitMany(Array.from({ length: 50 }, (_, n) => ({ id: `${n}` })));
  await waitFor(() => seen.length >= 50, { timeout: 20_000 });
  expect(new Set(seen).size).toBe(50);
  await waitFor(async () => (await client.xpending('jobs', 'workers'))[0] === 0);
  expect(consumer.stats()).toMatchObject({ lost: 0, deadLettered: 0 });
});

// Row 34: READONLY after a demotion, for ever on the same socket. Row 4: UNBLOCKED ended the loop.
test('a primary that is demoted and promoted again is read and written on', async () => {
  const server = await ownServer();
  const client = await server.client();
  const jobs = jobsOn(server.url, { emitDeadline: 500 });
  const seen = new Set<string>();
  const consumer = consume(jobs, ({ id }) => seen.add(id));
  await jobs.emit({ id: 'before' });
  await waitFor(() => seen.has('before'));
  await client.call('REPLICAOF', '127.0.0.1', '1');
  await expect(jobs.emit({ id: 'while' })).rejects.toMatchObject({
    code: 'NOT_PRIMARY',
    retryable: true,
    maybeWritten: false,
  });
  await client.call('REPLICAOF', 'NO', 'ONE');
  await waitFor(() =>
    jobs.emit({ id: 'after' }).then(
      () => true,
      () => false,
    ),
  );
  await waitFor(() => seen.has('after'), { timeout: 20_000 });
  await waitFor(() => consumer.stats().ready, { timeout: 20_000 });
});

// Row 4
test.each(['ERROR', 'TIMEOUT'])(
  'a read that is unblocked with %s is followed by another',
  async (how) => {
    const server = await ownServer();
    const client = await server.client();
    const jobs = jobsOn(server.url);
    const seen = new Set<string>();
    const consumer = consume(jobs, ({ id }) => seen.add(id), { block: 60_000 });
    await consumer.ready;
    const reader = await waitFor(async () => {
      const list = String(await client.call('CLIENT', 'LIST'));
      return /id=(\d+) .*cmd=xreadgroup/.exec(list)?.[1];
    });
    await client.call('CLIENT', 'UNBLOCK', reader, how);
    await jobs.emit({ id: 'after' });
    await waitFor(() => seen.has('after'));
  },
);

// Rows 15, 33: trimmed entries reclaimed 1,400 times; XCLAIM removed them without a word. Row 17: XDEL by one group.
test('entries deleted while they are pending are counted as lost, and a consumer deletes none itself', async () => {
  const server = await ownServer();
  const client = await server.client();
  const jobs = jobsOn(server.url);
  const reasons: unknown[] = [];
  const consumer = consume(
    jobs,
    ({ id }, { signal }) => {
      if (id === 'kept') return undefined;
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(reasons.push(signal.reason)));
      });
    },
    { claimIdle: 600, recovery: 50 },
  );
  await jobs.emit({ id: 'kept' });
  const { id } = await jobs.emit({ id: 'deleted' });
  await waitFor(() => consumer.stats().running === 1 && consumer.stats().done === 1);
  await client.xdel('jobs', id);
  await waitFor(() => reasons.length === 1);
  expect(reasons).toMatchObject([{ code: 'ABORTED', id }]);
  await waitFor(async () => (await client.xpending('jobs', 'workers'))[0] === 0);
  expect(consumer.stats()).toMatchObject({ lost: 1, done: 1, failed: 0 });
  expect(await client.xlen('jobs')).toBe(1);
});

// Rows 10, 11: names of consumers leaked, or were deleted with what was pending.
test('a hundred consumers that come and go leave no name, no listener and no connection', async () => {
  const server = await ownServer();
  const client = await server.client();
  const jobs = jobsOn(server.url);
  const listeners = process.listenerCount('SIGTERM');
  for (let round = 0; round < 10; round += 1) {
    const consumers = Array.from({ length: 10 }, () => jobs.consume(() => {}, { group: 'g' }));
    await Promise.all(consumers.map(({ ready }) => ready));
    await Promise.all(consumers.map((consumer) => consumer.stop()));
  }
  expect(await client.xinfo('CONSUMERS', 'jobs', 'g')).toEqual([]);
  expect(process.listenerCount('SIGTERM')).toBe(listeners);
  await waitFor(
    async () => !String(await client.call('CLIENT', 'LIST')).includes('name=pspf-reader'),
  );
});

// Row 26: two subscriptions in one process.
test('two groups in one process each get everything, and one class serves both', async () => {
  const server = await ownServer();
  const jobs = jobsOn(server.url);
  const seen = new Map<string, string[]>();
  for (const group of ['billing', 'shipping ☃']) {
    const ids: string[] = [];
    seen.set(group, ids);
    consume(jobs, ({ id }) => ids.push(id), { group, concurrency: 1 });
  }
  const ids = Array.from({ length: 30 }, () => randomUUID());
  for (const id of ids) await jobs.emit({ id });
  await waitFor(() => [...seen.values()].every((each) => each.length === 30));
  for (const each of seen.values()) expect(each).toEqual(ids);
});

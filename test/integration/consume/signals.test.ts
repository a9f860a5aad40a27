import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { HANDBACK } from '../../../runtime/dist/backend/backend.js';
import { type ForeignClient, foreignClient } from '../../support/server/foreign-client.js';
import { until } from '../../support/until.js';
import { Worker, type WorkerSettings } from './worker.js';

const url = inject('serverUrl');
let stream: string;
let client: ForeignClient;
let workers: Worker[];

beforeEach(async () => {
  stream = `jobs-${randomUUID()}`;
  workers = [];
  const { hostname, port, password } = new URL(url);
  client = await foreignClient({
    host: hostname,
    port: Number(port || 6379),
    password: password === '' ? undefined : decodeURIComponent(password),
  });
});

afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.end()));
  client.disconnect();
});

async function start(settings: Partial<WorkerSettings> = {}): Promise<Worker> {
  const worker = launch(settings);
  await worker.heard('ready');
  return worker;
}

function launch(settings: Partial<WorkerSettings> = {}): Worker {
  const worker = new Worker({ url, streams: [stream], ...settings });
  workers.push(worker);
  return worker;
}

async function add(...jobs: { id: string; do?: string; customer?: string }[]): Promise<string[]> {
  const ids = await Promise.all(
    jobs.map((job) => client.xadd(stream, '*', 'data', JSON.stringify(job))),
  );
  return ids.map((id) => id ?? '');
}

interface Pending {
  readonly id: string;
  readonly consumer: string;
  readonly count: number;
}

async function pending(): Promise<Pending[]> {
  const rows = await client.xpending(stream, 'workers', '-', '+', 1_000);
  return rows.map((row) => {
    const [id, consumer, , count] = Array.isArray(row) ? row : [];
    return { id: String(id), consumer: String(consumer), count: Number(count) };
  });
}

test('SIGTERM: running handlers finish and are acknowledged, the rest starts elsewhere meanwhile, none twice', async () => {
  const leaving = await start({ options: { concurrency: 2 } });
  const jobs = ['a', 'b', 'c', 'd'].map((id, n) => ({ id, do: n < 2 ? 'wait' : 'nothing' }));
  await add(...jobs);
  await leaving.heard('start', 2);
  await until(async () => (await pending()).length === 4);
  const staying = await start();
  leaving.kill('SIGTERM');
  // The leaving one still runs its two: the hand-over does not wait for them.
  await staying.heard('end', 2);
  expect(leaving.running).toBe(true);
  leaving.open();
  expect(await leaving.exited).toEqual({ code: null, signal: 'SIGTERM' });

  expect(leaving.ids('end').sort()).toEqual(['a', 'b']);
  expect(staying.ids('end').sort()).toEqual(['c', 'd']);
  expect(staying.told.filter(({ what }) => what === 'start').map(({ attempt }) => attempt)).toEqual(
    [1, 1],
  );
  expect(leaving.ids('afterwards').length).toBe(1);
  await until(async () => (await pending()).length === 0);
  const [name = ''] = leaving.told.find(({ what }) => what === 'ready')?.names ?? [];
  const consumers = await client.xinfo('CONSUMERS', stream, 'workers');
  expect(name).not.toBe('');
  expect(JSON.stringify(consumers)).not.toContain(name);
});

test('SIGINT does the same', async () => {
  const worker = await start();
  worker.kill('SIGINT');
  expect(await worker.exited).toEqual({ code: null, signal: 'SIGINT' });
});

test('a second signal ends the process at once', async () => {
  const worker = await start();
  await add({ id: 'a', do: 'hang' });
  await worker.heard('start');
  worker.kill('SIGTERM');
  await until(async () => {
    worker.kill('SIGTERM');
    return !worker.running;
  });
  expect(await worker.exited).toEqual({ code: 143, signal: null });
});

test('an application that listens itself keeps the last word', async () => {
  const worker = await start({ ownListener: true });
  worker.kill('SIGTERM');
  await worker.heard('library gone');
  expect(await worker.exited).toEqual({ code: 7, signal: null });
});

test('with signals: false a signal does what it did before', async () => {
  const worker = await start({ options: { signals: false } });
  await add({ id: 'a', do: 'wait' });
  await worker.heard('start');
  worker.kill('SIGTERM');
  expect(await worker.exited).toEqual({ code: null, signal: 'SIGTERM' });
  expect(worker.ids('afterwards')).toEqual([]);
  expect((await pending()).map(({ count }) => count)).toEqual([1]);
});

test('all consumers of a process drain, then what they share is closed, once', async () => {
  const other = `more-${randomUUID()}`;
  const worker = await start({ streams: [stream, other] });
  await add({ id: 'a', do: 'wait' });
  await client.xadd(other, '*', 'data', JSON.stringify({ id: 'b', do: 'wait' }));
  await worker.heard('start', 2);
  worker.kill('SIGTERM');
  worker.open();
  expect(await worker.exited).toEqual({ code: null, signal: 'SIGTERM' });
  expect(worker.ids('end').sort()).toEqual(['a', 'b']);
  expect(worker.told.at(-1)).toEqual({ what: 'afterwards' });
  expect(worker.ids('afterwards').length).toBe(1);
});

test('a process in which nothing consumes any more ends by itself, and listens for no signal', async () => {
  const worker = await start({ stopWhenDone: true });
  worker.open();
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  expect(worker.told.at(-1)).toEqual({ what: 'closed', listeners: 0 });
});

test('kill -9: a sibling takes over what was held, started or not', async () => {
  const options = { claimIdle: 600, recovery: 100, concurrency: 2 };
  const dying = await start({ options });
  await add({ id: 'a', do: 'wait' }, { id: 'b', do: 'wait' }, { id: 'c' }, { id: 'd' });
  await dying.heard('start', 2);
  await until(async () => (await pending()).length === 4);
  dying.kill('SIGKILL');
  await dying.exited;
  const sibling = await start({ options });
  await sibling.heard('start', 2);
  sibling.open();
  await sibling.heard('end', 4);
  expect(sibling.ids('end').sort()).toEqual(['a', 'b', 'c', 'd']);
  await until(async () => (await pending()).length === 0);
});

test('a frozen process that wakes up settles nothing that another has taken over', async () => {
  const options = { claimIdle: 600, recovery: 100 };
  const frozen = await start({ options });
  const [entry] = await add({ id: 'a', do: 'wait' });
  await frozen.heard('start');
  frozen.kill('SIGSTOP');
  const sibling = await start({ options });
  await sibling.heard('start');
  frozen.open();
  frozen.kill('SIGCONT');
  await frozen.until(({ told }) =>
    told.some(({ what }) => what === 'settle-refused' || what === 'end'),
  );
  await frozen.heard('end');
  frozen.kill('SIGTERM');
  await frozen.exited;
  expect(await pending()).toMatchObject([{ id: entry, count: 2 }]);
  sibling.open();
  await sibling.heard('end');
  await until(async () => (await pending()).length === 0);
  expect(await client.xlen(`{${stream}}:dlq`)).toBe(0);
});

test('an entry that kills its process ends as a dead letter, crashed; none of its neighbours does', async () => {
  const settings = {
    options: { claimIdle: 400, recovery: 50, concurrency: 4 },
    retry: { limit: 2, backoff: { initial: 20, factor: 1, max: 20 } },
  };
  const innocents = Array.from({ length: 12 }, (_, n) => `n${n}`);
  await client.xgroup('CREATE', stream, 'workers', '0', 'MKSTREAM');
  await add(
    ...innocents.slice(0, 6).map((id) => ({ id })),
    { id: 'poison', do: 'crash' },
    ...innocents.slice(6).map((id) => ({ id })),
  );
  const dlq = `{${stream}}:dlq`;
  const crashes: (NodeJS.Signals | null)[] = [];
  // A supervisor: starts it again whenever it dies.
  while ((await client.xlen(dlq)) === 0) {
    const worker = launch(settings);
    const done = until(async () => (await client.xlen(dlq)) > 0 || !worker.running);
    await done;
    if (!worker.running) crashes.push((await worker.exited).signal);
  }
  await until(async () => (await pending()).length === 0);
  expect(crashes).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL']);
  const handled = workers.flatMap((worker) => worker.ids('end'));
  expect([...new Set(handled)].sort()).toEqual([...innocents].sort());
  const letters = await client.xrange(dlq, '-', '+');
  expect(letters.length).toBe(1);
  const fields = letters[0]?.[1] ?? [];
  expect(fields[fields.indexOf('dlq:reason') + 1]).toBe('crashed');
  expect(fields[fields.indexOf('dlq:attempts') + 1]).toBe('3');
  expect(fields[fields.indexOf('data') + 1]).toContain('poison');
});

test('what was handed back waits for whoever comes, uncounted', async () => {
  const worker = await start({ options: { concurrency: 1 } });
  await add({ id: 'a', do: 'wait' }, { id: 'b' });
  await worker.heard('start');
  await until(async () => (await pending()).length === 2);
  worker.kill('SIGTERM');
  await until(async () => (await pending()).some(({ consumer }) => consumer === HANDBACK));
  worker.open();
  await worker.exited;
  expect(await pending()).toMatchObject([{ consumer: HANDBACK, count: 0 }]);
  const next = await start();
  await next.heard('end');
  expect(next.told.find(({ what }) => what === 'start')).toMatchObject({ id: 'b', attempt: 1 });
});

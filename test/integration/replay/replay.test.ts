import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type ConsumeOptions, openBackend, RejectError, type StreamBackend } from '@pspf/runtime';
import { Stream, type StreamDefinition } from '@pspf/runtime/generated';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { HANDBACK } from '../../../runtime/dist/backend/backend.js';
import { type ForeignClient, foreignClient } from '../../support/server/foreign-client.js';
import { type RunningServer, startServer } from '../../support/server/start-server.js';
import { Worker, type WorkerSettings } from '../consume/worker.js';

interface Job {
  readonly id: string;
  readonly do?: string;
  readonly customer?: string;
}

const isJob = (payload: unknown): payload is Job =>
  typeof payload === 'object' && payload !== null && 'id' in payload;

/** As generated code has it, but for the name: each test has a stream of its own. */
class Jobs extends Stream<Job> {
  constructor(stream: string, backend: StreamBackend) {
    const definition: StreamDefinition<Job> = {
      contract: 1,
      stream,
      group: 'workers',
      retry: { limit: 2, backoff: { initial: 20, factor: 1, max: 20 } },
      dlq: { maxLength: 10_000 },
      timeout: 60_000,
      retain: 'none',
      fingerprint: '0123456789abcdef',
      validator: { write: isJob, read: isJob, explain: () => [] },
    };
    super(definition, { backend, logger: false });
  }
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const cleanups: (() => unknown)[] = [];
let url: string;
let stream: string;
let dlq: string;
let replays: string;
let client: ForeignClient;

beforeEach(async () => {
  stream = `jobs-${randomUUID()}`;
  dlq = `{${stream}}:dlq`;
  replays = `{${stream}}:replay:workers`;
  url = inject('serverUrl');
  const { hostname, port, password } = new URL(url);
  client = await foreignClient({
    host: hostname,
    port: Number(port || 6379),
    password: password === '' ? undefined : decodeURIComponent(password),
  });
  cleanups.push(() => client.disconnect());
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function jobsAt(where: string): Jobs {
  const backend = openBackend({ url: where });
  const jobs = new Jobs(stream, backend);
  cleanups.push(async () => {
    await jobs.close();
    await backend.close();
  });
  return jobs;
}

async function worker(settings: Partial<WorkerSettings> = {}): Promise<Worker> {
  const started = new Worker({ url, streams: [stream], ...settings });
  cleanups.push(() => started.end());
  await started.heard('ready');
  return started;
}

async function until(holds: () => Promise<boolean> | boolean, pace = 20): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, pace));
}

/** Jobs as dead letters of the group `workers`: rejected once, by a consumer that is gone again. */
async function rejected(jobs: Jobs, ...payloads: readonly Job[]): Promise<string[]> {
  const consumer = jobs.consume(
    () => {
      throw new RejectError('not today');
    },
    { signals: false, concurrency: 1 },
  );
  await jobs.emitMany(payloads);
  await until(() => consumer.stats().deadLettered === payloads.length);
  await consumer.stop();
  return (await client.xrange(dlq, '-', '+')).map(([id]) => id);
}

const nothingLeft = async () =>
  (await client.xlen(replays)) === 0 &&
  Number((await client.xpending(replays, 'workers'))[0]) === 0;

async function fieldsOf(key: string): Promise<string[][]> {
  return (await client.xrange(key, '-', '+')).map(([, fields]) => fields);
}

function field(fields: readonly string[] | undefined, name: string): string | undefined {
  return fields?.[fields.indexOf(name) + 1];
}

// the Python framework we come from: a replay reaches every group, and drops user fields
test('a replay reaches the failed group of two, byte for byte', async () => {
  const jobs = jobsAt(url);
  const seen: string[] = [];
  const consume = (group: string, options: ConsumeOptions = {}) =>
    jobs.consume(
      ({ id }, { origin, attempt }) => {
        seen.push(`${group} ${id} ${origin} ${attempt}`);
        if (group === 'workers' && seen.length <= 2) throw new RejectError('not today');
      },
      { group, signals: false, ...options },
    );
  const billing = consume('billing');
  await billing.ready;
  const workers = consume('workers');
  await workers.ready;
  const odd = Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d]);
  const id = await client.xadd(stream, '*', 'data', '{"id":"a"}', odd, odd, 'h:x', '', 'x', odd);
  await until(() => workers.stats().deadLettered === 1 && billing.stats().done === 1);
  await workers.stop();
  const [letter = ''] = (await client.xrange(dlq, '-', '+')).map(([each]) => each);
  const original = (await client.xrangeBuffer(stream, '-', '+'))[0]?.[1] ?? [];

  expect((await jobs.replay('all')).replayed).toEqual([letter]);
  const moved = (await client.xrangeBuffer(replays, '-', '+'))[0]?.[1];
  expect(moved).toEqual([...original, Buffer.from('replay:of'), Buffer.from(`${stream}/${id}`)]);
  expect(await client.xlen(dlq)).toBe(0);
  expect((await jobs.replay([letter])).missing).toEqual([letter]);

  const again = consume('workers');
  await until(() => again.stats().done === 1);
  await until(nothingLeft);
  // A job that came later shows that billing has nothing before it.
  await jobs.emit({ id: 'b' });
  await until(() => billing.stats().done === 2 && again.stats().done === 2);
  expect(seen.filter((line) => line.includes(' a '))).toEqual([
    ...seen.slice(0, 2),
    `workers a ${stream}/${id} 1`,
  ]);
});

test('a replay to a group that nobody made is a clear error', async () => {
  const jobs = jobsAt(url);
  const letters = await rejected(jobs, { id: 'a' });
  for (const ids of ['all', letters[0] ?? '']) {
    await expect(jobs.replay(ids, { group: 'wrokers' })).rejects.toMatchObject({
      code: 'GROUP_MISSING',
      stream,
      message: expect.stringContaining('"wrokers"'),
    });
  }
  expect(await client.xlen(dlq)).toBe(1);
  expect(await client.exists(`{${stream}}:replay:wrokers`)).toBe(0);
});

describe('a process that dies', () => {
  test('with a replayed entry leaves it to a sibling', async () => {
    const jobs = jobsAt(url);
    await rejected(jobs, { id: 'a', do: 'wait' }, { id: 'b', do: 'wait' });
    const options = { claimIdle: 600, recovery: 100 };
    const dying = await worker({ options });
    await jobs.replay('all');
    await dying.heard('start', 2);
    dying.kill('SIGKILL');
    await dying.exited;
    const sibling = await worker({ options });
    sibling.open();
    await sibling.heard('end', 2);
    const runs = sibling.told.filter(({ what }) => what === 'start');
    expect(runs.map(({ id, attempt }) => `${id} ${attempt}`).sort()).toEqual(['a 2', 'b 2']);
    await until(nothingLeft);
  });

  test('of a replayed entry, each time, has it dead-lettered again with its first origin', async () => {
    const jobs = jobsAt(url);
    await rejected(jobs, { id: 'n1' }, { id: 'poison', do: 'crash' }, { id: 'n2' });
    const before = (await fieldsOf(dlq)).find((fields) =>
      field(fields, 'data')?.includes('poison'),
    );
    await jobs.replay('all');
    const settings = {
      options: { claimIdle: 400, recovery: 50, concurrency: 4 },
      retry: { limit: 2, backoff: { initial: 20, factor: 1, max: 20 } },
    };
    const handled: string[] = [];
    let crashes = 0;
    while ((await client.xlen(dlq)) === 0) {
      const started = new Worker({ url, streams: [stream], ...settings });
      cleanups.push(() => started.end());
      await until(async () => (await client.xlen(dlq)) > 0 || !started.running);
      if (!started.running) crashes += 1;
      else await until(nothingLeft);
      handled.push(...started.ids('end'));
    }
    await until(nothingLeft);
    expect(crashes).toBe(3);
    expect([...new Set(handled)].sort()).toEqual(['n1', 'n2']);
    const [after, ...more] = await fieldsOf(dlq);
    expect(more).toEqual([]);
    expect(field(after, 'dlq:reason')).toBe('crashed');
    expect(field(after, 'dlq:attempts')).toBe('3');
    for (const name of ['data', 'dlq:stream', 'dlq:id', 'dlq:group']) {
      expect(field(after, name)).toBe(field(before, name));
    }
  });

  test('while it replays has moved some, and left the others', async () => {
    const jobs = jobsAt(url);
    const payloads = Array.from({ length: 2_000 }, (_, n) => ({ id: `j${n}` }));
    await bury(client, payloads);
    const child = spawn(process.execPath, ['--input-type=module', '-e', replayer, url, stream], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await until(async () => (await client.xlen(replays)) > 0, 0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const moved = await client.xlen(replays);
    expect(await jobsIn(client, replays, dlq)).toEqual(payloads.map(({ id }) => id).sort());
    expect((await jobs.replay('all')).replayed.length).toBe(2_000 - moved);
    expect(await jobsIn(client, replays)).toEqual(payloads.map(({ id }) => id).sort());
  });
});

test('a server that dies in the middle of a replay has moved some, and left the others', async () => {
  const server: RunningServer = await startServer({ aof: true });
  cleanups.push(() => server.stop());
  const payloads = Array.from({ length: 5_000 }, (_, n) => ({ id: `j${n}` }));
  const before = await server.client();
  await bury(before, payloads);
  const replaying = jobsAt(server.url)
    .replay('all')
    .catch(() => {});
  await until(async () => (await before.xlen(replays)) > 0, 0);
  server.kill('SIGKILL');
  await replaying;
  await server.restart();
  const after = await server.client();
  expect(await after.xlen(replays)).toBeGreaterThan(0);
  expect(await jobsIn(after, replays, dlq)).toEqual(payloads.map(({ id }) => id).sort());
});

test('SIGTERM hands back replayed entries that did not end here, uncounted', async () => {
  const jobs = jobsAt(url);
  const customer = 'c';
  await rejected(jobs, { id: 'a', do: 'wait', customer }, { id: 'b', customer }, { id: 'c' });
  const key = '/customer';
  const leaving = await worker({ key, options: { concurrency: 3, shutdownDeadline: 1_000 } });
  await jobs.replay('all');
  await leaving.heard('start', 2);
  await leaving.heard('end');
  leaving.kill('SIGTERM');
  expect(await leaving.exited).toEqual({ code: null, signal: 'SIGTERM' });
  expect(leaving.ids('end')).toEqual(['c']);
  const rows = await client.xpending(replays, 'workers', '-', '+', 10);
  expect(rows.map((row) => (Array.isArray(row) ? [row[1], row[3]] : row))).toEqual([
    [HANDBACK, 0],
    [HANDBACK, 0],
  ]);
  const sibling = await worker({ key });
  sibling.open();
  await sibling.heard('end', 2);
  const runs = sibling.told.filter(({ what }) => what === 'start');
  expect(runs.map(({ id, attempt }) => `${id} ${attempt}`)).toEqual(['a 1', 'b 1']);
  await until(nothingLeft);
});

/** A process that replays everything, one page after the other. */
const replayer = `
  import { openBackend } from './runtime/dist/index.js';
  const [, url, stream] = process.argv;
  const backend = openBackend({ url });
  const source = { key: stream, group: 'workers' };
  const dlq = '{' + stream + '}:dlq';
  let cursor = '';
  do {
    const page = await backend.deadLetters(source, { dlq, cursor, count: 100 });
    await backend.replay(source, { dlq, ids: page.letters.map(({ id }) => id) });
    cursor = page.cursor;
  } while (cursor !== '');
  await backend.close();
`;

/** Dead letters as a consumer would leave them. */
async function bury(on: ForeignClient, payloads: readonly Job[]): Promise<void> {
  await on.xgroup('CREATE', stream, 'workers', '0', 'MKSTREAM');
  const story = ['dlq:stream', stream, 'dlq:group', 'workers', 'dlq:reason', 'failed'];
  await Promise.all(
    payloads.map((payload, n) =>
      on.xadd(dlq, '*', 'data', JSON.stringify(payload), ...story, 'dlq:id', `${n + 1}-0`),
    ),
  );
}

/** Ids of the jobs in these streams, sorted: each as often as it is there. */
async function jobsIn(on: ForeignClient, ...keys: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const key of keys) {
    for (const [, fields] of await on.xrange(key, '-', '+')) {
      ids.push(JSON.parse(field(fields, 'data') ?? '').id);
    }
  }
  return ids.sort();
}

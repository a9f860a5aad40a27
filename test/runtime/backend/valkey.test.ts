import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { afterEach, describe, expect, inject, test } from 'vitest';
import type {
  AppendEntry,
  AppendResult,
  DeadLetter,
  Source,
  Token,
} from '../../../runtime/dist/backend/backend.js';
import { ValkeyStreamBackend } from '../../../runtime/dist/backend/valkey.js';
import {
  ValkeyConnector,
  type ValkeyConnectorOptions,
} from '../../../runtime/dist/backend/valkey-connector.js';
import { startProxy } from '../../support/proxy.js';
import { runModule } from '../../support/run-module.js';
import { type ForeignClient, foreignClient } from '../../support/server/foreign-client.js';
import { type ServerOptions, startServer } from '../../support/server/start-server.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function server(options: ServerOptions = {}) {
  const running = await startServer(options);
  cleanups.push(() => running.stop());
  return running;
}

async function proxy(port: number) {
  const running = await startProxy(port);
  cleanups.push(() => running.stop());
  return { ...running, url: `valkey://127.0.0.1:${running.port}` };
}

function connect(
  url: string,
  options: Omit<ValkeyConnectorOptions, 'url'> = {},
  warn: (message: string) => void = () => {},
): ValkeyStreamBackend {
  const logger = { warn, error: () => {} };
  const backend = new ValkeyStreamBackend(new ValkeyConnector({ url, ...options }), { logger });
  cleanups.push(() => backend.close());
  return backend;
}

/** A client of the shared server. */
async function shared(): Promise<ForeignClient> {
  const { hostname, port } = new URL(inject('serverUrl'));
  const client = await foreignClient({ host: hostname, port: Number(port || 6379) });
  cleanups.push(() => client.disconnect());
  return client;
}

function entry(data: string): AppendEntry {
  return { fields: ['data', data], bytes: Buffer.byteLength(data) + 4 };
}

function newSource(): Source & { readonly dlq: string } {
  const key = `orders-${randomUUID()}`;
  return { key, group: 'workers', dlq: `{${key}}:dlq` };
}

function letter(dlq: string): { readonly kind: 'dead' } & DeadLetter {
  return {
    kind: 'dead',
    dlq,
    maxLength: 1_000,
    originStream: 'orders',
    originId: '1-1',
    attempts: 1,
    reason: 'failed',
    error: 'no',
  };
}

async function readOne(backend: ValkeyStreamBackend, source: Source) {
  const reader = await backend.openReader(source, 'a');
  const [delivery] = await reader.read(1, 1_000);
  await reader.close();
  if (delivery === undefined) throw new Error('nothing was delivered');
  return delivery;
}

describe('logging in', () => {
  test('with a wrong password, or none, fails at once and tells no password', async () => {
    const { port } = await server({ password: 'right' });
    const wrong = connect(`valkey://:s3cret-guess@127.0.0.1:${port}`);
    const error = await wrong.ping().catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'AUTH', retryable: false });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('s3cret-guess');
    const none = connect(`valkey://127.0.0.1:${port}`);
    await expect(none.append('orders', [entry('1')])).rejects.toMatchObject({
      code: 'AUTH',
      message: expect.stringContaining(`127.0.0.1:${port}`),
      maybeWritten: false,
    });
  });

  test('works with user and password of any characters, and on the database asked for', async () => {
    const running = await server({ password: 'admin' });
    const password = 'p@ss:w/rd#?% ü';
    const admin = await running.client();
    await admin.call('ACL', 'SETUSER', 'us@er', 'on', `>${password}`, '~*', '+@all');
    const user = `${encodeURIComponent('us@er')}:${encodeURIComponent(password)}`;
    const backend = connect(`valkey://${user}@127.0.0.1:${running.port}/3`);
    await backend.append('orders', [entry('1')]);
    await admin.select(3);
    expect(await admin.xlen('orders')).toBe(1);
  });

  test('as a user without a password is that user, never the default one', async () => {
    const running = await server();
    const admin = await running.client();
    await admin.call('ACL', 'SETUSER', 'reader', 'on', 'nopass', '~*', '+@all');
    const url = (user: string) => running.url.replace('//', `//${user}@`);
    await connect(url('reader')).ping();
    expect(String(await admin.call('CLIENT', 'LIST'))).toContain('user=reader');
    await connect(url('default')).ping();
    await expect(connect(url('nobody')).ping()).rejects.toMatchObject({ code: 'AUTH' });
  });

  test('asks the credentials function at every connect, since passwords rotate', async () => {
    const running = await server({ password: 'first' });
    const admin = await running.client();
    let password = 'first';
    const backend = connect(running.url, { credentials: async () => ({ password }) });
    await backend.ping();
    password = 'second';
    await admin.config('SET', 'requirepass', 'second');
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await expect.poll(() => backend.ping().then(() => true, String)).toBe(true);
  });

  test('over TLS needs a certificate that is trusted', async () => {
    const running = await server({ tls: true });
    const trusting = connect(running.url, { tls: { ca: running.ca ?? '' } });
    await trusting.ping();
    await expect(connect(running.url).ping()).rejects.toMatchObject({
      code: 'CONNECTION',
      retryable: false,
      message: expect.stringContaining('`tls` options'),
    });
    const plain = connect(`valkey://127.0.0.1:${running.port}`, { patienceMs: 300 });
    await expect(plain.ping()).rejects.toMatchObject({ code: 'CONNECTION' });
  });

  test('as a user without the right to a command or key says what is missing', async () => {
    const running = await server();
    const admin = await running.client();
    await admin.call('ACL', 'SETUSER', 'reader', 'on', '>pw', '~orders', '+@read', '+client');
    const backend = connect(`valkey://reader:pw@127.0.0.1:${running.port}`);
    const [result] = await backend.append('orders', [entry('secret payload')]);
    expect(result).toMatchObject({
      status: 'failed',
      error: { code: 'FORBIDDEN', maybeWritten: false, message: expect.stringMatching(/xadd/i) },
    });
    expect(inspect(result, { depth: 10 })).not.toContain('secret payload');
  });
});

describe('a server that is not there', () => {
  test('is named inside the deadline, with what to do, and nothing was written', async () => {
    const running = await server();
    await running.stop();
    const backend = connect(running.url);
    await expect(
      backend.append('orders', [entry('1')], { deadlineMs: 1_000 }),
    ).rejects.toMatchObject({
      code: 'CONNECTION',
      retryable: true,
      maybeWritten: false,
      message: expect.stringMatching(
        new RegExp(`127\\.0\\.0\\.1:${running.port}.*ECONNREFUSED.*Check that the server runs`),
      ),
    });
  });

  test('is used as soon as it comes, by calls that already wait', async () => {
    const running = await server();
    running.kill('SIGKILL');
    const backend = connect(running.url);
    const waiting = backend.append('orders', [entry('1')], { deadlineMs: 20_000 });
    const reader = backend.openReader(newSource(), 'a');
    await running.restart();
    expect((await waiting)[0]?.status).toBe('appended');
    await (await reader).close();
  });

  test('that went away and came back is found again', async () => {
    const running = await server({ aof: true });
    const backend = connect(running.url);
    await backend.append('orders', [entry('1')]);
    await running.restart();
    await expect.poll(() => backend.ping().then(() => true, String)).toBe(true);
    await backend.append('orders', [entry('2')]);
    expect(await (await running.client()).xlen('orders')).toBe(2);
  });
});

describe('a connection that breaks', () => {
  test('between the write and its answer makes the entry uncertain, and stores it once', async () => {
    const client = await shared();
    const cutting = await proxy(Number(new URL(inject('serverUrl')).port));
    const backend = connect(cutting.url);
    await backend.ping();
    const { key } = newSource();
    cutting.cutAtNextAnswer();
    const results = await backend.append(key, [entry('1'), entry('2'), entry('3')]);
    for (const result of results) {
      expect(result).toMatchObject({
        status: 'failed',
        error: { code: 'CONNECTION', retryable: true, maybeWritten: true, stream: key },
      });
    }
    await backend.ping();
    expect(await client.xlen(key)).toBe(3);
  });

  test('again and again under load stores nothing twice and loses nothing acknowledged', async () => {
    const running = await server();
    const admin = await running.client();
    const backend = connect(running.url);
    const outcomes = new Map<string, AppendResult | undefined>();
    const lane = async (name: number): Promise<void> => {
      for (let batch = 0; batch < 60; batch += 1) {
        const names = Array.from({ length: 20 }, (_, index) => `${name}-${batch}-${index}`);
        const results = await backend.append('orders', names.map(entry)).catch(() => []);
        for (const [index, text] of names.entries()) outcomes.set(text, results[index]);
        if (name === 0 && batch % 6 === 3) {
          await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
        }
      }
    };
    await Promise.all([0, 1, 2, 3].map(lane));
    const stored = (await admin.xrange('orders', '-', '+')).map(([id, [, text]]) => [text, id]);
    const byText = new Map(stored as [string, string][]);
    expect(stored).toHaveLength(byText.size);
    let uncertain = 0;
    for (const [text, result] of outcomes) {
      if (result?.status === 'appended') expect(byText.get(text)).toBe(result.id);
      else if (result?.status === 'failed' && result.error.maybeWritten) uncertain += 1;
      else expect(byText.has(text)).toBe(false);
    }
    expect(uncertain).toBeGreaterThan(0);
  });

  test('while idle is replaced at the next call', async () => {
    const running = await server();
    const admin = await running.client();
    const backend = connect(running.url);
    await backend.ping();
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await expect.poll(() => backend.ping().then(() => true, String)).toBe(true);
  });

  test('and is only silent ends the call at its deadline, then the connection', async () => {
    const running = await server();
    const backend = connect(running.url, { patienceMs: 1_000 });
    await backend.ping();
    running.kill('SIGSTOP');
    const [result] = await backend.append('orders', [entry('1')], { deadlineMs: 100 });
    expect(result).toMatchObject({
      status: 'failed',
      error: { code: 'DEADLINE', retryable: true, maybeWritten: true },
    });
    await expect(backend.ping()).rejects.toMatchObject({ code: 'DEADLINE' });
    running.kill('SIGCONT');
    await expect.poll(() => backend.ping().then(() => true, String)).toBe(true);
  });

  test('under a reader is noticed, and ended on the server before the next one reads', async () => {
    const running = await server();
    const admin = await running.client();
    const through = await proxy(running.port);
    const backend = connect(through.url);
    const source = newSource();
    await backend.ensureGroup(source, { from: 'start', dlq: source.dlq });
    const reader = await backend.openReader(source, 'a');
    await reader.read(1, 1);
    through.freeze();
    await expect(reader.read(10, 30)).rejects.toMatchObject({ code: 'DEADLINE', retryable: true });
    await reader.close();
    const next = await backend.openReader(source, 'a');
    const readers = String(await admin.call('CLIENT', 'LIST')).match(/name=pspf-reader/g);
    expect(readers).toHaveLength(1);
    const reading = next.read(10, 5_000);
    await admin.xadd(source.key, '*', 'data', '1');
    expect((await reading).map(({ fields }) => fields)).toEqual([['data', '1']]);
  });
});

describe('a server that restarted', () => {
  test("numbers its connections anew: another program's with the number of a broken reader is left alone", async () => {
    const running = await server();
    const backend = connect(running.url);
    const source = newSource();
    await backend.ensureGroup(source, { from: 'start', dlq: source.dlq });
    const admin = await running.client();
    for (let n = 0; n < 5; n += 1) await running.client();
    const reader = await backend.openReader(source, 'a');
    const readers = String(await admin.call('CLIENT', 'LIST', 'TYPE', 'normal'));
    const broken = Number(/id=(\d+) .*name=pspf-reader/.exec(readers)?.[1]);
    await running.restart();
    await expect(reader.read(1, 1_000)).rejects.toMatchObject({ code: 'CONNECTION' });
    await reader.close();

    const others: ForeignClient[] = [];
    for (let id = 0; id < broken; ) {
      const other = await running.client();
      others.push(other);
      id = Number(await other.call('CLIENT', 'ID'));
    }
    const next = await backend.openReader(source, 'a');
    for (const other of others) expect(await other.call('PING')).toBe('PONG');
    await next.close();
  });
});

describe('a frozen server', () => {
  test('does not keep a reader from closing', async () => {
    const running = await server();
    const backend = connect(running.url);
    const source = newSource();
    await backend.ensureGroup(source, { from: 'start', dlq: source.dlq });
    const reader = await backend.openReader(source, 'a');
    const reading = reader.read(1, 60_000);
    running.kill('SIGSTOP');
    await reader.close();
    expect(await reading).toEqual([]);
    running.kill('SIGCONT');
  });
});

describe('a server that changes or refuses', () => {
  test('a demoted one is left: what is retried goes over a fresh connection', async () => {
    const running = await server();
    const admin = await running.client();
    const backend = connect(running.url);
    const source = newSource();
    await backend.ensureGroup(source, { from: 'start', dlq: source.dlq });
    const reader = await backend.openReader(source, 'a');
    const reading = reader.read(1, 20_000);
    const rejected = expect(reading).rejects.toMatchObject({
      code: 'NOT_PRIMARY',
      retryable: true,
    });
    await expect
      .poll(async () => String(await admin.call('CLIENT', 'LIST')))
      .toMatch(/name=pspf-reader.*flags=b/);
    await admin.call('REPLICAOF', '127.0.0.1', '1');
    await rejected;
    await reader.close();
    const [result] = await backend.append(source.key, [entry('1')]);
    expect(result).toMatchObject({
      status: 'failed',
      error: { code: 'NOT_PRIMARY', retryable: true, maybeWritten: false },
    });
    const connections = async () =>
      String(await admin.call('CLIENT', 'LIST')).match(/id=\d+ .*name=pspf /g);
    const before = await connections();
    await admin.call('REPLICAOF', 'NO', 'ONE');
    expect((await backend.append(source.key, [entry('1')]))[0]?.status).toBe('appended');
    expect(await connections()).not.toEqual(before);
  });

  test('one out of memory refuses appends and dead letters, and still takes acknowledgements', async () => {
    const running = await server();
    const admin = await running.client();
    const backend = connect(running.url);
    const source = newSource();
    await backend.ensureGroup(source, { from: 'start', dlq: source.dlq });
    await backend.append(source.key, [entry('1'), entry('2')]);
    const reader = await backend.openReader(source, 'a');
    const [first] = await reader.read(1, 1_000);
    await admin.config('SET', 'maxmemory', '1');
    const results = await backend.append(source.key, [entry('3'), entry('4')]);
    for (const result of results) {
      expect(result).toMatchObject({
        status: 'failed',
        error: { code: 'OUT_OF_MEMORY', retryable: true, maybeWritten: false },
      });
    }
    const [second] = await reader.read(1, 1_000);
    const settle = (
      token: Token | undefined,
      verdict: Parameters<typeof backend.settle>[1][0]['verdict'],
    ) => backend.settle(source, token === undefined ? [] : [{ token, verdict }]);
    expect(await settle(first?.token, { kind: 'done' })).toEqual(['done']);
    await expect(settle(second?.token, letter(source.dlq))).rejects.toMatchObject({
      code: 'OUT_OF_MEMORY',
      retryable: true,
    });
    expect((await backend.inspect(source)).pending).toBe(1);
    await admin.config('SET', 'maxmemory', '0');
    expect(await settle(second?.token, letter(source.dlq))).toEqual(['done']);
    await reader.close();
  });

  test('one that forgot its scripts is taught them again', async () => {
    const client = await shared();
    const backend = connect(inject('serverUrl'));
    const source = newSource();
    await backend.ensureGroup(source, { from: 'start', dlq: source.dlq });
    for (let round = 0; round < 3; round += 1) {
      const results = await backend.append(source.key, [entry('1'), entry('2')]);
      expect(results.map(({ status }) => status)).toEqual(['appended', 'appended']);
      const { token } = await readOne(backend, source);
      await client.call('SCRIPT', 'FLUSH');
      expect(await backend.settle(source, [{ token, verdict: { kind: 'done' } }])).toEqual([
        'done',
      ]);
    }
  });

  test('a key that holds something else is named', async () => {
    const client = await shared();
    const backend = connect(inject('serverUrl'));
    const source = newSource();
    await client.set(source.key, 'a string');
    const wrong = { code: 'WRONG_TYPE', message: expect.stringContaining(source.key) };
    const results = await backend.append(source.key, [entry('1'), entry('2')]);
    expect(results[1]).toMatchObject({
      status: 'failed',
      error: { ...wrong, maybeWritten: false },
    });
    const { dlq } = source;
    await expect(backend.ensureGroup(source, { from: 'start', dlq })).rejects.toMatchObject(wrong);
    await expect(
      backend.ensureGroup(newSource(), { from: 'start', dlq: source.key }),
    ).rejects.toMatchObject({ code: 'WRONG_TYPE' });
  });

  test('one that forbids CLIENT KILL and UNBLOCK costs one warning, and readers still close', async () => {
    const running = await server();
    const admin = await running.client();
    const forbidden = ['-client|kill', '-client|unblock'];
    await admin.call('ACL', 'SETUSER', 'app', 'on', '>pw', '~*', '+@all', ...forbidden);
    const through = await proxy(running.port);
    const warnings: string[] = [];
    const url = `valkey://app:pw@127.0.0.1:${through.port}`;
    const backend = connect(url, {}, (message) => warnings.push(message));
    const source = newSource();
    await backend.ensureGroup(source, { from: 'start', dlq: source.dlq });
    for (let round = 0; round < 3; round += 1) {
      const reader = await backend.openReader(source, 'a');
      const reading = reader.read(1, 20_000);
      await reader.close();
      expect(await reading).toEqual([]);
    }
    expect(warnings).toEqual([expect.stringContaining('CLIENT KILL')]);
  });
});

describe('entries of other programs', () => {
  test('come through without data, with any fields', async () => {
    const client = await shared();
    const backend = connect(inject('serverUrl'));
    const source = newSource();
    await backend.ensureGroup(source, { from: 'start', dlq: source.dlq });
    await client.xadd(source.key, '7-7', 'group', 'theirs', '', '');
    const { token, fields } = await readOne(backend, source);
    expect(token).toEqual({ id: '7-7', consumer: 'a', count: 1 });
    expect(fields).toEqual(['group', 'theirs', '', '']);
  });

  const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d]);
  const buryBytes = async (backend: ValkeyStreamBackend, client: ForeignClient, dlq?: string) => {
    const source = newSource();
    const target = dlq ?? source.dlq;
    await backend.ensureGroup(source, { from: 'start', dlq: target });
    await client.xadd(source.key, '*', 'data', bytes, bytes, 'x');
    const { token } = await readOne(backend, source);
    expect(await backend.settle(source, [{ token, verdict: letter(target) }])).toEqual(['done']);
    const [dead] = await client.xrangeBuffer(target, '-', '+');
    expect(dead?.[1].slice(0, 4)).toEqual([Buffer.from('data'), bytes, bytes, Buffer.from('x')]);
  };

  test('are dead-lettered byte for byte', async () => {
    const backend = connect(inject('serverUrl'));
    await buryBytes(backend, await shared());
  });

  test('are dead-lettered byte for byte into another slot of a cluster', async () => {
    const node = await server({ cluster: true });
    await buryBytes(connect(node.url), await node.client(), 'graveyard');
  });
});

describe('a process', () => {
  test('that only appends ends by itself', async () => {
    const { key } = newSource();
    const { code, output } = await runModule(
      `
      import { ValkeyConnector } from './runtime/dist/backend/valkey-connector.js';
      import { ValkeyStreamBackend } from './runtime/dist/backend/valkey.js';
      const [url, key] = process.argv.slice(1);
      const backend = new ValkeyStreamBackend(new ValkeyConnector({ url }));
      const [first] = await backend.append(key, [{ fields: ['data', '1'], bytes: 5 }]);
      const [second] = await backend.append(key, [{ fields: ['data', '2'], bytes: 5 }]);
      console.log(first.status, second.status);
    `,
      [inject('serverUrl'), key],
    );
    expect(output).toBe('appended appended\n');
    expect(code).toBe(0);
  });

  test('that finds no server hears of it, and ends by itself', async () => {
    const running = await server();
    await running.stop();
    const { code, output } = await runModule(
      `
      import { ValkeyConnector } from './runtime/dist/backend/valkey-connector.js';
      import { ValkeyStreamBackend } from './runtime/dist/backend/valkey.js';
      const backend = new ValkeyStreamBackend(new ValkeyConnector({ url: process.argv[1] }));
      const entry = { fields: ['data', '1'], bytes: 5 };
      await backend.append('orders', [entry], { deadlineMs: 300 }).catch((error) => console.log(error.code));
    `,
      [running.url],
    );
    expect(output).toBe('CONNECTION\n');
    expect(code).toBe(0);
  });

  test('that closes its backend leaves no connection, and what was in flight is uncertain', async () => {
    const running = await server();
    const admin = await running.client();
    const backend = connect(running.url);
    await backend.ping();
    const appending = backend.append('orders', [entry('1')]);
    await Promise.resolve();
    await backend.close();
    expect(await appending).toMatchObject([
      { status: 'failed', error: { code: 'CLOSED', maybeWritten: true } },
    ]);
    await expect(backend.ping()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect
      .poll(async () => String(await admin.call('CLIENT', 'LIST')))
      .not.toContain('name=pspf');
  });

  test('that closes its backend while it connects is rid of the attempt at once', async () => {
    const running = await server();
    running.kill('SIGSTOP');
    const backend = connect(running.url, { patienceMs: 3_600_000 });
    const closed = Promise.all(
      [backend.ping(), backend.openReader(newSource(), 'a')].map((call) =>
        expect(call).rejects.toMatchObject({ code: 'CLOSED' }),
      ),
    );
    await new Promise((resolve) => setImmediate(resolve));
    await backend.close();
    await closed;
    running.kill('SIGCONT');
  });
});

import { createHash, randomUUID } from 'node:crypto';
import { Redis } from 'iovalkey';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Source } from '../../runtime/dist/backend/backend.js';
import { ValkeyStreamBackend } from '../../runtime/dist/backend/valkey.js';
import { ValkeyConnector } from '../../runtime/dist/backend/valkey-connector.js';
import { type RunningServer, startServer } from '../support/server/start-server.js';

// The backend against the best loop one would write by hand with the same client library, in turns.

const entries = 100_000;
const rounds = 5;
const fields = [
  ...['data', JSON.stringify({ id: 'o-1', customerId: 'c-42', lines: 'x'.repeat(180) })],
  ...['schema', '0123456789abcdef', 'key', 'c-42'],
];
const bytes = Buffer.byteLength(fields.join(''));

let server: RunningServer;
let backend: ValkeyStreamBackend;
let writer: Redis;
let reader: Redis;

beforeAll(async () => {
  server = await startServer();
  backend = new ValkeyStreamBackend(new ValkeyConnector({ url: server.url }));
  const connect = (): Redis => new Redis({ port: server.port, host: '127.0.0.1' });
  [writer, reader] = [connect(), connect()];
});

afterAll(async () => {
  await backend.close();
  writer.disconnect();
  reader.disconnect();
  await server.stop();
});

/** Run a task `total` times, `atOnce` at a time. */
async function lanes(atOnce: number, total: number, task: () => Promise<unknown>): Promise<void> {
  let left = total;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await task();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

interface Measure {
  readonly rate: number;
  readonly cpuUs: number;
}

async function measure(work: () => Promise<void>): Promise<Measure> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { rate: (entries / ms) * 1_000, cpuUs: (user + system) / entries };
}

/** Take the contenders in turns, print what each did, and answer the median rate of each. */
async function compare(
  contenders: Readonly<Record<string, () => Promise<Measure>>>,
): Promise<Map<string, number>> {
  const measures = new Map<string, Measure[]>(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(contenders)) measures.get(name)?.push(await run());
  }
  const middle = (values: number[]): number =>
    values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const medians = new Map<string, number>();
  for (const [name, all] of measures) {
    const rate = middle(all.map((each) => each.rate));
    const cpu = middle(all.map((each) => each.cpuUs));
    medians.set(name, rate);
    console.log(`${name}: ${Math.round(rate / 1_000)} k/s, ${cpu.toFixed(1)} µs of CPU each`);
  }
  return medians;
}

function ratio(medians: Map<string, number>, one: string, other: string): void {
  const value = (medians.get(one) ?? 0) / (medians.get(other) ?? 1);
  console.log(`${one} / ${other}: ${value.toFixed(2)}`);
  expect(value).toBeGreaterThan(0);
}

test('append', async () => {
  const lua = `
    local n, ids = tonumber(ARGV[1]), {}
    for i = 0, (#ARGV - 1) / n - 1 do
      ids[#ids + 1] = redis.call('XADD', KEYS[1], '*', unpack(ARGV, i * n + 2, i * n + n + 1))
    end
    return ids`;
  const sha = createHash('sha1').update(lua).digest('hex');
  await writer.script('LOAD', lua);
  const batch = Array.from({ length: 64 }, () => ({ fields, bytes }));
  const args = [fields.length, ...batch.flatMap((entry) => entry.fields)];
  const fresh = async (work: (key: string) => Promise<void>): Promise<Measure> => {
    const key = randomUUID();
    const measured = await measure(() => work(key));
    await writer.del(key);
    return measured;
  };
  const medians = await compare({
    naive: () => fresh((key) => lanes(500, entries, () => writer.xadd(key, '*', ...fields))),
    script: () =>
      fresh((key) => lanes(8, entries / 64, () => writer.evalsha(sha, 1, key, ...args))),
    backend: () => fresh((key) => lanes(8, entries / 64, () => backend.append(key, batch))),
  });
  ratio(medians, 'backend', 'naive');
  ratio(medians, 'backend', 'script');
});

test('read and settle', async () => {
  const count = 100;
  const batch = Array.from({ length: 128 }, () => ({ fields, bytes }));
  const filled = async (work: (source: Source) => Promise<void>): Promise<Measure> => {
    const source = { key: randomUUID(), group: 'workers' };
    await backend.ensureGroup(source, { from: 'start', dlq: `{${source.key}}:dlq` });
    await lanes(4, Math.ceil(entries / 128), () => backend.append(source.key, batch));
    const measured = await measure(() => work(source));
    expect((await backend.inspect(source)).pending).toBe(0);
    await writer.del(source.key);
    return measured;
  };
  /** Read on while the batch before is being settled. */
  const loop = async <T>(
    read: () => Promise<readonly T[]>,
    settle: (items: readonly T[]) => Promise<unknown>,
  ): Promise<void> => {
    let settling: Promise<unknown> = Promise.resolve();
    for (let items = await read(); items.length > 0; items = await read()) {
      await settling;
      settling = settle(items);
    }
    await settling;
  };
  const readByHand = async ({ key, group }: Source): Promise<string[]> => {
    const reply = (await reader.xreadgroup(
      'GROUP',
      group,
      'a',
      'COUNT',
      count,
      'STREAMS',
      key,
      '>',
    )) as [[string, [string, string[]][]]] | null;
    return reply?.[0][1].map(([id]) => id) ?? [];
  };
  const fencedLua = `
    local held, mine = {}, {}
    for _, each in ipairs(redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[#ARGV], #ARGV, ARGV[2])) do
      if each[4] == 1 then held[each[1]] = true end
    end
    for i = 3, #ARGV do
      if held[ARGV[i]] then mine[#mine + 1] = ARGV[i] end
    end
    return redis.call('XACK', KEYS[1], ARGV[1], unpack(mine))`;
  const fencedSha = createHash('sha1').update(fencedLua).digest('hex');
  await writer.script('LOAD', fencedLua);
  const medians = await compare({
    unfenced: () =>
      filled((source) =>
        loop(
          () => readByHand(source),
          (ids) => writer.xack(source.key, source.group, ...ids),
        ),
      ),
    fenced: () =>
      filled((source) =>
        loop(
          () => readByHand(source),
          (ids) => writer.evalsha(fencedSha, 1, source.key, source.group, 'a', ...ids),
        ),
      ),
    backend: () =>
      filled(async (source) => {
        const opened = await backend.openReader(source, 'a');
        await loop(
          () => opened.read(count, 0),
          (items) =>
            backend.settle(
              source,
              items.map(({ token }) => ({ token, verdict: { kind: 'done' } })),
            ),
        );
        await opened.close();
      }),
  });
  ratio(medians, 'backend', 'unfenced');
  ratio(medians, 'backend', 'fenced');
});

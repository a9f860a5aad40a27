// How fast `OrdersStream.emit` is, 500 outstanding, beside the same work by hand on iovalkey.
// usage: node test/bench/emit.mjs URL [messages per round] [rounds]
import { createHash } from 'node:crypto';
import process from 'node:process';
import { openBackend } from '@pspf/runtime';
import { Stream } from '@pspf/runtime/generated';
import { Redis } from 'iovalkey';

const [url = 'valkey://127.0.0.1:6379', messages = '100000', rounds = '5'] = process.argv.slice(2);
const total = Number(messages);
const OUTSTANDING = 500;

const isOrder = (order) =>
  typeof order.id === 'string' &&
  typeof order.customerId === 'string' &&
  typeof order.total === 'number' &&
  Array.isArray(order.lines);

const makeOrder = (i) => ({
  id: `o-${i}`,
  customerId: `c-${i % 97}`,
  placedAt: '2026-11-25T10:00:00Z',
  currency: 'EUR',
  total: 129.9,
  lines: [
    { sku: 'A-100', quantity: 2, price: 49.95 },
    { sku: 'B-7', quantity: 1, price: 30 },
  ],
  note: 'please ring the bell',
});

const FINGERPRINT = '3f1c0a9be2d47756';

class BenchStream extends Stream {
  constructor(options) {
    super(
      {
        contract: 1,
        stream: 'bench:pspf',
        group: 'none',
        key: '/customerId',
        retry: { limit: 0, backoff: { initial: 1, factor: 1, max: 1 } },
        dlq: { maxLength: 1 },
        timeout: 1_000,
        retain: 'none',
        fingerprint: FINGERPRINT,
        validator: { write: isOrder, read: isOrder, explain: () => [] },
      },
      options,
    );
  }
}

const backend = openBackend({ url });
const stream = new BenchStream({ backend });
const redis = new Redis(url.replace(/^valkey/, 'redis'), { lazyConnect: true });
await redis.connect();

const LUA = `local out = {} local n = tonumber(ARGV[1])
for i = 0, n - 1 do out[i + 1] = redis.call('XADD', KEYS[1], '*', 'data', ARGV[2 + i * 2], 'schema', '${FINGERPRINT}', 'key', ARGV[3 + i * 2]) end
return out`;
const sha = createHash('sha1').update(LUA).digest('hex');
await redis.script('LOAD', LUA);

/** 500 callers that each emit one after the other. */
async function callers(emit) {
  let next = 0;
  const caller = async () => {
    while (next < total) await emit(makeOrder(next++));
  };
  await Promise.all(Array.from({ length: OUTSTANDING }, caller));
}

/** The best by hand for the same fields and validation: 8 scripts of 64 in flight, no promise per message. */
async function byHand() {
  let next = 0;
  const lane = async () => {
    while (next < total) {
      const args = [];
      for (let i = 0; i < 64 && next < total; i++) {
        const order = makeOrder(next++);
        if (!isOrder(order)) throw new Error('invalid');
        args.push(JSON.stringify(order), order.customerId);
      }
      await redis.evalsha(sha, 1, 'bench:hand', args.length / 2, ...args);
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

const ways = {
  naive: () =>
    callers((order) => {
      if (!isOrder(order)) throw new Error('invalid');
      const data = JSON.stringify(order);
      return redis.xadd(
        'bench:naive',
        '*',
        'data',
        data,
        'schema',
        FINGERPRINT,
        'key',
        order.customerId,
      );
    }),
  byHand,
  emit: () => callers((order) => stream.emit(order)),
};

const figures = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
for (let round = 0; round <= Number(rounds); round++) {
  for (const [name, run] of Object.entries(ways)) {
    await redis.del('bench:naive', 'bench:hand', 'bench:pspf');
    const start = process.hrtime.bigint();
    const before = process.cpuUsage();
    await run();
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    const cpu = process.cpuUsage(before);
    // The first round warms up.
    if (round > 0) figures[name].push([total / seconds, (cpu.user + cpu.system) / total]);
  }
}
await redis.del('bench:naive', 'bench:hand', 'bench:pspf');

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const rate = (name) => median(figures[name].map(([perSecond]) => perSecond));
for (const name of Object.keys(ways)) {
  const cpu = median(figures[name].map(([, micros]) => micros));
  console.log(`${name.padEnd(8)} ${Math.round(rate(name))} msg/s, ${cpu.toFixed(1)} µs CPU each`);
}
console.log(`emit / naive   ${(rate('emit') / rate('naive')).toFixed(2)}`);
console.log(`emit / by hand ${(rate('emit') / rate('byHand')).toFixed(2)}`);

redis.disconnect();
await backend.close();

// `OrdersStream.consume` beside loops by hand on the same client library, on a stream that is full; every order
// is parsed, validated and handled by an async function.
import { openBackend } from '@pspf/runtime';
import { benchOptions, compare, connect, writeJson } from './measure.mjs';
import { BenchStream, FINGERPRINT, isOrder, makeOrder } from './orders.mjs';

const options = benchOptions({ messages: 100_000 });
const COUNT = 100;

const backend = openBackend({ url: options.url });
const stream = new BenchStream({ backend });
const [redis, reading] = [await connect(options.url), await connect(options.url)];

const fencedSha = await redis.script(
  'LOAD',
  `local held, mine = {}, {}
   for _, each in ipairs(redis.call('XPENDING', KEYS[1], 'workers', ARGV[1], ARGV[#ARGV], #ARGV, 'me')) do
     if each[4] == 1 then held[each[1]] = true end
   end
   for _, id in ipairs(ARGV) do
     if held[id] then mine[#mine + 1] = id end
   end
   return redis.call('XACK', KEYS[1], 'workers', unpack(mine))`,
);

let total = 0;
const handler = async (order) => {
  total += order.total;
};

async function fill() {
  await redis.xgroup('CREATE', 'orders', 'workers', '0', 'MKSTREAM');
  for (let next = 0; next < options.messages; ) {
    const batch = [];
    for (; batch.length < 500 && next < options.messages; next += 1) {
      const order = makeOrder(next);
      const fields = ['data', JSON.stringify(order), 'schema', FINGERPRINT];
      batch.push({ fields: [...fields, 'key', order.customerId], bytes: 300 });
    }
    await backend.append('orders', batch);
  }
}

async function handle([id, fields]) {
  const order = JSON.parse(fields[1]);
  if (!isOrder(order)) throw new Error('invalid');
  await handler(order);
  return id;
}

/** Batches of 100; each is read while the one before is handled and acknowledged. */
async function loop(acknowledge) {
  const read = () =>
    reading.xreadgroup(
      ...['GROUP', 'workers', 'me', 'COUNT', COUNT, 'BLOCK', 100, 'STREAMS', 'orders', '>'],
    );
  let done = 0;
  let settling;
  let next = read();
  while (done < options.messages) {
    const [[, entries]] = await next;
    done += entries.length;
    if (done < options.messages) next = read();
    const ids = await Promise.all(entries.map(handle));
    await settling;
    settling = acknowledge(ids);
  }
  await settling;
}

const byHand = (acknowledge) => ({ prepare: fill, run: () => loop(acknowledge) });

const consume = (concurrency) => ({
  ours: true,
  prepare: fill,
  async run() {
    const consumer = stream.consume(handler, { concurrency, signals: false });
    while (consumer.stats().done < options.messages) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await consumer.stop();
  },
});

const result = await compare(
  'consume',
  {
    'xack each, by hand': byHand((ids) =>
      Promise.all(ids.map((id) => redis.xack('orders', 'workers', id))),
    ),
    'unfenced, by hand': byHand((ids) => redis.xack('orders', 'workers', ...ids)),
    'fenced, by hand': byHand((ids) => redis.evalsha(fencedSha, 1, 'orders', ...ids)),
    'concurrency 16': consume(16),
    'concurrency 100': consume(100),
  },
  options,
);

if (total === 0) throw new Error('nothing was handled');
await writeJson([result], options);
for (const client of [redis, reading]) client.disconnect();
await backend.close();

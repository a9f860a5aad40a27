// The backend beside the best loops one would write by hand on the same client library, for the same commands.
import { openBackend } from '@pspf/runtime';
import { benchOptions, compare, connect, writeJson } from './measure.mjs';
import { FINGERPRINT, makeOrder } from './orders.mjs';

const options = benchOptions({ messages: 100_000 });
const BATCH = 64;
const BATCHES = 8;
const COUNT = 100;
const source = { key: 'orders', group: 'workers' };

const backend = openBackend({ url: options.url });
const [redis, reading] = [await connect(options.url), await connect(options.url)];

const fieldsOf = (i) => {
  const order = makeOrder(i);
  return ['data', JSON.stringify(order), 'schema', FINGERPRINT, 'key', order.customerId];
};
const entries = Array.from({ length: BATCH }, (_, i) => ({ fields: fieldsOf(i), bytes: 290 }));

/** Batches until all are appended, eight at once. */
async function lanes(append) {
  let left = options.messages;
  const lane = async () => {
    while (left > 0) {
      left -= BATCH;
      await append();
    }
  };
  await Promise.all(Array.from({ length: BATCHES }, lane));
}

const appendSha = await redis.script(
  'LOAD',
  `local out = {}
   for i = 1, #ARGV, 2 do
     out[#out + 1] = redis.call('XADD', KEYS[1], '*', 'data', ARGV[i], 'schema', '${FINGERPRINT}', 'key', ARGV[i + 1])
   end
   return out`,
);
const appendArgs = entries.flatMap(({ fields }) => [fields[1], fields[5]]);

const append = await compare(
  `append, ${BATCHES} batches of ${BATCH} in flight`,
  {
    'script by hand': {
      run: () => lanes(() => redis.evalsha(appendSha, 1, 'orders', ...appendArgs)),
    },
    'backend.append': { ours: true, run: () => lanes(() => backend.append('orders', entries)) },
  },
  options,
);

async function fill() {
  await backend.ensureGroup(source, { from: 'start', dlq: '{orders}:dlq' });
  await lanes(() => backend.append(source.key, entries));
}

/** Read on while the batch before is being settled. */
async function loop(read, settle) {
  let settling;
  for (let items = await read(); items.length > 0; items = await read()) {
    await settling;
    settling = settle(items);
  }
  await settling;
}

async function readByHand() {
  const reply = await reading.xreadgroup(
    ...['GROUP', 'workers', 'me', 'COUNT', COUNT, 'STREAMS', 'orders', '>'],
  );
  return reply?.[0][1].map(([id]) => id) ?? [];
}

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

async function readAndSettle() {
  const reader = await backend.openReader(source, 'me');
  const verdict = { kind: 'done' };
  await loop(
    () => reader.read(COUNT, 0),
    (items) =>
      backend.settle(
        source,
        items.map(({ token }) => ({ token, verdict })),
      ),
  );
  await reader.close();
  const { pending } = await backend.inspect(source);
  if (pending > 0) throw new Error(`${pending} entries are pending still`);
}

const settle = await compare(
  `read and settle, ${COUNT} at once`,
  {
    'unfenced by hand': {
      prepare: fill,
      run: () => loop(readByHand, (ids) => redis.xack('orders', 'workers', ...ids)),
    },
    'fenced by hand': {
      prepare: fill,
      run: () => loop(readByHand, (ids) => redis.evalsha(fencedSha, 1, 'orders', ...ids)),
    },
    'read and settle': { ours: true, prepare: fill, run: readAndSettle },
  },
  options,
);

await writeJson([append, settle], options);
for (const client of [redis, reading]) client.disconnect();
await backend.close();

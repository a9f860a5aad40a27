// `OrdersStream.emit` beside the same work by hand on the same client library; every order is validated and stringified.
import { openBackend } from '@pspf/runtime';
import { benchOptions, compare, connect, writeJson } from './measure.mjs';
import { BenchStream, FINGERPRINT, isOrder, makeOrder } from './orders.mjs';

const options = benchOptions({ messages: 100_000 });
const OUTSTANDING = 500;
const BATCH = 64;
const BATCHES = 8;

const backend = openBackend({ url: options.url });
const stream = new BenchStream({ backend });
const redis = await connect(options.url);

const sha = await redis.script(
  'LOAD',
  `local out = {}
   for i = 1, #ARGV, 2 do
     out[#out + 1] = redis.call('XADD', KEYS[1], '*', 'data', ARGV[i], 'schema', '${FINGERPRINT}', 'key', ARGV[i + 1])
   end
   return out`,
);

function judged(order) {
  if (!isOrder(order)) throw new Error('invalid');
  return JSON.stringify(order);
}

/** 500 callers that each emit one after the other. */
async function callers(emit) {
  let next = 0;
  const caller = async () => {
    while (next < options.messages) await emit(makeOrder(next++));
  };
  await Promise.all(Array.from({ length: OUTSTANDING }, caller));
}

/** No promise for a message: a loop fills a script, sends it, and fills the next. */
async function loops() {
  let next = 0;
  const loop = async () => {
    while (next < options.messages) {
      const args = [];
      for (let i = 0; i < BATCH && next < options.messages; i += 1) {
        const order = makeOrder(next++);
        args.push(judged(order), order.customerId);
      }
      await redis.evalsha(sha, 1, 'orders', ...args);
    }
  };
  await Promise.all(Array.from({ length: BATCHES }, loop));
}

/** The smallest batcher that gives every caller a promise. */
function batcher() {
  const waiting = [];
  let flying = 0;
  let scheduled = false;
  const send = async (batch) => {
    flying += 1;
    const args = batch.flatMap(({ text, key }) => [text, key]);
    const ids = await redis.evalsha(sha, 1, 'orders', ...args);
    flying -= 1;
    for (const [index, { resolve }] of batch.entries()) resolve(ids[index]);
    pump(BATCH);
  };
  const pump = (least) => {
    while (waiting.length >= least && flying < BATCHES) void send(waiting.splice(0, BATCH));
  };
  return (order) =>
    new Promise((resolve) => {
      waiting.push({ text: judged(order), key: order.customerId, resolve });
      if (scheduled) return;
      scheduled = true;
      process.nextTick(() => {
        scheduled = false;
        pump(1);
      });
    });
}

const naive = (order) =>
  redis.xadd(
    'orders',
    ...['*', 'data', judged(order), 'schema', FINGERPRINT, 'key', order.customerId],
  );

const result = await compare(
  `emit, ${OUTSTANDING} outstanding`,
  {
    'xadd each': { run: () => callers(naive) },
    'loops by hand': { run: loops },
    'batcher by hand': { run: () => callers(batcher()) },
    'Stream.emit': { ours: true, run: () => callers((order) => stream.emit(order)) },
  },
  options,
);

await writeJson([result], options);
redis.disconnect();
await backend.close();

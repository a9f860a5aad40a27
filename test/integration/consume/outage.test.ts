import { afterEach, beforeEach, expect, test } from 'vitest';
import { ValkeyStreamBackend } from '../../../runtime/dist/backend/valkey.js';
import { ValkeyConnector } from '../../../runtime/dist/backend/valkey-connector.js';
import type { ConsumeOptions, Consumer } from '../../../runtime/dist/consume/consumer.js';
import type { Handler } from '../../../runtime/dist/message.js';
import { Stream, type StreamOptions } from '../../../runtime/dist/stream.js';
import { definition, type Order } from '../../runtime/consume/order-stream.js';
import {
  type RunningServer,
  type ServerOptions,
  startServer,
} from '../../support/server/start-server.js';
import { until } from '../../support/until.js';

const STREAM = 'orders';

/** As the generator makes it. */
class OrdersStream extends Stream<Order> {
  constructor(options?: StreamOptions) {
    const retry = { limit: 5, backoff: { initial: 10, factor: 2, max: 100 } };
    super({ ...definition, retry }, options);
  }
}

let server: RunningServer;
let consumer: Consumer | undefined;
let backend: ValkeyStreamBackend | undefined;

afterEach(async () => {
  server.kill('SIGCONT');
  await consumer?.stop({ deadline: 1_000 });
  await backend?.close();
  await server.stop();
});

async function consuming(
  handler: Handler<Order>,
  options: ConsumeOptions = {},
  given: {
    readonly server?: ServerOptions;
    readonly url?: (url: string) => string;
    readonly prepare?: () => Promise<unknown>;
  } = {},
): Promise<Consumer> {
  server = await startServer(given.server);
  await given.prepare?.();
  const url = given.url?.(server.url) ?? server.url;
  backend = new ValkeyStreamBackend(new ValkeyConnector({ url, patienceMs: 1_000 }));
  consumer = new OrdersStream({ backend, logger: false }).consume(handler, {
    signals: false,
    claimIdle: 1_000,
    recovery: 200,
    block: 200,
    ...options,
  });
  return consumer;
}

async function add(from: number, to: number): Promise<void> {
  const client = await server.client();
  for (let id = from; id < to; id += 1) {
    await client.xadd(STREAM, '*', 'data', JSON.stringify({ id, customer: `c${id % 3}` }));
  }
}

async function pending(): Promise<number> {
  const client = await server.client();
  const [count] = await client.xpending(STREAM, 'workers');
  return Number(count);
}

beforeEach(() => {
  consumer = undefined;
  backend = undefined;
});

test('a server that dies and comes back is read on; nothing is lost', async () => {
  const seen = new Set<number>();
  const running = await consuming(
    async ({ id }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.add(id);
    },
    {},
    { server: { aof: true } },
  );
  await running.ready;
  await add(0, 100);
  await until(() => seen.size > 10);
  server.kill('SIGKILL');
  await until(() => !running.stats().ready);
  await server.restart();
  await add(100, 200);
  await until(async () => seen.size === 200 && (await pending()) === 0);
  await until(() => running.stats().ready);
});

// activepieces PR14626
test('a server that falls silent with its connections open is noticed by the reads, and read on afterwards', async () => {
  const seen = new Set<number>();
  const running = await consuming(({ id }) => {
    seen.add(id);
  });
  await add(0, 10);
  await until(() => seen.size === 10);
  server.kill('SIGSTOP');
  await until(() => !running.stats().ready);
  server.kill('SIGCONT');
  await add(10, 20);
  await until(async () => seen.size === 20 && (await pending()) === 0);
  await until(() => running.stats().ready);
});

// bullmq#2430
test('stop ends within its deadline while the server is silent', async () => {
  const running = await consuming(() => new Promise(() => {}));
  await add(0, 3);
  await until(() => running.stats().running === 3);
  server.kill('SIGSTOP');
  await running.stop({ deadline: 500 });
  expect(running.stats().state).toBe('stopped');
});

test('stop ends before there ever was a server', async () => {
  const running = await consuming(() => {}, {}, { url: () => 'valkey://127.0.0.1:1' });
  await running.stop({ deadline: 500 });
  await expect(running.ready).rejects.toMatchObject({ code: 'CLOSED' });
});

test('FLUSHALL in the middle: what comes afterwards is consumed', async () => {
  const seen = new Set<number>();
  await consuming(({ id }) => {
    seen.add(id);
  });
  await add(0, 10);
  await until(() => seen.size === 10);
  const client = await server.client();
  await client.flushall();
  await add(10, 20);
  await until(async () => seen.size === 20 && (await pending()) === 0);
});

test('every connection killed by an operator, again and again', async () => {
  const seen = new Set<number>();
  await consuming(({ id }) => {
    seen.add(id);
  });
  const client = await server.client();
  for (let round = 0; round < 10; round += 1) {
    await add(round * 10, round * 10 + 10);
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await until(() => seen.size >= round * 10 + 5);
  }
  await until(async () => seen.size === 100 && (await pending()) === 0);
});

test('a key of another type: ready rejects, and when it is gone consuming begins', async () => {
  const seen = new Set<number>();
  const handler = ({ id }: Order) => void seen.add(id);
  const prepare = async () => (await server.client()).set(STREAM, 'no stream');
  const running = await consuming(handler, {}, { prepare });
  await expect(running.ready).rejects.toMatchObject({ code: 'WRONG_TYPE' });
  await (await server.client()).del(STREAM);
  await add(0, 1);
  await until(() => seen.size === 1);
});

test('a wrong password: ready rejects, and when it is accepted consuming begins', async () => {
  const seen = new Set<number>();
  const handler = ({ id }: Order) => void seen.add(id);
  const running = await consuming(
    handler,
    {},
    { server: { password: 'right' }, url: (url) => url.replace('//', '//:other@') },
  );
  await expect(running.ready).rejects.toMatchObject({ code: 'AUTH' });
  const client = await server.client();
  await client.xadd(STREAM, '*', 'data', '{"id":1,"customer":"c"}');
  await client.config('SET', 'requirepass', 'other');
  await until(() => seen.size === 1);
});

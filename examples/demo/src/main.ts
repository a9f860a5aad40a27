import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { configure, type Message, openBackend, PspfError, shutdown } from '@pspf/runtime';
import { prometheus } from '@pspf/runtime/prometheus';
import { Registry } from 'prom-client';
import { type Order, OrdersStream } from '../generated/index.js';
import { serverOf } from './server.js';
import { startTelemetry } from './telemetry.js';
import { Terminal } from './terminal.js';

const url = urlFrom(process.argv.slice(2));
const total = 300;
const prefix = `pspf-demo-${randomBytes(3).toString('hex')}:`;
const stream = `${prefix}orders`;
const dlq = `{${stream}}:dlq`;

const terminal = new Terminal(process.stdout);
const telemetry = startTelemetry();
const registry = new Registry();
const backend = openBackend({ url });
const server = serverOf(url, backend);
configure({
  backend,
  keyPrefix: prefix,
  interceptors: [prometheus({ registry })],
  logger: {
    warn: (text) => terminal.line(`  ! ${text}`),
    error: (text) => terminal.line(`  ! ${text}`),
  },
});

const FLAKY = orderNumber(100);
const DOOMED = orderNumber(200);
const SHOWN = [
  'messaging_client_sent_messages_total',
  'messaging_client_consumed_messages_total',
  'pspf_retries_total',
  'pspf_dead_letters_total',
];
const handled = new Map<string, number>();
let retries = 0;
let reached = false;

/** What a service does with an order; two of them misbehave. */
async function handle(order: Order, { attempt, signal }: Message): Promise<void> {
  signal.throwIfAborted();
  if (attempt > 1) retries += 1;
  if (order.id === FLAKY && attempt <= 2) {
    terminal.line(`  ↻ ${order.id} failed, attempt ${attempt}: the warehouse did not answer`);
    throw new Error('the warehouse did not answer');
  }
  if (order.id === DOOMED) {
    terminal.line(`  ↻ ${order.id} failed, attempt ${attempt}: no such customer`);
    throw new Error('no such customer');
  }
  handled.set(order.id, attempt);
  if (order.id === FLAKY) terminal.line(`  ✓ ${order.id} handled at attempt ${attempt}`);
  terminal.progress(handled.size, total - 1, 'handled');
}

async function main(): Promise<boolean> {
  const started = performance.now();
  await backend.ping();
  reached = true;
  const { host, port } = backend.address;
  const where = port === undefined ? 'in memory' : `on ${host}:${port}`;
  terminal.line(`${total} orders through ${stream}, ${where}`);
  const consumer = OrdersStream.consume(handle);
  await consumer.ready;

  const refused = await emitInvalid();
  await OrdersStream.emitMany(Array.from({ length: total }, (_, i) => order(i)));
  await server.foreignAppend(stream, '{"id":42,"customerId":"c-7","items":[]}');
  terminal.line('  ⚑ a foreign client appended an entry that is no order');

  const letters = await settled();
  await shutdown();
  terminal.end();
  for (const letter of letters) {
    const [first] = letter.get('dlq:error')?.split('\n') ?? [];
    const attempts = letter.get('dlq:attempts');
    terminal.line(
      `  ☠ ${letter.get('dlq:id')} ${letter.get('dlq:reason')} at attempt ${attempts}: ${first}`,
    );
  }
  const spans = telemetry.exporter.getFinishedSpans().length;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  terminal.line('');
  terminal.line(`emitted    ${total}, and 1 refused: ${refused}`);
  terminal.line(`handled    ${handled.size}, ${retries} retries`);
  terminal.line(`dead       ${letters.length}, in ${dlq}`);
  terminal.line(`telemetry  ${spans} spans, and in Prometheus:`);
  for (const name of SHOWN) {
    terminal.line(`             ${name} ${await sumOf(name)}`);
  }
  terminal.line(`time       ${seconds} s`);
  return handled.size === total - 1 && letters.length === 2 && handled.get(FLAKY) === 3;
}

/** The type checker would refuse it; a payload from elsewhere comes without types. */
async function emitInvalid(): Promise<string> {
  const invalid: Order = JSON.parse(
    '{"id":"o-0","customerId":"c-1","items":[{"sku":"mug","quantity":0}]}',
  );
  try {
    await OrdersStream.emit(invalid);
    return 'nothing';
  } catch (error) {
    if (!PspfError.is(error, 'INVALID_PAYLOAD')) throw error;
    terminal.line(`  ✗ ${error.message}`);
    return error.issues.map(({ pointer }) => pointer).join(', ');
  }
}

/** Wait until every order is handled or dead. */
async function settled(): Promise<Map<string, string>[]> {
  const source = { key: stream, group: 'order-workers' };
  for (;;) {
    const { pending, lag } = await backend.inspect(source);
    if (pending === 0 && lag === 0) return server.deadLetters(dlq);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function sumOf(metric: string): Promise<number> {
  const values = (await registry.getSingleMetric(metric)?.get())?.values ?? [];
  return values.reduce((sum, { value }) => sum + value, 0);
}

function urlFrom(args: string[]): string {
  const usage = 'usage: npm run demo [-- --url valkey://127.0.0.1:6379]';
  try {
    const options = { url: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
    const { url, help } = parseArgs({ args, options }).values;
    if (help !== true) return url ?? 'memory:';
    console.log(usage);
    process.exit(0);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
    process.exit(2);
  }
}

function orderNumber(n: number): string {
  return `o-${1000 + n}`;
}

function order(n: number): Order {
  return {
    id: orderNumber(n),
    customerId: `c-${n % 40}`,
    items: [{ sku: n % 2 === 0 ? 'mug' : 'poster', quantity: 1 + (n % 3) }],
  };
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  terminal.end();
  console.error(PspfError.is(error) ? error.message : error);
  process.exitCode = 1;
} finally {
  await shutdown();
  if (reached) await server.clean(prefix);
  await backend.close();
  await telemetry.stop();
}

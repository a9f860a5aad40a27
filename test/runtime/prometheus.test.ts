import { RejectError } from '@pspf/runtime';
import { prometheus } from '@pspf/runtime/prometheus';
import { waitForHandled } from '@pspf/runtime/testing';
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryStreamBackend } from '../../runtime/dist/backend/memory.js';
import type { ConsumerStats } from '../../runtime/dist/consume/consumer.js';
import type { ProcessContext, RuntimeEvent } from '../../runtime/dist/interceptor.js';
import { type Order, OrdersStream } from '../types/fixtures/orders.js';

const order: Order = { type: 'placed', id: 'o-1', customerId: 'c-42', lines: [] };
const destination: ProcessContext['destination'] = {
  stream: 'orders',
  key: 'orders',
  address: { system: 'valkey', host: 'h', port: 6379 },
};
const source = { key: 'orders', group: 'workers' };

let registry: Registry;
beforeEach(() => {
  registry = new Registry();
});

const samples = async (name: string) =>
  (await registry.metrics()).split('\n').filter((line) => line.startsWith(name));

const common = 'messaging_system="valkey",messaging_destination_name="orders",partition="0"';
const ofGroup = `${common},messaging_consumer_group_name="workers"`;

describe('emits', () => {
  test('are counted and timed by outcome', async () => {
    const backend = new MemoryStreamBackend();
    const orders = new OrdersStream({ backend, interceptors: [prometheus({ registry })] });
    await orders.emit(order);
    await orders.emit(order);
    await backend.close();
    await expect(orders.emit(order)).rejects.toThrow();
    const memory =
      'messaging_system="memory",messaging_destination_name="orders",partition="0",messaging_operation_name="send"';
    expect(await samples('messaging_client_sent_messages_total')).toEqual([
      `messaging_client_sent_messages_total{${memory}} 2`,
      `messaging_client_sent_messages_total{${memory},error_type="CLOSED"} 1`,
    ]);
    expect(await samples('messaging_client_operation_duration_seconds_count')).toEqual([
      `messaging_client_operation_duration_seconds_count{${memory}} 2`,
      `messaging_client_operation_duration_seconds_count{${memory},error_type="CLOSED"} 1`,
    ]);
    const bounds = (await samples('messaging_client_operation_duration_seconds_bucket'))
      .map((line) => /le="([^"]+)"/.exec(line)?.[1])
      .slice(0, 15);
    expect(bounds.map(Number)).toEqual([
      0.005,
      0.01,
      0.025,
      0.05,
      0.075,
      0.1,
      0.25,
      0.5,
      0.75,
      1,
      2.5,
      5,
      7.5,
      10,
      Number.NaN,
    ]);
  });
});

describe('consumers', () => {
  test('have each attempt timed, by outcome', async () => {
    const { process } = prometheus({ registry });
    const call: ProcessContext = {
      destination,
      group: 'workers',
      consumer: 'c',
      payload: order,
      message: {
        id: '1-0',
        origin: 'orders/1-0',
        key: undefined,
        attempt: 1,
        headers: {},
        timestamp: new Date(1),
        partition: 0,
        signal: new AbortController().signal,
        raw: [],
      },
    };
    await process?.(call, async () => {});
    await expect(process?.(call, () => Promise.reject(new TypeError('bug')))).rejects.toThrow(
      'bug',
    );
    await expect(process?.(call, () => Promise.reject(undefined))).rejects.toBe(undefined);
    expect(await samples('messaging_process_duration_seconds_count')).toEqual([
      `messaging_process_duration_seconds_count{${ofGroup}} 1`,
      `messaging_process_duration_seconds_count{${ofGroup},error_type="TypeError"} 1`,
      `messaging_process_duration_seconds_count{${ofGroup},error_type="undefined"} 1`,
    ]);
  });

  const base = { destination, source, consumer: 'host:1' };
  test.each<[RuntimeEvent, string, string]>([
    [
      { ...base, type: 'delivered', count: 7, from: 'read' },
      'messaging_client_consumed_messages_total',
      `{${ofGroup},messaging_operation_name="receive"} 7`,
    ],
    [
      { ...base, type: 'delivered', count: 2, from: 'claim' },
      'messaging_client_consumed_messages_total',
      `{${ofGroup},messaging_operation_name="claim"} 2`,
    ],
    [
      { ...base, type: 'settled', count: 5, ms: 20 },
      'messaging_client_operation_duration_seconds_sum',
      `{${ofGroup},messaging_operation_name="ack"} 0.02`,
    ],
    [{ ...base, type: 'retry', attempt: 2, delayMs: 9 }, 'pspf_retries_total', `{${ofGroup}} 1`],
    [
      { ...base, type: 'dead-letter', reason: 'crashed' },
      'pspf_dead_letters_total',
      `{${ofGroup},reason="crashed"} 1`,
    ],
    [
      { ...base, type: 'lost', why: 'trimmed', count: 3 },
      'pspf_lost_total',
      `{${ofGroup},reason="trimmed"} 3`,
    ],
    [
      { ...base, type: 'settle-refused', result: 'not-yours' },
      'pspf_refused_settles_total',
      `{${ofGroup},reason="not-yours"} 1`,
    ],
    [{ ...base, type: 'released', count: 4 }, 'pspf_released_total', `{${ofGroup}} 4`],
    [{ ...base, type: 'zombie' }, 'pspf_zombies_total', `{${ofGroup}} 1`],
    [{ ...base, type: 'waiting-full' }, 'pspf_waiting_full_total', `{${ofGroup}} 1`],
    [
      { ...base, type: 'unknown-fingerprint', fingerprint: 'ffff' },
      'pspf_unknown_fingerprints_total',
      `{${ofGroup}} 1`,
    ],
    [
      { ...base, type: 'read-failed', code: 'CONNECTION' },
      'pspf_read_failures_total',
      `{${ofGroup},error_type="CONNECTION"} 1`,
    ],
    [{ ...base, type: 'group-created' }, 'pspf_groups_created_total', `{${ofGroup}} 1`],
    [
      { ...base, type: 'pinned', group: 'slow' },
      'pspf_pinned_total',
      `{${common},messaging_consumer_group_name="slow"} 1`,
    ],
  ])('count $0.type as $1', async (event, name, sample) => {
    prometheus({ registry }).observe?.(event);
    expect(await samples(name)).toEqual([`${name}${sample}`]);
  });

  test('are asked at each scrape: once a group, until they have stopped', async () => {
    const { started } = prometheus({ registry });
    const stats = (running: number): ConsumerStats => ({
      ready: running > 1,
      state: 'running',
      running,
      buffered: 0,
      waiting: 10,
      blocked: 0,
      settling: 0,
      zombies: 0,
      delivered: 0,
      done: 0,
      failed: 0,
      deadLettered: 0,
      released: 0,
      lost: 0,
    });
    let asked = 0;
    const inspect = async () => {
      asked += 1;
      const times = { lag: undefined, oldestPendingMs: 1_500 };
      return { length: 9, pending: 4, lastDelivered: '7-0', consumers: [], ...times };
    };
    const ends: (() => void)[] = [];
    for (const running of [1, 2]) {
      const done = new Promise<void>((resolve) => ends.push(resolve));
      started?.({
        destination,
        source,
        name: `c${running}`,
        stats: () => stats(running),
        inspect,
        done,
      });
    }
    expect(await samples('pspf_')).toEqual([
      `pspf_in_flight{${ofGroup}} 3`,
      `pspf_waiting{${ofGroup}} 20`,
      `pspf_ready{${ofGroup}} 1`,
      `pspf_stream_length{${ofGroup}} 9`,
      `pspf_pending{${ofGroup}} 4`,
      `pspf_oldest_pending_seconds{${ofGroup}} 1.5`,
    ]);
    expect(asked).toBe(1);
    for (const end of ends) end();
    await Promise.resolve();
    expect(await samples('pspf_')).toEqual([]);
  });

  test('on a server that does not answer leave its samples out', async () => {
    const { started } = prometheus({ registry });
    started?.({
      destination,
      source,
      name: 'c',
      stats: () => ({ running: 1, waiting: 0, ready: false }) as ConsumerStats,
      inspect: () => Promise.reject(new Error('down')),
      done: new Promise(() => {}),
    });
    expect(await samples('pspf_')).toEqual([
      `pspf_in_flight{${ofGroup}} 1`,
      `pspf_waiting{${ofGroup}} 0`,
      `pspf_ready{${ofGroup}} 0`,
    ]);
  });
});

test('a real consumer is counted, timed and asked', async () => {
  const backend = new MemoryStreamBackend();
  const interceptors = [prometheus({ registry })];
  await using orders = new OrdersStream({ backend, interceptors, logger: false });
  let attempts = 0;
  const consumer = orders.consume(({ id }) => {
    attempts += 1;
    if (id === 'o-2') throw new RejectError('no such customer');
  });
  await orders.emitMany([order, { ...order, id: 'o-2' }, { ...order, id: 'o-3' }]);
  await waitForHandled(consumer, 3);
  expect(attempts).toBe(3);
  const memory =
    'messaging_system="memory",messaging_destination_name="orders",partition="0",messaging_consumer_group_name="order-workers"';
  expect(await samples('messaging_process_duration_seconds_count')).toEqual([
    `messaging_process_duration_seconds_count{${memory}} 2`,
    `messaging_process_duration_seconds_count{${memory},error_type="RejectError"} 1`,
  ]);
  expect(await samples('pspf_dead_letters_total')).toEqual([
    `pspf_dead_letters_total{${memory},reason="rejected"} 1`,
  ]);
  expect(await samples('messaging_client_consumed_messages_total')).toEqual([
    `messaging_client_consumed_messages_total{${memory},messaging_operation_name="receive"} 3`,
  ]);
  expect(await samples('pspf_lag')).toEqual([`pspf_lag{${memory}} 0`]);
  expect(await samples('pspf_pending')).toEqual([`pspf_pending{${memory}} 0`]);
  expect(await samples('pspf_ready')).toEqual([`pspf_ready{${memory}} 1`]);
  expect(await samples('pspf_in_flight')).toEqual([`pspf_in_flight{${memory}} 0`]);
});

describe('registries', () => {
  const retry: RuntimeEvent = {
    destination,
    source,
    consumer: 'c',
    type: 'retry',
    attempt: 1,
    delayMs: 1,
  };

  test('called twice for one goes on with the same metrics', async () => {
    prometheus({ registry }).observe?.(retry);
    prometheus({ registry }).observe?.(retry);
    expect(await samples('pspf_retries_total')).toEqual([`pspf_retries_total{${ofGroup}} 2`]);
  });

  test('a prefix makes other metrics, a cleared registry new ones', async () => {
    prometheus({ registry }).observe?.(retry);
    prometheus({ registry, prefix: 'shop_' }).observe?.(retry);
    expect(await samples('shop_pspf_retries_total')).toHaveLength(1);
    registry.clear();
    prometheus({ registry }).observe?.(retry);
    expect(await samples('pspf_retries_total')).toEqual([`pspf_retries_total{${ofGroup}} 1`]);
  });
});

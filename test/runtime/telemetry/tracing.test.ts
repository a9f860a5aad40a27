import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { NodeSDK, tracing as sdk } from '@opentelemetry/sdk-node';
import { waitForHandled } from '@pspf/runtime/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MemoryStreamBackend } from '../../../runtime/dist/backend/memory.js';
import { decode } from '../../../runtime/dist/envelope.js';
import { RejectError } from '../../../runtime/dist/errors.js';
import type { ProcessContext } from '../../../runtime/dist/interceptor.js';
import { tracing } from '../../../runtime/dist/telemetry/tracing.js';
import { type Order, OrdersStream } from '../../types/fixtures/orders.js';

const order: Order = { type: 'placed', id: 'o-1', customerId: 'c-42', lines: [] };

async function emitted(): Promise<readonly string[]> {
  const backend = new MemoryStreamBackend();
  await new OrdersStream({ backend }).emit(order);
  return backend.store.entries('orders')[0]?.fields ?? [];
}

function received(fields: readonly string[]): ProcessContext {
  const { origin, headers } = decode({
    source: { key: 'orders', group: 'workers' },
    token: { id: '1-0', consumer: 'c', count: 1 },
    fields,
  });
  return {
    destination: {
      stream: 'orders',
      key: 'orders',
      address: { system: 'valkey', host: '10.0.0.7', port: 6379 },
    },
    group: 'workers',
    consumer: 'host:1',
    payload: order,
    message: {
      id: '1-0',
      origin,
      key: 'c-42',
      attempt: 1,
      headers,
      timestamp: new Date(1),
      partition: 0,
      signal: new AbortController().signal,
      raw: fields,
    },
  };
}

test('without an SDK no field is added and the handler is called as it is', async () => {
  expect(await emitted()).not.toContain('traceparent');
  const calls: string[] = [];
  await tracing().process?.(received([]), async () => void calls.push('handler'));
  expect(calls).toEqual(['handler']);
});

describe('with an SDK', () => {
  const exporter = new sdk.InMemorySpanExporter();
  const node = new NodeSDK({
    autoDetectResources: false,
    spanProcessors: [new sdk.SimpleSpanProcessor(exporter)],
  });
  beforeAll(() => node.start());
  afterAll(async () => {
    await node.shutdown();
    trace.disable();
    context.disable();
    propagation.disable();
  });
  beforeEach(() => exporter.reset());

  const field = (fields: readonly string[], name: string) => fields[fields.indexOf(name) + 1];

  test('an emit is a producer span, and its context is in the entry', async () => {
    const fields = await trace.getTracer('app').startActiveSpan('request', async (request) => {
      const inside = await emitted();
      request.end();
      return inside;
    });
    const [send, request] = exporter.getFinishedSpans();
    expect(send).toMatchObject({ name: 'send orders', kind: SpanKind.PRODUCER });
    expect(send?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
    expect(send?.attributes).toEqual({
      'messaging.system': 'memory',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'orders',
      'messaging.destination.partition.id': '0',
      'messaging.message.id': expect.stringMatching(/^\d+-\d+$/),
      'server.address': 'default',
    });
    const { traceId, spanId } = send?.spanContext() ?? {};
    expect(field(fields, 'traceparent')).toBe(`00-${traceId}-${spanId}-01`);
  });

  test('a failed emit is a failed span with the code as its type', async () => {
    const backend = new MemoryStreamBackend();
    await backend.close();
    await expect(new OrdersStream({ backend }).emit(order)).rejects.toThrow();
    const [send] = exporter.getFinishedSpans();
    expect(send?.status.code).toBe(SpanStatusCode.ERROR);
    expect(send?.attributes['error.type']).toBe('CLOSED');
  });

  test('a handler runs within a consumer span linked to the producer', async () => {
    const fields = await emitted();
    const [send] = exporter.getFinishedSpans();
    let active: string | undefined;
    await tracing().process?.(received(fields), async () => {
      active = trace.getActiveSpan()?.spanContext().spanId;
    });
    const span = exporter.getFinishedSpans().at(-1);
    expect(span).toMatchObject({ name: 'process orders', kind: SpanKind.CONSUMER });
    expect(span?.spanContext().spanId).toBe(active);
    expect(span?.parentSpanContext).toBeUndefined();
    expect(span?.links.map(({ context }) => context.spanId)).toEqual([send?.spanContext().spanId]);
    expect(span?.attributes).toEqual({
      'messaging.system': 'valkey',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'orders',
      'messaging.destination.partition.id': '0',
      'messaging.consumer.group.name': 'workers',
      'messaging.client.id': 'host:1',
      'messaging.message.id': '1-0',
      'server.address': '10.0.0.7',
      'server.port': 6379,
    });
  });

  test('one message is two spans, from emit to handler, with what the handler does inside', async () => {
    const backend = new MemoryStreamBackend();
    const orders = new OrdersStream({ backend, logger: false });
    const consumer = orders.consume(async () => {
      trace.getTracer('app').startSpan('ship').end();
    });
    await orders.emit(order);
    await waitForHandled(consumer, 1);
    await orders.close();
    const spans = new Map(exporter.getFinishedSpans().map((span) => [span.name, span]));
    expect([...spans.keys()].sort()).toEqual(['process orders', 'send orders', 'ship']);
    const [send, process, ship] = ['send orders', 'process orders', 'ship'].map((name) =>
      spans.get(name),
    );
    expect(process?.links[0]?.context.spanId).toBe(send?.spanContext().spanId);
    expect(ship?.parentSpanContext?.spanId).toBe(process?.spanContext().spanId);
  });

  test('the producer is the parent where one trace through both is wished', async () => {
    const fields = await emitted();
    const [send] = exporter.getFinishedSpans();
    await tracing({ producer: 'parent' }).process?.(received(fields), async () => {});
    const span = exporter.getFinishedSpans().at(-1);
    expect(span?.parentSpanContext?.spanId).toBe(send?.spanContext().spanId);
    expect(span?.spanContext().traceId).toBe(send?.spanContext().traceId);
    expect(span?.links).toEqual([]);
  });

  test('what a handler throws marks its span and goes on unchanged', async () => {
    const rejection = new RejectError('no such customer');
    const run = tracing().process?.(received([]), () => Promise.reject(rejection));
    await expect(run).rejects.toBe(rejection);
    const [span] = exporter.getFinishedSpans();
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    expect(span?.attributes['error.type']).toBe('RejectError');
    expect(span?.links).toEqual([]);
  });

  test('a broken traceparent of a foreign producer is no link and no error', async () => {
    await tracing().process?.(received(['traceparent', '00-nonsense']), async () => {});
    expect(exporter.getFinishedSpans()[0]?.links).toEqual([]);
  });

  test('tracing: false leaves it all out', async () => {
    const backend = new MemoryStreamBackend();
    await new OrdersStream({ backend, tracing: false }).emit(order);
    expect(exporter.getFinishedSpans()).toEqual([]);
    expect(backend.store.entries('orders')[0]?.fields).not.toContain('traceparent');
  });
});

import { Stream } from '@pspf/runtime/generated';

/** 217 bytes as JSON. */
export const makeOrder = (i) => ({
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

/** Everyone judges with this one, so that no validator is measured. */
export const isOrder = (order) =>
  typeof order.id === 'string' &&
  typeof order.customerId === 'string' &&
  typeof order.total === 'number' &&
  Array.isArray(order.lines);

export const FINGERPRINT = '3f1c0a9be2d47756';

export class BenchStream extends Stream {
  constructor(options) {
    super(
      {
        contract: 1,
        stream: 'orders',
        group: 'workers',
        key: '/customerId',
        retry: { limit: 0, backoff: { initial: 1, factor: 1, max: 1 } },
        dlq: { maxLength: 1 },
        timeout: 30_000,
        retain: 'none',
        fingerprint: FINGERPRINT,
        validator: { write: isOrder, read: isOrder, explain: () => [] },
      },
      options,
    );
  }
}

import assert from 'node:assert/strict';
import { PspfError } from '@pspf/runtime';
import { MemoryStreamBackend, waitFor } from '@pspf/runtime/testing';
import { type Declined, type PaymentEvent, PaymentsStream } from './expected/index.js';

const declined: Declined = { type: 'declined', paymentId: 'p-1', reason: 'funds' };
const events: PaymentEvent[] = [
  { type: 'authorized', paymentId: 'p-1', amount: { currency: 'EUR', minor: 995 } },
  { type: 'captured', paymentId: 'p-1', amount: { currency: 'EUR', minor: 995 } },
  declined,
];
// @ts-expect-error a field of another branch
export const mixed: PaymentEvent = { type: 'captured', paymentId: 'p-1', reason: 'funds' };

export default async function use(): Promise<void> {
  const stream = new PaymentsStream({ backend: new MemoryStreamBackend() });
  const seen: string[] = [];
  stream.consume((event) => {
    if (event.type === 'declined') seen.push(event.reason);
    else seen.push(`${event.amount.minor} ${event.amount.currency}`);
  });
  await stream.emitMany(events);
  const unknown: unknown = { type: 'refunded', paymentId: 'p-1' };
  await assert.rejects(
    stream.emit(unknown as PaymentEvent),
    (error) => PspfError.is(error) && error.issues[0]?.pointer === '/type',
  );
  await waitFor(() => seen.length === 3);
  assert.deepEqual(seen, ['995 EUR', '995 EUR', 'funds']);
  await stream.close();
}

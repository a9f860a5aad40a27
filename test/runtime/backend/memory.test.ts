import { expect, test } from 'vitest';
import { MemoryStreamBackend } from '../../../runtime/dist/backend/memory.js';
import { MemoryStore } from '../../../runtime/dist/backend/memory-store.js';
import { backendContract } from '../../contract/backend.contract.js';
import { memoryUnderTest } from '../../support/memory-under-test.js';

backendContract('memory', async () => memoryUnderTest());

test('time in memory is the time of its clock alone', async () => {
  let now = 0;
  let ring = (): void => {};
  const store = new MemoryStore({
    clock: {
      now: () => now,
      date: () => new Date(1_700_000_000_000 + now),
      after: (_, callback) => {
        ring = callback;
        return () => {};
      },
    },
  });
  const backend = new MemoryStreamBackend(store);
  const source = { key: 'orders', group: 'workers' };
  await backend.ensureGroup(source, { from: 'start', dlq: '{orders}:dlq' });
  const reader = await backend.openReader(source, 'a');
  const empty = reader.read(1, 2_000);
  ring();
  expect(await empty).toEqual([]);
  const [result] = await backend.append('orders', [{ fields: ['data', '1'], bytes: 5 }]);
  expect(result).toEqual({ status: 'appended', id: '1700000000000-0' });
  await reader.read(1, 0);
  now = 59_999;
  const idle = { from: 'idle', minIdle: 60_000, count: 10, cursor: '' } as const;
  expect((await backend.claim(source, 'b', idle)).deliveries).toEqual([]);
  now = 60_000;
  expect((await backend.claim(source, 'b', idle)).deliveries).toHaveLength(1);
  expect(await backend.inspect(source)).toMatchObject({ oldestPendingMs: 60_000 });
});

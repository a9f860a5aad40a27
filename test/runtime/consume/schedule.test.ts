import { expect, test } from 'vitest';
import type { Source } from '../../../runtime/dist/backend/backend.js';
import type { Entry } from '../../../runtime/dist/consume/entry.js';
import { Schedule } from '../../../runtime/dist/consume/schedule.js';

// The promises hold by `schedule.property.test.ts`; here is what size does.

const source: Source = { key: 'orders', group: 'workers' };
const limits = {
  concurrency: 16,
  prefetch: 16,
  fastPrefetch: 40,
  waiting: 100_000,
  heldBytes: 10_000_000,
  timeout: 30_000,
  claimIdle: 60_000,
  grace: 10_000,
  retry: { limit: 10, backoff: { initial: 500, factor: 3, max: 60_000 } },
  orderOnRetry: 'wait',
} as const;

function deliver(schedule: Schedule<undefined>, n: number, key: string | undefined, now = 0): void {
  const token = { id: `${n}-0`, consumer: 'me', count: 1 };
  schedule.delivered({ source, token, key, bytes: 1, body: undefined }, 'read', now);
}

test('a lane of fifty thousand is handed back in one decision', () => {
  const schedule = new Schedule<undefined>(limits, () => 0.5);
  for (let n = 0; n < 50_000; n += 1) deliver(schedule, n, 'hot');
  const [running] = schedule.decide(0).run.filter((entry) => schedule.begin(entry, 0));
  expect(schedule.count('blocked')).toBe(49_999);
  schedule.drain(1_000, 2_000);
  expect(schedule.decide(0).settle).toEqual([]);
  if (running === undefined) throw new Error('nothing runs');
  schedule.finished(running, 1, { kind: 'done' }, 10);
  const [settled] = schedule.decide(10).settle;
  expect(settled).toBe(running);
  schedule.settled(running);
  const { settle } = schedule.decide(11);
  expect(settle.length).toBe(49_999);
  expect(settle.every(({ decree }) => decree?.kind === 'release' && decree.count === 0)).toBe(true);
  expect(settle.map(({ token }) => token.id).slice(0, 3)).toEqual(['1-0', '2-0', '3-0']);
});

test('two hundred thousand messages pass while ten thousand wait for their retry, and nothing is kept of them', () => {
  const schedule = new Schedule<undefined>(limits, () => 1);
  let next = 0;
  let now = 0;
  const failing = 10_000;
  for (let done = 0; done < 200_000; ) {
    now += 0.01;
    const { run, settle } = schedule.decide(now);
    for (const entry of settle) schedule.settled(entry);
    for (const entry of run) {
      schedule.begin(entry, now);
      const fails = schedule.count('waiting') < failing;
      const outcome = fails
        ? ({ kind: 'failed', reason: 'failed', error: undefined, delayMs: 3_600_000 } as const)
        : ({ kind: 'done' } as const);
      schedule.finished(entry, entry.token.count, outcome, now);
      if (!fails) done += 1;
    }
    for (let room = schedule.readRoom; room > 0; room -= 1) {
      next += 1;
      deliver(schedule, next, `k${next}`, now);
    }
  }
  expect(schedule.count('waiting')).toBe(failing);
  expect(schedule.tokens(source).length).toBeLessThan(failing + 200);
});

test('reads ahead as much as it handles during one read, within its bounds', () => {
  const schedule = new Schedule<undefined>(limits, () => 0);
  let next = 0;
  /** One read, of which `handled` entries are handled until the next. */
  const read = (handled: number): number => {
    const room = schedule.readRoom;
    schedule.readOpened(room);
    schedule.readClosed(room);
    for (let i = 0; i < room; i += 1) deliver(schedule, next++, undefined);
    let left = handled;
    for (let run = schedule.decide(0).run; run.length > 0 && left > 0; ) {
      for (const entry of run) {
        schedule.begin(entry, 0);
        schedule.finished(entry, 1, { kind: 'done' }, 0);
        left -= 1;
      }
      const decision = schedule.decide(0);
      for (const entry of decision.settle) schedule.settled(entry);
      run = decision.run;
    }
    return room;
  };
  const all = Number.POSITIVE_INFINITY;
  const { concurrency } = limits;
  expect([read(all), read(all), read(all)]).toEqual([concurrency + 16, concurrency + 32, 56]);
  expect([read(all), read(concurrency)]).toEqual([56, 56]);
  expect(schedule.readRoom).toBe(0);
});

test('first runs and retries take turns: neither starves the other', () => {
  const schedule = new Schedule<undefined>({ ...limits, concurrency: 1, prefetch: 100 }, () => 0);
  const counts: number[] = [];
  const finish = (entry: Entry<undefined>, now: number) => {
    schedule.begin(entry, now);
    counts.push(entry.token.count);
    const outcome = { kind: 'failed', reason: 'failed', error: undefined } as const;
    schedule.finished(entry, entry.token.count, outcome, now);
  };
  for (let n = 0; n < 20; n += 1) deliver(schedule, n, undefined);
  for (let now = 0; now < 20; now += 1) {
    for (let decision = schedule.decide(now); ; decision = schedule.decide(now)) {
      for (const entry of decision.restart) {
        schedule.restarted(entry, { ...entry.token, count: entry.token.count + 1 });
      }
      for (const entry of decision.run) finish(entry, now);
      if (decision.run.length > 0) break;
    }
  }
  const firstRuns = counts.filter((count) => count === 1).length;
  expect(Math.abs(firstRuns - counts.length / 2)).toBeLessThanOrEqual(1);
});

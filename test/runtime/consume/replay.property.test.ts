import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faulty, seeded } from './faulty.js';
import { DLQ, Shop, source } from './order-stream.js';

// Dead letters are replayed again and again while two consumers work, all through connections that fail before, or
// after, the server has carried out a command, or answer late. A seed decides everything.

interface Plan {
  readonly seed: number;
  readonly orders: number;
  readonly odds: number;
  readonly concurrency: number;
  readonly limit: number;
}

const plans: fc.Arbitrary<Plan> = fc.record({
  seed: fc.integer(),
  orders: fc.integer({ min: 1, max: 40 }),
  odds: fc.constantFrom(0, 0.1, 0.4),
  concurrency: fc.integer({ min: 1, max: 5 }),
  limit: fc.integer({ min: 0, max: 2 }),
});

async function live(plan: Plan) {
  const shop = new Shop();
  const random = seeded(plan.seed);
  let odds = plan.odds;
  let failures = 0.5;
  const connected = () => faulty(shop.backend, shop.clock, random, () => odds, 1_000);
  const succeeded = new Map<string, number>();
  const firsts = new Set<string>();
  const given = () => ({
    setup: { backend: connected(), random },
    definition: {
      key: '/customer',
      retry: { limit: plan.limit, backoff: { initial: 500, factor: 2, max: 5_000 } },
    },
    options: { concurrency: plan.concurrency, claimIdle: 15_000, recovery: 3_000 },
  });
  const handler = async (_: unknown, { origin, attempt }: { origin: string; attempt: number }) => {
    if (attempt === 1) firsts.add(origin);
    await new Promise<void>((resolve) => shop.clock.after(random() * 500, resolve));
    if (random() < failures) throw new Error('no');
    succeeded.set(origin, (succeeded.get(origin) ?? 0) + 1);
  };
  shop.consume(handler, given());
  shop.consume(handler, given());

  const operator = connected();
  /** As `Stream.replay('all')` does it; what fails is done again later. */
  const replayAll = async () => {
    const { letters } = await operator.deadLetters(source, { dlq: DLQ, cursor: '', count: 100 });
    await operator.replay(source, { dlq: DLQ, ids: letters.map(({ id }) => id) });
  };
  const ids: string[] = [];
  for (let i = 0; i < plan.orders; i += 1) {
    ids.push(...(await shop.order({ customer: `c${i % 3}` })));
    await shop.clock.advance(random() * 500);
    if (random() < 0.3) void replayAll().catch(() => {});
  }
  await shop.clock.advance(10_000);
  // One leaves in the middle of it, another comes; then the network heals, and the handler with it.
  void shop.consumers[0]?.stop({ deadline: 4_000 });
  void replayAll().catch(() => {});
  await shop.clock.advance(5_000);
  shop.consume(handler, given());
  odds = 0;
  failures = 0;
  const left = () =>
    shop.store.entries('{orders}:replay:workers').length +
    shop.pending().length +
    shop.dead().length;
  for (let round = 0; left() > 0 && round < 200; round += 1) {
    void replayAll();
    await shop.clock.advance(2_000);
  }
  const origins = ids.map((id) => `orders/${id}`);
  await shop.stopAll();
  return {
    left: left(),
    lost: origins.filter((origin) => !succeeded.has(origin)),
    strangers: [...succeeded.keys()].filter((origin) => !origins.includes(origin)),
    // A delivery whose answer was lost counts as a start.
    unstarted: plan.odds > 0 ? [] : origins.filter((origin) => !firsts.has(origin)),
    twice: plan.odds > 0 ? [] : [...succeeded.values()].filter((times) => times > 1),
  };
}

test('whatever is replayed, however often, through any network: nothing is lost, and without faults nothing comes twice', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      expect(await live(plan)).toEqual({
        left: 0,
        lost: [],
        strangers: [],
        unstarted: [],
        twice: [],
      });
    }),
    { numRuns: 60 },
  );
}, 60_000);

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faulty, seeded } from './faulty.js';
import { Shop, withMethods } from './order-stream.js';

// Two consumers on one memory server through connections that fail before, or after, the server has carried out a
// command, or answer late. A seed decides everything, so that a failure can be played again.

interface Plan {
  readonly seed: number;
  readonly orders: number;
  readonly customers: number;
  readonly odds: number;
  readonly concurrency: number;
  readonly limit: number;
}

const plans: fc.Arbitrary<Plan> = fc.record({
  seed: fc.integer(),
  orders: fc.integer({ min: 1, max: 40 }),
  customers: fc.integer({ min: 1, max: 5 }),
  odds: fc.constantFrom(0, 0.1, 0.3, 0.6),
  concurrency: fc.integer({ min: 1, max: 5 }),
  limit: fc.integer({ min: 0, max: 3 }),
});

async function live(plan: Plan) {
  const shop = new Shop();
  const random = seeded(plan.seed);
  let odds = plan.odds;
  const acknowledged = new Set<string>();
  const watched = withMethods(shop.backend, {
    async settle(from, settlements) {
      const results = await shop.backend.settle(from, settlements);
      for (const [index, { token, verdict }] of settlements.entries()) {
        if (results[index] === 'done' && verdict.kind !== 'release') acknowledged.add(token.id);
      }
      return results;
    },
  });
  const after: string[] = [];
  const handled = new Set<string>();
  const handler = async ({ id }: { id: number }, message: { id: string; attempt: number }) => {
    if (acknowledged.has(message.id)) after.push(message.id);
    await new Promise<void>((resolve) => shop.clock.after(random() * 3_000, resolve));
    const dice = random();
    if (dice < 0.2) throw new Error(`order ${id}`);
    handled.add(message.id);
  };
  const given = () => ({
    setup: { backend: faulty(watched, shop.clock, random, () => odds, 2_000), random },
    definition: {
      key: '/customer',
      retry: { limit: plan.limit, backoff: { initial: 500, factor: 2, max: 5_000 } },
    },
    options: { concurrency: plan.concurrency, claimIdle: 15_000, recovery: 3_000 },
  });
  shop.consume(handler, given());
  shop.consume(handler, given());

  const ids: string[] = [];
  for (let i = 0; i < plan.orders; i += 1) {
    const customer = `c${Math.floor(random() * plan.customers)}`;
    ids.push(...(await shop.order({ customer })));
    await shop.clock.advance(random() * 500);
  }
  await shop.clock.advance(20_000);
  // One leaves in the middle of it, another comes; then the network heals.
  void shop.consumers[0]?.stop({ deadline: 4_000 });
  await shop.clock.advance(5_000);
  shop.consume(handler, given());
  odds = 0;
  await shop.until(() => ids.every((id) => acknowledged.has(id)), 600_000);
  const dead = new Set(shop.dead().map((letter) => letter['dlq:id']));
  const unheard = ids.filter((id) => !handled.has(id) && !dead.has(id));
  await shop.stopAll();
  return { after, unheard, pending: shop.pending() };
}

test('whatever the network does: nothing is lost, and nothing is handled after it was acknowledged', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      expect(await live(plan)).toEqual({ after: [], unheard: [], pending: [] });
    }),
    { numRuns: 60 },
  );
}, 60_000);

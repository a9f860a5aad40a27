import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FAULT_NAMES, type FaultName, type Step, schedule } from './schedule.js';

const STEPS = 70;
const seeds = fc.nat({ max: 2 ** 31 });
const faults = fc.shuffledSubarray([...FAULT_NAMES], { minLength: 1 });

function steps(seed: number, names: readonly FaultName[]): Step[] {
  const endless = schedule(seed, names);
  return Array.from({ length: STEPS }, () => endless.next().value);
}

test('the same seed makes the same faults', () => {
  fc.assert(
    fc.property(seeds, faults, (seed, names) => {
      expect(steps(seed, names)).toEqual(steps(seed, names));
    }),
  );
});

test('another seed makes others', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      expect(steps(seed, FAULT_NAMES)).not.toEqual(steps(seed + 1, FAULT_NAMES));
    }),
  );
});

test('each round has every fault once, all bounded', () => {
  fc.assert(
    fc.property(seeds, faults, (seed, names) => {
      const all = steps(seed, names);
      for (let at = 0; at + names.length <= STEPS; at += names.length) {
        const round = all.slice(at, at + names.length).map(({ fault }) => fault);
        expect(round.sort()).toEqual([...names].sort());
      }
      for (const { calm, lasts, dice } of all) {
        expect(Math.min(calm, lasts, dice)).toBeGreaterThanOrEqual(0);
        expect(Math.max(calm, lasts)).toBeLessThanOrEqual(10_000);
        expect(dice).toBeLessThan(1);
      }
    }),
  );
});

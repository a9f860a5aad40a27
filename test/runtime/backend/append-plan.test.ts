import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planAppend } from '../../../runtime/dist/backend/append-plan.js';

const entries = fc
  .array(fc.nat({ max: 20_000 }), { maxLength: 600 })
  .map((sizes) => sizes.map((bytes, index) => ({ bytes, fields: ['data', String(index)] })));

test('entries are cut into commands in their order, none too large, none twice, none lost', () => {
  fc.assert(
    fc.property(entries, fc.boolean(), (given, guarded) => {
      const steps = planAppend(given, guarded);
      expect(steps.flatMap((step) => step.entries)).toEqual(given);
      for (const {
        kind,
        entries: [...own],
      } of steps) {
        const bytes = own.reduce((sum, entry) => sum + entry.bytes, 0);
        if (own.length === 1) expect(kind).toBe(guarded ? 'script' : 'single');
        else expect([kind, own.length <= 128, bytes <= 262_144]).toEqual(['script', true, true]);
      }
    }),
  );
});

test('small entries share commands', () => {
  const given = Array.from({ length: 64 }, () => ({ bytes: 300, fields: ['data', '1'] }));
  expect(planAppend(given, false)).toHaveLength(1);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Alarms } from '../../../runtime/dist/consume/alarms.js';

test('whatever is set, moved and cleared, the earliest goes off first and each at most once', () => {
  const step = fc.record({
    what: fc.constantFrom('set', 'set', 'clear', 'take'),
    item: fc.nat(20),
    at: fc.nat(100),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const items = Array.from({ length: 21 }, (_, id) => ({ id, alarmAt: 0, alarmSlot: -1 }));
      const alarms = new Alarms<(typeof items)[number]>();
      const model = new Map<number, number>();
      for (const { what, item: index, at } of steps) {
        const item = items[index];
        if (item === undefined) continue;
        if (what === 'set') {
          alarms.set(item, at);
          model.set(index, at);
        } else if (what === 'clear') {
          alarms.clear(item);
          model.delete(index);
        } else {
          const due = [...model.values()].filter((time) => time <= at);
          const taken = alarms.take(at);
          expect(taken === undefined).toBe(due.length === 0);
          if (taken === undefined) continue;
          expect(model.get(taken.id)).toBe(Math.min(...due));
          model.delete(taken.id);
        }
        expect(alarms.next).toBe(model.size === 0 ? undefined : Math.min(...model.values()));
        expect(alarms.all().length).toBe(model.size);
      }
    }),
  );
});

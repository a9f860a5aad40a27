import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChurnMap } from '../../../runtime/dist/consume/churn-map.js';

test('holds what a Map would hold, through more keys than it keeps room for', () => {
  const step = fc.record({ key: fc.nat({ max: 40 }), remove: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.nat({ max: 3_000 }), (steps, passing) => {
      const ours = new ChurnMap<number, { n: number }>();
      const model = new Map<number, { n: number }>();
      const apply = ({ key, remove }: { key: number; remove: boolean }, n: number) => {
        if (remove) {
          ours.delete(key);
          model.delete(key);
        } else {
          ours.set(key, { n });
          model.set(key, { n });
        }
        expect(ours.get(key)).toEqual(model.get(key));
      };
      steps.forEach(apply);
      for (let key = 100; key < 100 + passing; key += 1) {
        ours.set(key, { n: key });
        ours.delete(key);
      }
      steps.forEach(apply);
      const numbers = (values: Iterable<{ n: number }>) =>
        [...values].map(({ n }) => n).sort((a, b) => a - b);
      expect(numbers(ours.values())).toEqual(numbers(model.values()));
    }),
  );
});

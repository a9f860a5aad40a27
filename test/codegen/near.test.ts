import fc from 'fast-check';
import { expect, test } from 'vitest';
import { didYouMean, editDistance } from '../../codegen/dist/near.js';

test.each([
  ['tiemout', 'timeout'],
  ['descripton', 'description'],
  ['GROUP', 'group'],
  ['keys', 'key'],
  ['chekc', 'check'],
])('takes %s for %s', (given, meant) => {
  const keys = ['stream', 'timeout', 'description', 'group', 'key', 'check'];
  expect(didYouMean(given, keys)).toBe(`Did you mean '${meant}'?`);
});

test('suggests nothing far off', () => {
  expect(didYouMean('banana', ['stream', 'group', 'key'])).toBeUndefined();
});

test('counts insertions, deletions, substitutions and swaps, up to its bound', () => {
  const word = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', 'c') });
  fc.assert(
    fc.property(word, word, (a, b) => {
      const distance = editDistance(a, b, 20);
      expect(editDistance(b, a, 20)).toBe(distance);
      expect(distance === 0).toBe(a === b);
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(editDistance(a, b, 2)).toBe(Math.min(distance, 3));
    }),
  );
  expect(editDistance('abcd', 'acbd', 9)).toBe(1);
});

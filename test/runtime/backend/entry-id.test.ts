import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareIds, idTime } from '../../../runtime/dist/backend/entry-id.js';

const part = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

test('entry ids compare as pairs of numbers, whatever their size', () => {
  fc.assert(
    fc.property(part, part, part, part, (a, b, c, d) => {
      const expected = a === c ? Number(b > d) - Number(b < d) : Number(a > c) - Number(a < c);
      expect(Math.sign(compareIds(`${a}-${b}`, `${c}-${d}`))).toBe(expected);
    }),
  );
});

test('an entry id tells when it was appended', () => {
  expect(idTime('1700000000000-3')).toBe(1_700_000_000_000);
});

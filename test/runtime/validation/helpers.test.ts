import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isEqual } from '../../../runtime/dist/validation/equal.js';
import { codePoints, isLonger, isShorter } from '../../../runtime/dist/validation/length.js';
import { isMultipleOf } from '../../../runtime/dist/validation/multiple-of.js';
import { nearest } from '../../../runtime/dist/validation/near.js';
import {
  asObject,
  hasUnknown,
  propertyCount,
} from '../../../runtime/dist/validation/own-properties.js';
import { isUnique } from '../../../runtime/dist/validation/unique.js';
import { equal } from '../../support/evaluate.js';

const text = fc.string({ unit: 'binary', maxLength: 20 });

test('lengths are counted in code points', () => {
  fc.assert(
    fc.property(text, fc.nat(25), (value, bound) => {
      const length = [...value].length;
      expect(codePoints(value)).toBe(length);
      expect(isShorter(value, bound)).toBe(length < bound);
      expect(isLonger(value, bound)).toBe(length > bound);
    }),
  );
  expect(codePoints('\ud800\ud800\udc00')).toBe(2);
});

test('a decimal is a multiple of its step, whatever floating point says', () => {
  const steps = [0.01, 0.1, 0.001, 0.25, 1, 3, 7, 1e-7, 12.5];
  fc.assert(
    fc.property(fc.constantFrom(...steps), fc.integer({ min: -1e6, max: 1e6 }), (step, times) => {
      const digits = Math.max(0, 8 - Math.ceil(Math.log10(step)));
      const value = Number((step * times).toFixed(Math.min(digits, 12)));
      expect(isMultipleOf(value, step)).toBe(true);
      expect(isMultipleOf(value + step / 2, step)).toBe(false);
    }),
  );
  expect(isMultipleOf(19.99, 0.01)).toBe(true);
  expect(isMultipleOf(0.35, 0.01)).toBe(true);
  expect(isMultipleOf(1e308, 0.5)).toBe(true);
  expect(isMultipleOf(5e-324, 1)).toBe(false);
  expect(isMultipleOf(Number.POSITIVE_INFINITY, 1)).toBe(false);
});

test('values are equal as JSON is', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: true }), fc.jsonValue(), (a, b) => {
      expect(isEqual(a, structuredClone(a))).toBe(true);
      expect(isEqual(a, b)).toBe(equal(a, b));
    }),
  );
  expect(isEqual({ a: 1, b: undefined }, { a: 1 })).toBe(true);
  expect(isEqual([], {})).toBe(false);
  expect(isEqual(JSON.parse('{"__proto__":1}'), {})).toBe(false);
});

test('items are unique where no two are equal, few or many', () => {
  const item = fc.jsonValue({ maxDepth: 2 });
  fc.assert(
    fc.property(fc.array(item, { maxLength: 12 }), (items) => {
      const same = items.some((a, index) => items.slice(0, index).some((b) => equal(a, b)));
      expect(isUnique(items)).toBe(!same);
      const copied = items.map((one) => (typeof one === 'object' ? structuredClone(one) : one));
      if (items.length > 0) expect(isUnique([...items, ...copied])).toBe(false);
    }),
  );
  const many = Array.from({ length: 5_000 }, (_, index) => ({ index, name: `n${index}` }));
  expect(isUnique(many)).toBe(true);
  expect(isUnique([...many, { name: 'n77', index: 77 }])).toBe(false);
});

test('an object is seen without what it inherits', () => {
  const plain = { a: 1 };
  expect(asObject(plain)).toBe(plain);
  expect(asObject(Object.create({ a: 1 }))).toEqual({});
  for (const value of [null, undefined, 1, 'a', [], () => 1])
    expect(asObject(value)).toBeUndefined();
  expect(hasUnknown({ a: 1, b: undefined }, new Set(['a']))).toBe(false);
  expect(hasUnknown({ a: 1, b: 1 }, new Set(['a']))).toBe(true);
  expect(propertyCount({ a: 1, b: undefined })).toBe(1);
});

test('a slip of the finger finds the word that was meant', () => {
  const words = ['quantity', 'customerId', 'sku', 'placedAt'];
  for (const [slip, meant] of [
    ['quantiy', 'quantity'],
    ['qauntity', 'quantity'],
    ['customerid', 'customerId'],
    ['skuu', 'sku'],
    ['zzzz', undefined],
    ['id', undefined],
  ] as const) {
    expect(nearest(slip, words)).toBe(meant);
  }
});

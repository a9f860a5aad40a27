import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomSchema } from '../../support/random-schemas.js';
import { lowerPayloads, printModules } from '../../support/validators.js';

const shop = {
  orders: {
    type: 'object',
    properties: { price: { $ref: '../schemas/money.json' }, note: { type: 'string' } },
    oneOf: [
      { properties: { kind: { const: 'card' } }, required: ['kind'] },
      {
        properties: { kind: { const: 'bank' }, iban: { type: 'string' } },
        required: ['kind', 'iban'],
      },
    ],
  },
  refunds: { type: 'object', properties: { amount: { $ref: '../schemas/money.json' } } },
};
const money = {
  type: 'object',
  properties: { amount: { type: 'integer' }, currency: { enum: ['EUR', 'USD'] } },
  required: ['amount', 'currency'],
  additionalProperties: false,
};
const files = { 'schemas/money.json': money };

/** The same data with the keys of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const copy: object = {};
  for (const [name, item] of Object.entries(value).reverse()) {
    Object.defineProperty(copy, name, { value: reversed(item), enumerable: true });
  }
  return copy;
}

test('the same schemas give the same bytes, in whatever order their keys stand', () => {
  fc.assert(
    fc.property(randomSchema, (schema) => {
      const printed = printModules(lowerPayloads({ one: schema }));
      expect(printModules(lowerPayloads({ one: schema }))).toEqual(printed);
      expect(printModules(lowerPayloads({ one: reversed(schema) }))).toEqual(printed);
    }),
    { numRuns: 40, endOnFailure: true },
  );
}, 60_000);

test('one stream changes and the modules of others stay as they were', () => {
  const before = printModules(lowerPayloads(shop, files));
  const orders = {
    ...shop.orders,
    properties: {
      ...shop.orders.properties,
      extra: { oneOf: [{}, { type: 'object', maxProperties: 1 }] },
    },
  };
  const after = printModules(lowerPayloads({ ...shop, orders }, files));
  expect(after.get('orders.validator')).not.toBe(before.get('orders.validator'));
  expect(after.get('refunds.validator')).toBe(before.get('refunds.validator'));
  expect(after.get('_shared.validator')).toBe(before.get('_shared.validator'));
});

test('what several streams use is printed once and imported', () => {
  const modules = printModules(lowerPayloads(shop, files));
  const shared = modules.get('_shared.validator') ?? '';
  expect(shared).toContain('export function v_Money(data: any): boolean {');
  for (const name of ['orders', 'refunds']) {
    const text = modules.get(`${name}.validator`);
    expect(text).toContain('import { v_Money, schemas } from "./_shared.validator.js";');
    expect(text).not.toContain('function v_Money');
    expect(text).not.toContain('currency');
  }
});

test('parts of a definition are named by where they stand', () => {
  const schema = { not: { required: ['a', 'b'] }, items: { contains: { minimum: 3 } } };
  const text = printModules(lowerPayloads({ one: schema })).get('one.validator');
  expect(text).toContain('function v_OnePayload__not(data: any): boolean {');
  expect(text).toContain('function v_OnePayload__contains(data: any): boolean {');
});

test('two parts that want one name both say what they hold', () => {
  const branch = (type: string): unknown => ({ properties: { a: { type } }, required: ['a'] });
  const schema = { anyOf: [branch('string'), branch('integer')] };
  const text = printModules(lowerPayloads({ one: schema })).get('one.validator') ?? '';
  const names = [...text.matchAll(/function (v_\w+)/g)].map(([, name]) => name);
  expect(names).toHaveLength(3);
  const swapped = { anyOf: schema.anyOf.toReversed() };
  const other = printModules(lowerPayloads({ one: swapped })).get('one.validator') ?? '';
  expect([...other.matchAll(/function (v_\w+)/g)].map(([, name]) => name)).toEqual(names);
});

import { expect, test } from 'vitest';
import type { Definition, Schema } from '../../../codegen/dist/schema/dialect.js';
import { type Lowered, lowerAll } from '../../../codegen/dist/schema/lower.js';
import { usage } from '../../../codegen/dist/schema/reach.js';
import { declarations } from '../../support/memory-loader.js';

const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';

function lower(...args: Parameters<typeof declarations>): Lowered {
  const { declarations: all, loader } = declarations(...args);
  const { value, diagnostics } = lowerAll(all, loader);
  if (value === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
  return value;
}

/** Definitions by name, without places. */
function byName(set: Lowered): Record<string, unknown> {
  return Object.fromEntries(
    [...set.definitions.values()].map(({ name, schema }) => [name, plain(set, schema)]),
  );
}

function plain(set: Lowered, schema: Schema): unknown {
  const text = JSON.stringify(schema, (key, value: unknown) => {
    if (key === 'at') return undefined;
    return key === 'call' ? set.definitions.get(String(value))?.name : value;
  });
  return JSON.parse(text);
}

function root(set: Lowered, module: string): Definition | undefined {
  return set.definitions.get(set.roots.get(module) ?? '');
}

test('an untitled payload is called after its module, a titled one after its title', () => {
  const set = lower({ orders: { type: 'object' }, 'stock-levels': { title: 'stock level' } });
  expect(root(set, 'orders')?.name).toBe('OrdersPayload');
  expect(root(set, 'stock-levels')?.name).toBe('StockLevel');
});

test('a payload that is a reference is what it refers to', () => {
  const set = lower(
    { orders: { $ref: '../schemas/order.json' } },
    {
      'schemas/order.json': {
        type: 'object',
        properties: { id: { $ref: '#/$defs/id' } },
        $defs: { id: { type: 'string' } },
      },
    },
  );
  expect(byName(set)).toEqual({
    Order: { type: ['object'], properties: [['id', { call: 'Id' }]] },
    Id: { type: ['string'] },
  });
});

test('schemas that several streams use are one definition, known to be shared', () => {
  const money = { 'schemas/money.yaml': 'type: object\nproperties: { amount: { type: integer } }' };
  const payload = { type: 'object', properties: { price: { $ref: '../schemas/money.yaml' } } };
  const set = lower({ orders: payload, refunds: payload }, money);
  const users = [...usage(set)].map(([id, modules]) => [
    set.definitions.get(id)?.name,
    [...modules],
  ]);
  expect(users).toEqual([
    ['Money', ['orders', 'refunds']],
    ['OrdersPayload', ['orders']],
    ['RefundsPayload', ['refunds']],
  ]);
});

test('equal names in different places have longer alternatives from the path', () => {
  const of = (type: string) => ({
    properties: { item: { title: 'Item', type: 'object', properties: { id: { type } } } },
  });
  const set = lower({ shop: { properties: { x: of('string'), y: of('integer') } } });
  const items = [...set.definitions.values()].filter(({ name }) => name === 'Item');
  expect(items.map(({ alternatives }) => alternatives)).toEqual([
    ['XItem', 'ShopXItem'],
    ['YItem', 'ShopYItem'],
  ]);
});

test('branches of a union told apart by a tag are definitions, named by title or tag', () => {
  const branch = (kind: string, more = {}) => ({
    type: 'object',
    required: ['kind'],
    properties: { kind: { const: kind } },
    ...more,
  });
  const set = lower({
    orders: {
      oneOf: [branch('placed'), branch('order.cancelled'), branch('x', { title: 'Lost' })],
    },
  });
  expect(plain(set, root(set, 'orders')?.schema ?? true)).toEqual({
    oneOf: [{ call: 'OrdersPlaced' }, { call: 'OrderCancelled' }, { call: 'Lost' }],
  });
});

test.each([
  [
    'nullable is folded into the type',
    { type: 'string', nullable: true },
    { type: ['string', 'null'] },
  ],
  ['const is an enum of one', { const: { a: 1 } }, { enum: [{ a: 1 }] }],
  ['const and enum hold together', { const: 1, enum: [1, 2] }, { enum: [1] }],
  ['const outside its enum allows nothing', { const: 3, enum: [1, 2] }, false],
  [
    'equal enum values count once',
    {
      enum: [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
    },
    { enum: [{ a: 1, b: 2 }] },
  ],
  ['a tuple in 2020-12', { prefixItems: [true], items: false }, { prefix: [true], rest: false }],
  [
    'a tuple in draft-07',
    { $schema: DRAFT_07, items: [true], additionalItems: false },
    { prefix: [true], rest: false },
  ],
  [
    'items of a list in draft-07',
    { $schema: DRAFT_07, items: { type: 'null' }, additionalItems: false },
    { rest: { type: ['null'] } },
  ],
  [
    'dependencies are split in two',
    { $schema: DRAFT_07, dependencies: { b: { required: ['c'] }, a: ['b'] } },
    { dependentRequired: [['a', ['b']]], dependentSchemas: [['b', { required: ['c'] }]] },
  ],
  [
    'contains counts',
    { contains: true, minContains: 0, maxContains: 2 },
    { contains: { schema: true, min: 0, max: 2 } },
  ],
  ['contains of at least none says nothing', { contains: true, minContains: 0 }, {}],
  [
    'minContains is no keyword of draft-07',
    { $schema: DRAFT_07, contains: true, minContains: 0 },
    { contains: { schema: true, min: 1 } },
  ],
  ['then without if says nothing', { then: false }, {}],
  ['an unknown format is dropped', { format: 'int64' }, {}],
  [
    'properties keep their order',
    { properties: { b: true, a: true } },
    {
      properties: [
        ['b', true],
        ['a', true],
      ],
    },
  ],
  [
    '__proto__ is a name',
    JSON.parse('{"properties":{"__proto__":{"type":"null"}}}'),
    { properties: [['__proto__', { type: ['null'] }]] },
  ],
  [
    'a $ref hides its siblings in draft-07',
    {
      $schema: DRAFT_07,
      properties: { a: { $ref: '#/definitions/b', type: 'null' } },
      definitions: { b: true },
    },
    { properties: [['a', { call: 'B' }]] },
  ],
  [
    'a $ref stands beside siblings in 2020-12',
    { properties: { a: { $ref: '#/$defs/b', type: 'null' } }, $defs: { b: true } },
    { properties: [['a', { call: 'B', type: ['null'] }]] },
  ],
  [
    'unevaluatedProperties of plain properties closes',
    { properties: { a: true }, unevaluatedProperties: false },
    { properties: [['a', true]], additionalProperties: false },
  ],
])('%s', (_, schema, lowered) => {
  const set = lower({ m: schema });
  expect(plain(set, root(set, 'm')?.schema ?? true)).toEqual(lowered);
});

test('what is unevaluated after a union depends on the branches that hold', () => {
  const branch = (name: string) => ({ required: [name], properties: { [name]: true } });
  const set = lower({ m: { anyOf: [branch('a'), branch('b')], unevaluatedProperties: false } });
  const guarded = (name: string) => ({
    when: { properties: [[name, true]], required: [name] },
    evaluated: { names: [name], patterns: [], guarded: [] },
  });
  expect(plain(set, root(set, 'm')?.schema ?? true)).toMatchObject({
    remaining: { schema: false, evaluated: { names: [], guarded: [guarded('a'), guarded('b')] } },
  });
});

test('neither the order of declarations nor of keys changes anything but the order of properties', () => {
  const a = {
    properties: { x: { $ref: '#/$defs/x' }, y: { $ref: '#/$defs/y' } },
    $defs: { x: { title: 'T' }, y: { title: 'T' } },
  };
  const b = {
    $defs: { y: { title: 'T' }, x: { title: 'T' } },
    properties: { x: { $ref: '#/$defs/x' }, y: { $ref: '#/$defs/y' } },
  };
  const plainly = (set: Lowered) =>
    [...set.definitions.values()].map((definition) => ({
      ...definition,
      schema: plain(set, definition.schema),
    }));
  expect(plainly(lower({ q: b, p: b }))).toEqual(plainly(lower({ p: a, q: a })));
});

test('recursion through files is a definition that calls itself', () => {
  const set = lower(
    { tree: { $ref: '../a.json' } },
    {
      'a.json': { properties: { b: { $ref: 'b.json' } } },
      'b.json': { items: { $ref: 'a.json' } },
    },
  );
  expect(byName(set)).toEqual({
    A: { properties: [['b', { call: 'B' }]] },
    B: { rest: { call: 'A' } },
  });
});

test('a schema nested 500 deep, and 5,000 definitions in a ring, are lowered', () => {
  let deep: unknown = { type: 'string' };
  for (let depth = 0; depth < 240; depth += 1) deep = { properties: { a: deep } };
  const ring = Object.fromEntries(
    Array.from({ length: 5000 }, (_, i) => [
      `d${i}`,
      { properties: { next: { $ref: `#/$defs/d${(i + 1) % 5000}` } } },
    ]),
  );
  const set = lower({ deep, ring: { $ref: '#/$defs/d0', $defs: ring } });
  expect(set.definitions.size).toBe(5000 + 4);
});

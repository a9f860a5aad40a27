import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evolve } from '../../../codegen/dist/schema/evolution.js';
import { type Lowered, lowerAll } from '../../../codegen/dist/schema/lower.js';
import { payload, payloadSchema, type RawSchema } from '../../support/arbitrary-schema.js';
import { evaluate } from '../../support/evaluate.js';
import { declarations } from '../../support/memory-loader.js';

const values = fc.array(payload, { minLength: 20, maxLength: 20 });

function lower(payloads: Readonly<Record<string, RawSchema>>, files = {}): Lowered {
  const { declarations: all, loader } = declarations(payloads, files);
  const { value, diagnostics } = lowerAll(all, loader);
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  return value;
}

/** Validity of values for producers, as declared, and for consumers. */
function judge(schema: RawSchema) {
  const set = lower({ m: schema });
  const evolved = evolve(set, new Map([['m', 'open-reader']]));
  return {
    write: (value: unknown) => evaluate(evolved, evolved.write.get('m') ?? '', value),
    declared: (value: unknown) => evaluate(set, set.roots.get('m') ?? '', value),
    read: (value: unknown) => evaluate(evolved, evolved.read.get('m') ?? '', value),
  };
}

test.each([
  ['any schema', { contains: true, unevaluated: true }],
  ['schemas mostly of objects', { contains: true, plain: true }],
])('consumers accept whatever producers may write: %s', (_, vocabulary) => {
  fc.assert(
    fc.property(payloadSchema(vocabulary), values, (schema, values) => {
      const { write, declared, read } = judge(schema);
      for (const value of values) {
        if (write(value)) expect({ value, read: read(value) }).toEqual({ value, read: true });
        if (write(value))
          expect({ value, declared: declared(value) }).toEqual({ value, declared: true });
      }
    }),
    { numRuns: 100 },
  );
});

test('closing one place is what unevaluatedProperties: false says there', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd');
  const scalar = fc.constantFrom<RawSchema>(true, { type: 'string' }, { const: 1 });
  const schemas = fc.letrec<{ node: RawSchema }>((tie) => {
    const node = tie('node');
    const properties = fc.dictionary(key, scalar, { maxKeys: 2 });
    const list = fc.array(node, { minLength: 1, maxLength: 3 });
    return {
      node: fc.oneof(
        { maxDepth: 3 },
        fc.record({ properties }),
        fc.record({ properties, allOf: list }),
        fc.record({ properties, anyOf: list }),
        fc.record({ properties, oneOf: list }),
        fc.record(
          { properties, if: node, then: node, else: node },
          { requiredKeys: ['properties', 'if'] },
        ),
        fc.record({
          properties: properties.map((some) => ({ ...some, a: true })),
          dependentSchemas: fc.record({ a: node }),
        }),
      ),
    };
  }).node;
  const objects = fc.array(
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.constantFrom(1, 'x')),
    { minLength: 20, maxLength: 20 },
  );
  fc.assert(
    fc.property(schemas, objects, (schema, values) => {
      const { write } = judge(schema);
      const { declared: unevaluated } = judge({ allOf: [schema], unevaluatedProperties: false });
      for (const value of values) {
        expect({ value, written: write(value) }).toEqual({ value, written: unevaluated(value) });
      }
    }),
    { numRuns: 100 },
  );
});

const object = (properties: object, more = {}): RawSchema => ({
  type: 'object',
  properties,
  ...more,
});

test.each<[string, RawSchema, unknown, { write: boolean; read: boolean }]>([
  [
    'a name that nothing speaks of',
    object({ a: true }),
    { a: 1, b: 1 },
    { write: false, read: true },
  ],
  [
    'also deeper',
    object({ a: { items: object({ b: true }) } }),
    { a: [{ c: 1 }] },
    { write: false, read: true },
  ],
  [
    'a closed object is opened',
    object({ a: true }, { additionalProperties: false }),
    { b: 1 },
    { write: false, read: true },
  ],
  [
    'names of all parts together',
    { allOf: [object({ a: true }), object({ b: true })] },
    { a: 1, b: 1 },
    { write: true, read: true },
  ],
  [
    'a map stays open',
    object({ a: true }, { additionalProperties: { type: 'number' } }),
    { a: 1, b: 1 },
    { write: true, read: true },
  ],
  [
    'names by rule stay open',
    { type: 'object', propertyNames: { maxLength: 1 } },
    { a: 1, b: 1 },
    { write: true, read: true },
  ],
  [
    'an object of which nothing is said stays open',
    object({ a: { type: 'object' } }),
    { a: { b: 1 } },
    { write: true, read: true },
  ],
  [
    'an object said to have no properties is closed',
    object({}),
    { a: 1 },
    { write: false, read: true },
  ],
  [
    'a required name is spoken of',
    object({ a: true }, { required: ['b'] }),
    { b: 1 },
    { write: true, read: true },
  ],
  [
    'a pattern is spoken of',
    object({}, { patternProperties: { '^x-': true } }),
    { 'x-a': 1 },
    { write: true, read: true },
  ],
  [
    'nothing changes inside not',
    object({ a: { not: object({ b: { const: 1 } }, { required: ['b'] }) } }),
    { a: { b: 1, c: 1 } },
    { write: false, read: false },
  ],
  [
    'nothing opens under a maximum',
    { contains: object({ a: true }, { additionalProperties: false }), maxContains: 1 },
    [{ a: 1 }, { a: 1, b: 1 }],
    { write: true, read: true },
  ],
  [
    'branches that can hold together are closed together',
    {
      anyOf: [
        object({ kind: { enum: ['x', 'y'] }, a: true }, { required: ['kind'] }),
        object({ kind: { enum: ['y', 'z'] }, b: true }, { required: ['kind'] }),
      ],
    },
    { kind: 'y', a: 1, b: 1 },
    { write: true, read: true },
  ],
  [
    'a property that two parts describe is closed as one',
    { allOf: [object({ a: object({ b: true }) }), object({ a: object({ c: true }) })] },
    { a: { b: 1, c: 1 } },
    { write: true, read: true },
  ],
  [
    'and refuses what neither describes',
    { allOf: [object({ a: object({ b: true }) }), object({ a: object({ c: true }) })] },
    { a: { b: 1, d: 1 } },
    { write: false, read: true },
  ],
  [
    'a property that a branch describes too is left open',
    { ...Object(object({ a: object({ b: true }) })), anyOf: [object({ a: object({ c: true }) })] },
    { a: { b: 1, c: 1, d: 1 } },
    { write: true, read: true },
  ],
  [
    'branches that closing tells apart are read as anyOf',
    { oneOf: [object({ a: object({ b: true }) }), object({ a: object({ c: true }) })] },
    { a: { b: 1 } },
    { write: true, read: true },
  ],
])('%s', (_, schema, value, expected) => {
  const { write, read } = judge(schema);
  expect({ write: write(value), read: read(value) }).toEqual(expected);
});

test('a union told apart by a tag is closed branch by branch, without asking twice', () => {
  const branch = (tag: string, name: string) =>
    object({ kind: { const: tag }, [name]: true }, { required: ['kind'] });
  const set = lower({ m: { oneOf: [branch('x', 'a'), branch('y', 'b')] } });
  const { definitions, write } = evolve(set, new Map([['m', 'open-reader']]));
  const root = definitions.get(write.get('m') ?? '')?.schema;
  expect(root).toMatchObject({
    oneOf: [{ call: expect.any(String) }, { call: expect.any(String) }],
  });
  expect(root).not.toHaveProperty('remaining');
});

test('what closing and opening leave as it is keeps its id, and strict streams are untouched', () => {
  const files = {
    'money.json': object(
      { amount: { type: 'integer' } },
      { additionalProperties: { type: 'string' } },
    ),
    'tree.json': { type: 'array', items: { $ref: 'tree.json' } },
  };
  const parts = { price: { $ref: '../money.json' }, tree: { $ref: '../tree.json' } };
  const set = lower({ a: object(parts), b: object(parts) }, files);
  const { definitions, write, read } = evolve(
    set,
    new Map([
      ['a', 'open-reader'],
      ['b', 'strict'],
    ]),
  );
  expect([write.get('b'), read.get('b')]).toEqual([set.roots.get('b'), set.roots.get('b')]);
  expect(read.get('a')).toBe(set.roots.get('a'));
  expect([...definitions.keys()].filter((id) => !set.definitions.has(id))).toEqual([
    write.get('a'),
  ]);
});

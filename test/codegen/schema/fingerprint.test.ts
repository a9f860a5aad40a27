import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lowerAll } from '../../../codegen/dist/schema/lower.js';
import { payloadSchema } from '../../support/arbitrary-schema.js';
import { declarations } from '../../support/memory-loader.js';

function fingerprint(
  payload: unknown,
  files: Readonly<Record<string, unknown>> = {},
): string | undefined {
  const { declarations: all, loader } = declarations({ m: payload }, files);
  return lowerAll(all, loader).value?.fingerprints.get('m');
}

const order = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string' }, title: { type: 'string' }, item: { $ref: '#/$defs/item' } },
  $defs: { item: { enum: ['a', 'b'] } },
};

test('is 16 hex digits that never change for a schema', () => {
  expect(fingerprint(order)).toBe('119d2a4c2a25c104');
});

test('does not depend on the order of keys', () => {
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, each]) => [key, shuffled(each)]),
    );
  };
  fc.assert(
    fc.property(payloadSchema(), (schema) => {
      expect(fingerprint(shuffled(schema))).toBe(fingerprint(schema));
    }),
    { numRuns: 50 },
  );
});

test.each([
  [
    'annotations',
    {
      ...order,
      title: 'Order',
      description: 'An order',
      examples: [1],
      default: {},
      deprecated: true,
      $comment: 'x',
    },
  ],
  [
    'the name of the default draft',
    { ...order, $schema: 'https://json-schema.org/draft/2020-12/schema' },
  ],
  [
    'the name of a definition',
    {
      ...order,
      properties: { ...order.properties, item: { $ref: '#/$defs/thing' } },
      $defs: { thing: order.$defs.item },
    },
  ],
  [
    'an anchor in place of a path',
    {
      ...order,
      properties: { ...order.properties, item: { $ref: '#it' } },
      $defs: { item: { $anchor: 'it', ...order.$defs.item } },
    },
  ],
  [
    'definitions that nothing refers to',
    { ...order, $defs: { ...order.$defs, unused: { type: 'null' } } },
  ],
])('%s do not change it', (_, payload) => {
  expect(fingerprint(payload)).toBe(fingerprint(order));
});

test('moving and renaming a file does not change it', () => {
  const within = (path: string) => ({
    ...order,
    properties: { ...order.properties, item: { $ref: path } },
  });
  const item = { title: 'Item', ...order.$defs.item };
  expect(fingerprint(within('item.json'), { 'streams/item.json': item })).toBe(
    fingerprint(within('../other/thing.yaml#/x'), { 'other/thing.yaml': { x: item } }),
  );
  expect(fingerprint(within('item.json'), { 'streams/item.json': item })).toBe(fingerprint(order));
});

test.each([
  ['another draft', { $schema: 'http://json-schema.org/draft-07/schema#', ...order }],
  ['another keyword', { ...order, minProperties: 1 }],
  [
    'a property that is called like an annotation',
    { ...order, properties: { ...order.properties, title: { type: 'number' } } },
  ],
  ['another value of an enum', { ...order, $defs: { item: { enum: ['a', 'c'] } } }],
  [
    'an enum of objects with a key that is called like an annotation',
    { ...order, $defs: { item: { enum: [{ title: 1 }] } } },
  ],
])('%s changes it', (_, payload) => {
  expect(fingerprint(payload)).not.toBe(fingerprint(order));
});

test('a value in an enum counts whole', () => {
  const of = (value: unknown) => fingerprint({ enum: [value] });
  expect(of({ description: 'a' })).not.toBe(of({ description: 'b' }));
});

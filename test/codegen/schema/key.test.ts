import { expect, test } from 'vitest';
import { lowerAll } from '../../../codegen/dist/schema/lower.js';
import { declarations } from '../../support/memory-loader.js';

function problem(key: string, payload: unknown): string | undefined {
  const { declarations: all, loader } = declarations({ m: payload }, {}, { m: key });
  const [first] = lowerAll(all, loader).diagnostics.filter(({ code }) => code === 'PSPF047');
  return first && `${first.at?.line} ${first.message} | ${first.hint}`;
}

const order = {
  type: 'object',
  required: ['id', 'total', 'customer', 'lines'],
  properties: {
    id: { type: 'string' },
    total: { type: 'number' },
    note: { type: 'string' },
    kind: { enum: ['a', 'b'] },
    'a/b': { type: 'integer' },
    customer: { $ref: '#/$defs/customer' },
    lines: { type: 'array' },
  },
  $defs: {
    customer: { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } },
  },
};

test.each([
  ['a required string', '/id', order],
  ['a required integer, through a reference', '/customer/id', order],
  ['what an allOf requires', '/kind', { allOf: [order, { required: ['kind'] }] }],
  ['a name with a slash', '/a~1b', { allOf: [order, { required: ['a/b'] }] }],
  [
    'every branch of a union',
    '/k',
    {
      oneOf: ['x', 'y'].map((tag) => ({
        type: 'object',
        required: ['k', 'tag'],
        properties: { tag: { const: tag }, k: { type: 'string' } },
      })),
    },
  ],
  [
    'required beside a union that types it',
    '/k',
    {
      type: 'object',
      required: ['k'],
      anyOf: [{ properties: { k: { type: 'string' } } }, { properties: { k: { const: 5 } } }],
    },
  ],
])('%s can be the key', (_, key, payload) => {
  expect(problem(key, payload)).toBeUndefined();
});

test.each([
  [
    'a field that is not there',
    '/idd',
    order,
    "Did you mean '/id'? Possible are also: /customer/id.",
  ],
  ['an optional field', '/note', order, 'Possible are: /id, /customer/id.'],
  ['a number with fractions', '/total', order, 'Possible are: /id, /customer/id.'],
  ['an array', '/lines', order, 'Possible are: /id, /customer/id.'],
  [
    'a field of a payload that need not be an object',
    '/id',
    { required: ['id'], properties: { id: { type: 'string' } } },
    'Make a property of the payload required, with type string or integer, and name it here.',
  ],
  [
    'a field that one branch has not',
    '/k',
    {
      type: 'object',
      required: ['k'],
      anyOf: [{ properties: { k: { type: 'string' } } }, true],
    },
    'Make a property of the payload required, with type string or integer, and name it here.',
  ],
  [
    'null beside string',
    '/k',
    { type: 'object', required: ['k'], properties: { k: { type: ['string', 'null'] } } },
    'Make a property of the payload required, with type string or integer, and name it here.',
  ],
])('%s cannot be the key, and the message lists what can', (_, key, payload, hint) => {
  const expected = `The key ${key} is no string or integer that every payload has | ${hint}`;
  expect(problem(key, payload)).toBe(`3 ${expected}`);
});

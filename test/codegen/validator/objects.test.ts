import { expect, test } from 'vitest';
import { validatorFor } from '../../support/validators.js';

const INHERITED = Object.getOwnPropertyNames(Object.prototype);

test.each(INHERITED)('%s is a name like others', async (name) => {
  const required = await validatorFor({ type: 'object', required: [name] });
  const closed = await validatorFor({
    type: 'object',
    properties: JSON.parse(`{${JSON.stringify(name)}: {"type": "string"}}`),
    additionalProperties: false,
  });
  const holding = (value: unknown): unknown =>
    JSON.parse(`{${JSON.stringify(name)}: ${JSON.stringify(value)}}`);
  expect(required.write({})).toBe(false);
  expect(required.explain({}, 'write')[0]?.pointer).toBe(`/${name}`);
  expect(required.write(holding(1))).toBe(true);
  expect(closed.write({})).toBe(true);
  expect(closed.write(holding('x'))).toBe(true);
  expect(closed.write(holding(1))).toBe(false);
  expect(closed.explain(holding(1), 'write')[0]?.pointer).toBe(`/${name}`);
});

test('only own fields are payload', async () => {
  const validator = await validatorFor({
    type: 'object',
    properties: { id: { type: 'string' } },
    required: ['id'],
    additionalProperties: false,
  });
  class Order {
    constructor(readonly id: unknown) {}
    get total(): number {
      return 1;
    }
  }
  expect(validator.write(new Order('o-1'))).toBe(true);
  expect(validator.write(new Order(1))).toBe(false);
  expect(validator.write(Object.create({ id: 'o-1' }))).toBe(false);
  expect(validator.explain(Object.create({ id: 'o-1' }), 'write')[0]?.keyword).toBe('required');
  expect(validator.write(Object.assign(Object.create(null), { id: 'o-1' }))).toBe(true);
});

test('a field that is undefined is absent, as it is on the wire', async () => {
  const validator = await validatorFor({
    type: 'object',
    properties: { id: { type: 'string' }, note: { type: 'string' } },
    required: ['id'],
    additionalProperties: false,
    maxProperties: 1,
  });
  expect(validator.write({ id: 'o-1', note: undefined, other: undefined })).toBe(true);
  expect(validator.write({ id: undefined })).toBe(false);
  expect(validator.explain({ id: undefined }, 'write')[0]?.pointer).toBe('/id');
});

test('fields of a closed object are counted, whichever are there', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const validator = await validatorFor({
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, name < 'c' ? {} : { items: true }])),
    required: ['a', 'c'],
    additionalProperties: false,
  });
  for (const extra of [[], ['b'], ['d'], ['b', 'd'], ['e'], ['b', 'e'], ['b', 'd', 'e']]) {
    const value = Object.fromEntries(['a', 'c', ...extra].map((name) => [name, 0]));
    expect(validator.write(value)).toBe(!extra.includes('e'));
  }
});

test('values that look like methods are equal as data (row 39)', async () => {
  const validator = await validatorFor({ uniqueItems: true });
  for (const name of ['valueOf', 'toString', 'constructor', 'toJSON']) {
    expect(validator.write([{ [name]: 1 }, { [name]: 1 }])).toBe(false);
    expect(validator.write([{ [name]: 1 }, { [name]: 2 }])).toBe(true);
  }
});

test('NaN and infinities are no numbers', async () => {
  const validator = await validatorFor({ type: ['number', 'null'], minimum: 0 });
  const bounded = await validatorFor({ minimum: 0 });
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
    expect(validator.write(value)).toBe(false);
  expect(bounded.write(Number.NaN)).toBe(false);
  expect(validator.write(0)).toBe(true);
});

test('what one pattern found out of a value is not taken for granted by what else asks of it', async () => {
  const object = (name: string) => ({
    type: 'object',
    properties: { [name]: { type: 'integer' } },
  });
  const schemas = {
    additional: {
      patternProperties: { '^x-': object('a') },
      additionalProperties: object('b'),
    },
    patterns: { patternProperties: { '^x-': object('a'), '^y-': object('b') } },
    remaining: {
      patternProperties: { '^x-': object('a') },
      unevaluatedProperties: object('b'),
    },
  };
  for (const [name, schema] of Object.entries(schemas)) {
    const { write } = await validatorFor({ type: 'object', ...schema });
    for (const key of ['x-1', 'y-1']) {
      for (const value of [null, 'text', 1, [], ['b']]) {
        expect(write({ [key]: value }), `${name} ${key} ${JSON.stringify(value)}`).toBe(false);
      }
      expect(write({ [key]: {} }), `${name} ${key}`).toBe(true);
    }
  }
});

import { expect, test } from 'vitest';
import { printTypes } from '../../../codegen/dist/types/print.js';
import { idsOf, lower, place, printAll, setOf } from './support.js';

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
const MONEY = object({ amount: { type: 'integer' }, currency: { type: 'string' } });
const SHOP = object(
  { order: { $ref: '#/$defs/Order' }, refund: { $ref: '#/$defs/Refund' } },
  {
    $defs: {
      Money: MONEY,
      Order: object({
        total: { $ref: '#/$defs/Money' },
        lines: { items: { $ref: '#/$defs/Line' } },
      }),
      Refund: object({ of: { $ref: '#/$defs/Order' }, sum: { $ref: '#/$defs/Money' } }),
      Line: object({ price: { $ref: '#/$defs/Money' }, part: { $ref: '#/$defs/Line' } }),
    },
  },
);

test('a definition is printed alone, in any company and order, and names what it mentions', async () => {
  const set = lower(SHOP);
  const nameOf = (id: string): string => `${set.definitions.get(id)?.name}Type`;
  const ids = idsOf(set);
  const all = await printTypes(set, ids, nameOf);
  const reversed = await printTypes(set, ids.toReversed(), nameOf);
  for (const id of ids) {
    const alone = await printTypes(set, [id], nameOf);
    expect(alone.get(id)).toEqual(all.get(id));
    expect(reversed.get(id)).toEqual(all.get(id));
  }
  const order = [...all].find(([id]) => nameOf(id) === 'OrderType')?.[1];
  expect(order?.references.map(nameOf)).toEqual(['MoneyType', 'LineType']);
});

test('a union of event types is an alias of their names', async () => {
  const event = (kind: string) =>
    object({ kind: { const: kind } }, { required: ['kind'], title: `payment ${kind}` });
  expect(
    await printAll({ title: 'Payment', oneOf: [event('authorized'), event('captured')] }),
  ).toBe(
    [
      'export type Payment = PaymentAuthorized | PaymentCaptured;',
      'export interface PaymentAuthorized {\n  kind: "authorized";\n}',
      'export interface PaymentCaptured {\n  kind: "captured";\n}',
    ].join('\n'),
  );
});

test('annotations become doc comments', async () => {
  const schema = object(
    {
      id: { description: 'Unique.\n\nFor ever.  ', deprecated: true, examples: ['o-1', 'o-2'] },
      size: { type: 'integer', default: 1 },
      note: { type: 'string', description: 'ends */ here' },
    },
    { description: 'An order.' },
  );
  expect(await printAll(schema)).toBe(`/** An order. */
export interface Payload {
  /**
   * Unique.
   *
   * For ever.
   * @deprecated
   * @example "o-1"
   * @example "o-2"
   */
  id?: unknown;
  /** @default 1 */
  size?: number;
  /** ends *\\/ here */
  note?: string;
}`);
});

test('with openObjects: index, objects that say nothing of further names have an index signature', async () => {
  const schema = object({
    open: object({ a: { type: 'string' } }),
    closed: object({ a: { type: 'string' } }, { additionalProperties: false }),
  });
  expect(await printAll(schema, { openObjects: 'index' })).toBe(`export interface Payload {
  open?: {
    a?: string;
    [k: string]: unknown;
  };
  closed?: {
    a?: string;
  };
  [k: string]: unknown;
}`);
});

test('an object that what is unevaluated closes has no index signature, and may still be met with more', async () => {
  const a = { type: ['object'], properties: [['a', true]], at: place } as const;
  const remaining = { schema: false, evaluated: { names: ['a'], patterns: [], guarded: [] } };
  const set = setOf({
    Base: { ...a, remaining },
    More: { call: 'Base', properties: [['b', true]], at: place },
  });
  const printed = await printTypes(set, ['Base', 'More'], (id) => id, { openObjects: 'index' });
  expect([...printed.values()].map(({ text }) => text)).toEqual([
    'export interface Base {\n  a?: unknown;\n}',
    'export interface More {\n  b?: unknown;\n  a?: unknown;\n}',
  ]);
});

test('with nonEmptyArrays, an array of at least one item says so', async () => {
  const schema = { type: 'array', items: { enum: ['a', 'b'] }, minItems: 2 };
  expect(await printAll(schema, { nonEmptyArrays: true })).toBe(
    'export type Payload = [("a" | "b"), ...("a" | "b")[]];',
  );
});

test('a long union stands one member a line', async () => {
  const values = Array.from({ length: 12 }, (_, index) => `a longer value ${index}`);
  const text = await printAll(object({ value: { enum: values, type: ['string', 'null'] } }));
  expect(text.split('\n')[2]).toBe('    | "a longer value 0"');
  expect(text.split('\n').at(-2)).toBe('    | "a longer value 11";');
});

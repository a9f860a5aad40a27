import { expect, test } from 'vitest';
import type { Schema } from '../../../codegen/dist/schema/dialect.js';
import { printTypes } from '../../../codegen/dist/types/print.js';
import { printsOf } from './agreement.js';
import { compile } from './compile.js';
import { place, printAll, setOf } from './support.js';

const at = place;

/** What the compiler says of a text that stands alone. */
function errorsIn(text: string, more = ''): ReturnType<typeof compile> {
  return compile({ 'types.ts': `${text}\n${more}` });
}

test('objects nested 500 deep print and compile', { timeout: 60_000 }, async () => {
  let schema: Schema = { type: ['string'], at };
  for (let depth = 0; depth < 500; depth += 1) {
    const rest: Schema = schema;
    schema =
      depth % 5 === 0
        ? { type: ['array'], rest, at }
        : { type: ['object'], properties: [['next', rest]], required: ['next'], at };
  }
  const text = await printsOf(setOf({ Deep: schema }), 'Deep');
  expect(text.match(/next/g)).toHaveLength(400);
  expect(await errorsIn(text)).toEqual([]);
});

test('what is nested beyond every reason is unknown from some depth on', async () => {
  let schema: Schema = { type: ['string'], at };
  for (let depth = 0; depth < 3_000; depth += 1) schema = { type: ['array'], rest: schema, at };
  expect(await printsOf(setOf({ Deep: schema }), 'Deep')).toMatch(/= unknown(\[\]){500,};$/);
});

test('an enum of 10,000 values has each of them', { timeout: 60_000 }, async () => {
  const values = Array.from({ length: 10_000 }, (_, index) => `value ${index}`);
  const text = await printAll({ enum: values });
  expect(text.split('\n')).toHaveLength(10_001);
  const uses =
    'export const last: Payload = "value 9999";\nexport const wrong: Payload = "value 10000";';
  expect(await errorsIn(text, uses)).toMatchObject([{ line: 10_003 }]);
});

test('unions that multiply past all bounds stay within a size, and compile', {
  timeout: 60_000,
}, async () => {
  const names = Array.from('abcdefgh');
  const branch = (name: string, index: number) => ({
    type: 'object',
    properties: { [`${name}${index}`]: { type: 'string' } },
    required: [`${name}${index}`],
  });
  const text = await printAll({
    allOf: names.map((name) => ({ anyOf: [0, 1, 2, 3].map((index) => branch(name, index)) })),
  });
  expect(text.length).toBeLessThan(50_000);
  const value = Object.fromEntries(names.map((name) => [`${name}1`, '']));
  const uses = `const value = ${JSON.stringify(value)};\nexport const typed: Payload = value;`;
  expect(await errorsIn(text, uses)).toEqual([]);
});

test('definitions in a ring of 5,000 are printed one by one', { timeout: 60_000 }, async () => {
  const count = 5_000;
  const ring = Array.from({ length: count }, (_, index): [string, Schema] => [
    `D${index}`,
    { type: ['object'], properties: [['next', { call: `D${(index + 1) % count}`, at }]], at },
  ]);
  const set = setOf(Object.fromEntries(ring));
  const printed = await printTypes(set, ['D0', 'D4999'], (id) => id);
  expect([...printed.values()]).toEqual([
    { text: 'export interface D0 {\n  next?: D1;\n}', references: ['D1'] },
    { text: 'export interface D4999 {\n  next?: D0;\n}', references: ['D0'] },
  ]);
});

test('5,000 definitions that each are the next with something more are no deep recursion', async () => {
  const chain = Array.from({ length: 5_000 }, (_, index): [string, Schema] => [
    `D${index}`,
    index === 4_999
      ? { type: ['object'], properties: [['last', { type: ['string'], at }]], at }
      : {
          allOf: [
            { call: `D${index + 1}`, at },
            { required: [`r${index % 3}`], at },
          ],
          at,
        },
  ]);
  const printed = await printTypes(setOf(Object.fromEntries(chain)), ['D0'], (id) => id);
  expect(printed.get('D0')?.text).toBe('export type D0 = D1;');
});

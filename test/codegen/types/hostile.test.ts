import ts from 'ts-morph';
import { expect, test } from 'vitest';
import type { Json } from '../../../codegen/dist/schema/dialect.js';
import { MARK } from '../../../codegen/dist/types/sheet.js';
import { refusedByTypes, type Sample } from './agreement.js';
import { compile } from './compile.js';
import { lower, printAll } from './support.js';

const HOSTILE = [
  '*/ export const hacked = 1; /*',
  '/** */',
  `\`\${process.exit()}\``,
  `\${number}`,
  'a"b',
  "a'b",
  'a\\',
  'a\nexport const hacked = 1;',
  'a\r\nb',
  'a\u2028b\u2029c',
  '</script><script>alert(1)</script>',
  '<!-- x',
  '__proto__',
  'constructor',
  'toString',
  'prototype',
  '',
  ' ',
  '1',
  '-1',
  '1e3',
  'new',
  'readonly',
  'get',
  'in',
  'default',
  '$ref',
  '$id',
  'tsType',
  'definitions',
  'ünï',
  '\ud83d\ude00',
  '\ud800',
  '\u202etxet',
  '\ufeff',
  `${MARK}t0`,
  `${MARK}p0`,
  `/**\n * ${MARK}t0\n */`,
  '@ts-nocheck',
  '@ts-expect-error',
  '{a} [b] (c) | d & e;',
] as const;

const own = (pairs: readonly (readonly [string, Json])[]): Json =>
  // JSON.parse makes an own property of __proto__, an object literal would not.
  JSON.parse(
    `{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`,
  );

/** Everything a schema can say with a text, said with all of the hostile ones. */
const SCHEMA = {
  type: 'object',
  description: HOSTILE.join('\n'),
  default: own(HOSTILE.map((text) => [text, text])),
  examples: [...HOSTILE],
  additionalProperties: false,
  properties: own([
    ...HOSTILE.map((text) => [text, { const: text, description: text, default: text }] as const),
    ['list', { type: 'array', items: { enum: [...HOSTILE] } }],
    [
      'tuple',
      { type: 'array', prefixItems: HOSTILE.map((text) => ({ const: text })), items: false },
    ],
    ['value', { const: own(HOSTILE.map((text) => [text, text])) }],
    [
      'patterns',
      {
        type: 'object',
        additionalProperties: false,
        patternProperties: own(
          HOSTILE.map(
            (text) =>
              [`^x${text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}`, { type: 'string' }] as const,
          ),
        ),
      },
    ],
  ]),
};

test('no text of a schema becomes code', async () => {
  const text = await printAll(SCHEMA);
  const file = ts.ts.createSourceFile('types.ts', text, ts.ts.ScriptTarget.Latest, true);
  expect(file.statements.map((statement) => ts.ts.SyntaxKind[statement.kind])).toEqual([
    'InterfaceDeclaration',
  ]);
  expect(text).not.toMatch(/[\u2028\u2029\u202e\ufeff]|<\/script/);
  expect(await compile({ 'types.ts': text })).toEqual([]);
});

test('keys and constants mean what they say', async () => {
  const set = lower(SCHEMA);
  const id = set.roots.get('orders') ?? '';
  const value = own([
    ...HOSTILE.filter((text) => text !== '__proto__').map((text) => [text, text] as const),
    ['list', [...HOSTILE]],
    ['tuple', [...HOSTILE]],
    ['patterns', own(HOSTILE.map((text) => [`x${text}`, text] as const))],
  ]);
  const sample: Sample = { set, id, value };
  expect([...(await refusedByTypes([sample], {})).values()]).toEqual([]);
});

test.each(HOSTILE)(
  'a wrong constant does not type-check where %j is the right one',
  async (text) => {
    expect(await printAll({ const: text })).toMatch(
      /^export type Payload = "[ -~\u00a0-\ud7ff\ue000-\uffff]*";$|😀/u,
    );
  },
);

test('a description that begins with a directive is no directive', async () => {
  const text = await printAll({
    type: 'object',
    properties: { a: { description: '@ts-ignore' }, b: true },
  });
  expect(await compile({ 'types.ts': text.replace('b?: unknown', 'b?: Missing') })).toHaveLength(1);
});

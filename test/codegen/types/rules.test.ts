import { describe, expect, test } from 'vitest';
import { printAll } from './support.js';

const string = { type: 'string' };
const number = { type: 'number' };
const ref = (name?: string) => ({ $ref: name === undefined ? '#' : `#/$defs/${name}` });
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
const closed = (patternProperties: object) => ({
  type: 'object',
  patternProperties,
  additionalProperties: false,
});
const AB = {
  A: object({ k: { const: 'a' } }, { required: ['k'] }),
  B: object({ k: { const: 'b' } }, { required: ['k'] }),
};

/** Text as it is printed, written here on lines of its own. */
const code = (text: string) => text.trim();

/** What a schema is, and the type that is printed of it. */
const RULES: Readonly<
  Record<string, readonly (readonly [what: string, given: unknown, want: string])[]>
> = {
  '1: nothing said is unknown, and annotations, formats and ranges make no type': [
    [
      'a description alone',
      { description: 'Anything.' },
      code(`
/** Anything. */
export type Payload = unknown;
`),
    ],
    [
      'a pattern, a format, a range',
      { pattern: '^a', format: 'email', minimum: 3 },
      code(`
export type Payload = unknown;
`),
    ],
    [
      'a default of another type',
      { type: 'number', default: '5' },
      code(`
/** @default "5" */
export type Payload = number;
`),
    ],
  ],
  '2: a keyword restricts only its own kind': [
    [
      'properties without a type',
      { properties: { a: string } },
      code(`
export type Payload = {
  a?: string;
} | unknown[] | string | number | boolean | null;
`),
    ],
    [
      'items without a type',
      { items: string },
      code(`
export type Payload = string[] | {
  [k: string]: unknown;
} | string | number | boolean | null;
`),
    ],
    [
      'required without a type',
      { required: ['a'] },
      code(`
export type Payload = {
  a: unknown;
} | unknown[] | string | number | boolean | null;
`),
    ],
  ],
  '3: literals are filtered by type': [
    [
      'an enum of several types',
      { type: 'string', enum: ['a', 1, null] },
      code(`
export type Payload = "a";
`),
    ],
    [
      'an enum of nothing that is left',
      { type: 'string', enum: [1] },
      code(`
export type Payload = never;
`),
    ],
    [
      'integers',
      { type: 'integer', enum: [1, 1.5, 2] },
      code(`
export type Payload = 1 | 2;
`),
    ],
    [
      'an object and an array as constants',
      { const: { a: [1, 'x'], b: null, c: {} } },
      code(`
export interface Payload {
  a: [1, "x"];
  b: null;
  c: {
    [k: string]: never;
  };
}
`),
    ],
    [
      'both booleans',
      { enum: [true, false] },
      code(`
export type Payload = boolean;
`),
    ],
  ],
  '4: nullable follows the validator': [
    [
      'beside a type and beside an enum',
      object({
        a: { type: 'string', nullable: true },
        b: { type: 'string', nullable: true, enum: ['x'] },
      }),
      code(`
export interface Payload {
  a?: string | null;
  b?: "x";
}
`),
    ],
  ],
  '5: references are a meet': [
    [
      'alone',
      object({ home: ref('Address') }, { $defs: { Address: object({ city: string }) } }),
      code(`
export interface Payload {
  home?: Address;
}
export interface Address {
  city?: string;
}
`),
    ],
    [
      'with a sibling that takes something away',
      { ...ref('Base'), required: ['a'], $defs: { Base: object({ a: string }) } },
      code(`
export interface Payload {
  a: string;
}
export interface Base {
  a?: string;
}
`),
    ],
    [
      'with siblings that take nothing away',
      object(
        { a: { ...ref('Id'), description: 'Who.' }, b: { ...ref('Id'), type: 'string' } },
        { $defs: { Id: string } },
      ),
      code(`
export interface Payload {
  /** Who. */
  a?: Id;
  b?: Id;
}
export type Id = string;
`),
    ],
  ],
  '6: a cycle needs a name between': [
    [
      'through a property',
      object({ next: { anyOf: [ref(), { type: 'null' }] } }),
      code(`
export interface Payload {
  next?: Payload | null;
}
`),
    ],
    [
      'through a property, with more asked for',
      object({ child: { allOf: [ref(), { required: ['name'] }] }, name: string }),
      code(`
export interface Payload {
  child?: Payload & {
    name: unknown;
  };
  name?: string;
}
`),
    ],
    [
      'through an item',
      { anyOf: [string, { type: 'array', items: ref() }] },
      code(`
export type Payload = string | Payload[];
`),
    ],
    [
      'through a tuple',
      { type: 'array', prefixItems: [string, { type: 'array', items: ref() }] },
      code(`
export type Payload = [string?, Payload[]?, ...(unknown[])];
`),
    ],
    [
      'through a closed tuple',
      { type: 'array', prefixItems: [{ type: 'array', items: ref() }], items: false },
      code(`
export type Payload = [item0?: Payload[]];
`),
    ],
  ],
  '7: tuples': [
    [
      'some items required, any rest',
      { type: 'array', prefixItems: [string, number], items: { enum: ['a', 'b'] }, minItems: 1 },
      code(`
export type Payload = [string, number?, ...("a" | "b")[]];
`),
    ],
    [
      'no rest',
      { type: 'array', prefixItems: [string, number], items: false },
      code(`
export type Payload = [string?, number?];
`),
    ],
    [
      'rest of which nothing is said',
      { type: 'array', prefixItems: [string] },
      code(`
export type Payload = [string?, ...unknown[]];
`),
    ],
    [
      'the spelling of draft-07',
      {
        $schema: 'http://json-schema.org/draft-07/schema#',
        type: 'array',
        items: [string],
        additionalItems: number,
      },
      code(`
export type Payload = [string?, ...number[]];
`),
    ],
    [
      'an impossible item ends it',
      { type: 'array', prefixItems: [string, false, number] },
      code(`
export type Payload = [string?];
`),
    ],
    [
      'an impossible item that is required',
      { type: ['array', 'null'], prefixItems: [string, false], minItems: 2 },
      code(`
export type Payload = null;
`),
    ],
    [
      'maxItems within the prefix',
      { type: 'array', prefixItems: [string, number], maxItems: 1 },
      code(`
export type Payload = [string?];
`),
    ],
    [
      'no items at all',
      { type: 'array', items: false },
      code(`
export type Payload = [];
`),
    ],
  ],
  '8: required counts wherever it stands': [
    [
      'in another part of allOf',
      { allOf: [object({ a: string, b: number }), { required: ['a'] }] },
      code(`
export interface Payload {
  a: string;
  b?: number;
}
`),
    ],
    [
      'of a name that a pattern types',
      object({}, { required: ['x-1'], patternProperties: { '^x-': number } }),
      code(`
export interface Payload {
  "x-1": number;
  [k: \`x-\${string}\`]: number;
}
`),
    ],
    [
      'of a name that additionalProperties types',
      object({}, { required: ['a'], additionalProperties: string }),
      code(`
export interface Payload {
  a: string;
  [k: string]: string;
}
`),
    ],
    [
      'of a name that is not allowed',
      object({ b: string }, { required: ['a'], additionalProperties: false }),
      code(`
export type Payload = never;
`),
    ],
    [
      'of a name that nothing types',
      { type: 'object', required: ['a'] },
      code(`
export interface Payload {
  a: unknown;
}
`),
    ],
  ],
  '9: closed is exact': [
    [
      'some names',
      object({ a: string }, { additionalProperties: false }),
      code(`
export interface Payload {
  a?: string;
}
`),
    ],
    [
      'no names',
      { type: 'object', additionalProperties: false },
      code(`
export interface Payload {
  [k: string]: never;
}
`),
    ],
    [
      'allOf of two keeps the common names',
      {
        allOf: [
          object({ a: true, b: true }, { additionalProperties: false }),
          object({ b: string, c: true }, { additionalProperties: false }),
        ],
      },
      code(`
export interface Payload {
  b?: string;
}
`),
    ],
  ],
  '11: open objects': [
    [
      'where the schema is silent',
      object({ a: string }),
      code(`
export interface Payload {
  a?: string;
}
`),
    ],
    [
      'where it says so',
      object({ a: string }, { additionalProperties: true }),
      code(`
export interface Payload {
  a?: string;
  [k: string]: unknown;
}
`),
    ],
    [
      'where it says of what type',
      { type: 'object', additionalProperties: number },
      code(`
export interface Payload {
  [k: string]: number;
}
`),
    ],
    [
      'where nothing is named',
      { type: 'object' },
      code(`
export interface Payload {
  [k: string]: unknown;
}
`),
    ],
    [
      'met with a closed one',
      {
        allOf: [
          object({ a: string }, { additionalProperties: {} }),
          object({ b: number }, { additionalProperties: false }),
        ],
      },
      code(`
export interface Payload {
  b?: number;
}
`),
    ],
  ],
  '12: an index beside names is the union of all': [
    [
      'an optional name',
      object({ n: number }, { additionalProperties: string }),
      code(`
export interface Payload {
  n?: number;
  [k: string]: string | number | undefined;
}
`),
    ],
    [
      'a required name',
      object({ n: number }, { required: ['n'], additionalProperties: string }),
      code(`
export interface Payload {
  n: number;
  [k: string]: string | number;
}
`),
    ],
  ],
  '13: patterns become template keys': [
    [
      'a prefix',
      object({}, { patternProperties: { '^x-': string } }),
      code(`
export interface Payload {
  [k: \`x-\${string}\`]: string;
}
`),
    ],
    [
      'runs of digits',
      closed({ '^\\d{4}-\\d\\d$': string }),
      code(`
export interface Payload {
  [k: \`\${number}-\${number}\`]: string;
}
`),
    ],
    [
      'alternatives',
      closed({ '^(a|b)$': string }),
      code(`
export interface Payload {
  a?: string;
  b?: string;
}
`),
    ],
    [
      'parts that no template can say',
      closed({ '^[a-z]+$': string }),
      code(`
export interface Payload {
  [k: string]: string;
}
`),
    ],
    [
      'look-around',
      closed({ '^(?!x)': string }),
      code(`
export interface Payload {
  [k: string]: string;
}
`),
    ],
    [
      'every name',
      object({ a: { minimum: 0 } }, { patternProperties: { '.*': number } }),
      code(`
export interface Payload {
  a?: number;
  [k: string]: number | undefined;
}
`),
    ],
    [
      'a template wider than its pattern, in an open object',
      object({}, { patternProperties: { '^x-[a-z]+$': string } }),
      code(`
export interface Payload {
  [k: \`x-\${string}\`]: unknown;
}
`),
    ],
    [
      'a name inside that its pattern does not match',
      { ...closed({ '^x-[a-z]+$': string }), properties: { 'x-1': number } },
      code(`
export interface Payload {
  "x-1"?: number;
  [k: \`x-\${string}\`]: string | number | undefined;
}
`),
    ],
    [
      'a name inside that its pattern does match',
      { ...closed({ '^x-': string }), properties: { 'x-1': { minLength: 1 } } },
      code(`
export interface Payload {
  "x-1"?: string;
  [k: \`x-\${string}\`]: string | undefined;
}
`),
    ],
    [
      'one inside another',
      closed({ '^x-': string, '^x-n-': number }),
      code(`
export interface Payload {
  [k: \`x-\${string}\`]: string | number;
  [k: \`x-n-\${string}\`]: number | string;
}
`),
    ],
    [
      'characters that a template literal gives a meaning',
      closed({ '`$': string, '^\\$\\{': string }),
      code(`
export interface Payload {
  [k: \`\\\${\${string}\`]: string;
  [k: \`\${string}\\\`\`]: string;
}
`),
    ],
  ],
  '14: propertyNames closes the object to a list of names': [
    [
      'an enum',
      object({}, { propertyNames: { enum: ['a', 'b'] }, additionalProperties: number }),
      code(`
export interface Payload {
  a?: number;
  b?: number;
}
`),
    ],
    [
      'a const beside properties',
      object({ a: string, c: string }, { propertyNames: { const: 'a' } }),
      code(`
export interface Payload {
  a?: string;
}
`),
    ],
    [
      'a reference',
      object({}, { propertyNames: ref('Key'), $defs: { Key: { enum: ['a', 'b'] } } }),
      code(`
export interface Payload {
  a?: unknown;
  b?: unknown;
}
export type Key = "a" | "b";
`),
    ],
    [
      'names of a pattern',
      object({}, { propertyNames: { pattern: '^x' }, additionalProperties: number }),
      code(`
export interface Payload {
  [k: string]: number;
}
`),
    ],
  ],
  '15: unions distribute over their siblings': [
    [
      'branches that only require',
      object(
        { a: string, b: number, c: true },
        { required: ['c'], anyOf: [{ required: ['a'] }, { required: ['b'] }] },
      ),
      code(`
export type Payload = {
  a?: string;
  b?: number;
  c: unknown;
} & ({
  a: string;
} | {
  b: number;
});
`),
    ],
    [
      'branches that are definitions',
      object({ id: string }, { oneOf: [ref('A'), ref('B')], $defs: AB }),
      code(`
export type Payload = {
  id?: string;
  k: "a";
} | {
  id?: string;
  k: "b";
};
export interface A {
  k: "a";
}
export interface B {
  k: "b";
}
`),
    ],
    [
      'a sibling that takes nothing away leaves the names',
      { type: 'object', oneOf: [ref('A'), ref('B')], $defs: AB },
      code(`
export type Payload = A | B;
export interface A {
  k: "a";
}
export interface B {
  k: "b";
}
`),
    ],
  ],
  '16: complements where TypeScript can say them': [
    [
      'one of two names',
      object({ a: string, b: number }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }),
      code(`
export type Payload = {
  a: string;
  b?: never;
} | {
  a?: never;
  b: number;
};
`),
    ],
    [
      'dependentRequired',
      object({ a: string, b: number }, { dependentRequired: { a: ['b'] } }),
      code(`
export type Payload = {
  a?: never;
  b?: number;
} | {
  a: string;
  b: number;
};
`),
    ],
    [
      'dependentSchemas',
      object(
        { a: string },
        { dependentSchemas: { a: { properties: { b: number }, required: ['b'] } } },
      ),
      code(`
export type Payload = {
  a?: never;
} | {
  a: string;
  b: number;
};
`),
    ],
    [
      'not a constant',
      { enum: ['a', 'b', 'c'], not: { const: 'a' } },
      code(`
export type Payload = "b" | "c";
`),
    ],
    [
      'not required',
      object({ a: string }, { not: { required: ['a'] } }),
      code(`
export interface Payload {
  a?: never;
}
`),
    ],
    [
      'not a type',
      { not: { type: 'string' } },
      code(`
export type Payload = {
  [k: string]: unknown;
} | unknown[] | number | boolean | null;
`),
    ],
    [
      'not a tag',
      object(
        { kind: { enum: ['a', 'b'] } },
        { not: { properties: { kind: { const: 'a' } }, required: ['kind'] } },
      ),
      code(`
export interface Payload {
  kind?: "b";
}
`),
    ],
    [
      'what it can not say',
      { type: 'string', not: { pattern: 'a' } },
      code(`
export type Payload = string;
`),
    ],
  ],
  '17: conditionals': [
    [
      'on a tag become a discriminated union',
      object(
        { kind: { enum: ['a', 'b'] } },
        {
          required: ['kind'],
          if: { properties: { kind: { const: 'a' } } },
          then: { properties: { x: string }, required: ['x'] },
        },
      ),
      code(`
export type Payload = {
  kind: "a";
  x: string;
} | {
  kind: "b";
};
`),
    ],
    [
      'several of them',
      object(
        { kind: { enum: ['a', 'b', 'c'] } },
        {
          required: ['kind'],
          allOf: [
            {
              if: { properties: { kind: { const: 'a' } }, required: ['kind'] },
              then: { required: ['x'], properties: { x: string } },
            },
            {
              if: { properties: { kind: { const: 'b' } }, required: ['kind'] },
              then: { required: ['y'], properties: { y: string } },
            },
          ],
        },
      ),
      code(`
export type Payload = {
  kind: "a";
  x: string;
} | {
  kind: "b";
  y: string;
} | {
  kind: "c";
};
`),
    ],
    [
      'without a complement and an else say nothing',
      object({ a: string }, { if: { propertyNames: { pattern: 'x' } }, then: { required: ['b'] } }),
      code(`
export interface Payload {
  a?: string;
}
`),
    ],
    [
      'without a complement but with an else',
      object(
        { a: string },
        {
          if: { propertyNames: { pattern: 'x' } },
          then: { required: ['b'] },
          else: { required: ['c'] },
        },
      ),
      code(`
export type Payload = {
  a?: string;
  b: unknown;
} | {
  a?: string;
  c: unknown;
};
`),
    ],
  ],
  '18: oneOf is a union, an integer a number': [
    [
      'of scalars',
      { oneOf: [string, { type: 'integer' }, { type: 'null' }] },
      code(`
export type Payload = string | number | null;
`),
    ],
  ],
  '19: names that every object inherits': [
    [
      'optional and required',
      object({ toString: string, valueOf: number }, { required: ['valueOf'] }),
      code(`
export interface Payload {
  toString?: unknown;
  valueOf: number;
}
`),
    ],
    [
      'beside an index',
      object({ constructor: number }, { additionalProperties: string }),
      code(`
export interface Payload {
  [k: string]: string | number;
}
`),
    ],
  ],
  '20: bounds of arrays': [
    [
      'at least one',
      { type: 'array', items: string, minItems: 1 },
      code(`
export type Payload = string[];
`),
    ],
    [
      'larger bounds',
      { type: 'array', items: string, minItems: 3, maxItems: 4 },
      code(`
export type Payload = string[];
`),
    ],
    [
      'none',
      { type: 'array', items: string, maxItems: 0 },
      code(`
export type Payload = [];
`),
    ],
  ],
};

for (const [rule, cases] of Object.entries(RULES)) {
  describe(rule, () => {
    test.each(cases)('%s', async (_, given, want) => {
      expect(await printAll(given)).toBe(want);
    });
  });
}

import Ajv from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasErrors } from '../../../codegen/dist/diagnostics.js';
import { lowerAll } from '../../../codegen/dist/schema/lower.js';
import { payloadSchema, type RawSchema } from '../../support/arbitrary-schema.js';
import { declarations, MemoryLoader } from '../../support/memory-loader.js';

/** What is said of a YAML declaration: `line:column code message`, then the hint. */
function problems(
  payload: string,
  files: Readonly<Record<string, string>> = {},
  key?: string,
): string[] {
  const indented = payload.trim().replaceAll(/^/gm, '  ');
  const head = key === undefined ? '' : `key: ${key}\n`;
  const loader = new MemoryLoader({
    ...files,
    'streams/m.stream.yaml': `${head}payload:\n${indented}\n`,
  });
  const file = loader.open('/streams/m.stream.yaml').value;
  if (file === undefined) throw new Error('the test is not YAML');
  const declaration = { file, module: 'm', key, payload: { file, pointer: '/payload' } };
  return lowerAll([declaration], loader).diagnostics.map(
    ({ at, code, message, hint, severity }) => {
      const place = at ? `${at.line}:${at.column}` : '';
      const where = at?.file === 'streams/m.stream.yaml' ? place : `${at?.file}:${place}`;
      return `${where} ${severity} ${code} ${message}${hint ? ` | ${hint}` : ''}`;
    },
  );
}

test.each([
  [
    'type: 5',
    [
      '2:9 error PSPF038 type must be the name of a type or a list of them, not 5 | The types are null, boolean, integer, number, string, array, object.',
    ],
  ],
  ['type: strnig', [`2:9 error PSPF038 There is no type "strnig" | Did you mean 'string'?`]],
  [
    'type: [null, "null"]',
    [
      '2:10 error PSPF038 There is no type null | The types are null, boolean, integer, number, string, array, object.',
    ],
  ],
  ['minLength: -1', ['2:14 error PSPF038 minLength must be a whole number, 0 or more, not -1']],
  ['multipleOf: 0', ['2:15 error PSPF038 multipleOf must be a number above 0, not 0']],
  [
    'properties: []',
    ['2:15 error PSPF038 properties must be an object with a name for each entry, not []'],
  ],
  [
    'properties:\n  a: 5',
    ['3:8 error PSPF038 properties.a must be a schema: an object, true or false, not 5'],
  ],
  ['required: [a, b, a]', ['2:20 error PSPF038 required lists "a" twice']],
  [
    'required: true',
    [
      '2:13 error PSPF038 required must be a list of property names, not true | Name the property in the `required` list of the object that has it.',
    ],
  ],
  [
    'pattern: "a("',
    [
      '2:12 error PSPF039 pattern is not a regular expression: "a(": Unterminated group | It must be valid under the `u` flag of JavaScript, where only characters with a meaning may be escaped.',
    ],
  ],
  [
    'patternProperties:\n  "[": true',
    [
      '3:5 error PSPF039 A name in patternProperties is not a regular expression: "[": Unterminated character class | It must be valid under the `u` flag of JavaScript, where only characters with a meaning may be escaped.',
    ],
  ],
  [
    'items: [{ type: string }]',
    [
      '2:10 error PSPF038 items must be a schema: an object, true or false, not [{"type":"string"}] | In 2020-12 the schemas of the first items stand in `prefixItems`, that of all others in `items`.',
    ],
  ],
  [
    'unevaluatedItems: false',
    [
      '2:3 error PSPF040 unevaluatedItems is not supported by this version | Use prefixItems with items: false.',
    ],
  ],
  [
    '$dynamicRef: "#a"',
    [
      '2:3 error PSPF040 $dynamicRef is not supported by this version | Refer to the schema with $ref.',
    ],
  ],
  [
    '$schema: https://example.com/mine',
    [
      expect.stringContaining(
        '2:12 error PSPF041 $schema "https://example.com/mine" names no draft of JSON Schema that is known here | Choose one of https://json-schema.org/draft/2020-12/schema',
      ),
    ],
  ],
  [
    'require: [a]',
    [
      `2:3 warning PSPF042 require is no keyword of JSON Schema and does nothing | Did you mean 'required'?`,
    ],
  ],
  [
    'type: object\nrequired: [id, adress]\nproperties: { id: true, address: true }',
    [
      `3:18 warning PSPF049 "adress" is required, and properties does not describe it | Did you mean 'address'?`,
    ],
  ],
  ['type: object\nrequired: [ids, other]\nproperties: { id: true, ids: true }', []],
  [
    '$schema: http://json-schema.org/draft-07/schema#\nprefixItems: [true]',
    [
      '3:3 warning PSPF042 prefixItems does nothing: it is a keyword of 2020-12, and this schema is draft-07 | Use the keywords of its draft, or name another in $schema.',
    ],
  ],
  [
    'format: int64',
    [
      expect.stringContaining(
        '2:11 warning PSPF043 The format "int64" is not checked | Checked are: date,'.replace(
          '2:11',
          '2:3',
        ),
      ),
    ],
  ],
  ['x-order: 1\ntsType: Foo', []],
  [
    'properties: { a: true }',
    [
      '2:3 warning PSPF048 properties are described, but any value that is no object is valid here too | Write `type: object` beside them.',
    ],
  ],
  [
    '$schema: http://json-schema.org/draft-07/schema#\n$ref: "#/definitions/a"\ntype: string\ndescription: fine\ndefinitions: { a: true }',
    [
      '4:3 warning PSPF044 type does nothing: in draft-07 a $ref hides the keywords beside it | Put both into an allOf, or use 2020-12.',
    ],
  ],
])('%s', (payload, expected) => {
  expect(problems(payload)).toEqual(expected);
});

test.each([
  [
    '$ref: "#/$defs/itme"\n$defs: { item: true }',
    [
      `2:9 error PSPF035 $ref "#/$defs/itme" reaches nothing: there is no "itme" in /$defs | Did you mean 'item'?`,
    ],
  ],
  [
    '$ref: "#/payload/$defs/item"\n$defs: { item: true }',
    [
      '2:9 error PSPF035 $ref "#/payload/$defs/item" reaches nothing: there is no "payload" in the schema | Inside this schema `#` is the schema itself: write `#/$defs/item`.',
    ],
  ],
  [
    '$ref: "#item"\n$defs: { item: true }',
    [
      '2:9 error PSPF035 $ref "#item" reaches nothing: there is no anchor "item" | A path inside a schema begins with `#/`, for example `#/$defs/Item`.',
    ],
  ],
  [
    '$ref: "#/title"\ntitle: x',
    ['2:9 error PSPF035 $ref "#/title" leads to "x", which is no schema'],
  ],
  ['$ref: none.yaml', ['2:9 error PSPF002 streams/none.yaml does not exist']],
  [
    '$ref: ok.json#/b',
    [
      `2:9 error PSPF035 $ref "ok.json#/b" reaches nothing: there is no "b" in the schema | Did you mean 'a'?`,
    ],
  ],
  ['$ref: broken.json', ['streams/broken.json:1:2 error PSPF003']],
  [
    '$ref: https://example.com/a.json',
    [
      '2:9 error PSPF036 $ref "https://example.com/a.json" names a schema that no file here declares, and schemas are never fetched | Save that schema in a file and refer to it by a relative path.',
    ],
  ],
  [
    'properties: { a: { $ref: "#/%E0" } }\ntype: object',
    ['2:28 error PSPF035 $ref "#/%E0" is not a URI reference (RFC 3986)'],
  ],
  [
    '$ref: "#"',
    [
      '2:9 error PSPF037 The schema refers to itself for the same value: MPayload → MPayload | Let the reference stand in a property or in items, or remove it.',
    ],
  ],
  [
    'anyOf: [{ $ref: "#/$defs/a" }]\n$defs: { a: { not: { $ref: "#/$defs/b" } }, b: { $ref: "#/$defs/a" } }',
    [expect.stringContaining('PSPF037 The schema refers to itself for the same value: A → B → A')],
  ],
  [
    'allOf: [{ $id: "urn:a" }, { $id: "urn:a" }]',
    [
      '2:36 error PSPF045 The id urn:a is already that of the schema in streams/m.stream.yaml, line 2',
    ],
  ],
])('%s', (payload, expected) => {
  const found = problems(payload, { 'streams/ok.json': '{"a": true}', 'streams/broken.json': '{' });
  const short = (text: unknown) =>
    typeof text === 'string' && text.startsWith('streams/broken')
      ? text.split(' ', 3).join(' ')
      : text;
  expect(found.map(short)).toEqual(expected);
});

test('all problems of all files are shown at once, in the order of their places', () => {
  const found = problems(
    'properties:\n  b: { $ref: other.yaml }\n  a: { type: strin }\n  c: { minLength: x }\n$defs: { unused: { type: any } }',
    { 'streams/other.yaml': 'type: objekt\nproperties: 5' },
  );
  expect(found.map((each) => each.split(' ', 3).join(' '))).toEqual([
    '4:16 error PSPF038',
    '5:21 error PSPF038',
    '6:28 error PSPF038',
    'streams/other.yaml:1:7 error PSPF038',
    'streams/other.yaml:2:13 error PSPF038',
  ]);
});

test('a key given twice in a referred file is a mistake there', () => {
  const found = problems('$ref: twice.yaml', {
    'streams/twice.yaml': 'type: string\ntype: number',
  });
  expect(found).toEqual([expect.stringContaining('streams/twice.yaml:2:1 error PSPF004')]);
});

test('a file without $schema that schemas of two drafts refer to must say which it is', () => {
  const payload = 'properties:\n  a: { $ref: shared.json }\n  b: { $ref: old.json }\ntype: object';
  const files = {
    'streams/shared.json': '{}',
    'streams/old.json':
      '{"$schema":"http://json-schema.org/draft-07/schema#","allOf":[{"$ref":"shared.json"}]}',
  };
  expect(problems(payload, files)).toEqual([
    expect.stringContaining('PSPF046 streams/shared.json has no $schema and is read as'),
  ]);
});

test('what the meta-schema forbids is never accepted', () => {
  const judges = [
    {
      ajv: new Ajv2020({ strict: false, allErrors: true, validateFormats: false, logger: false }),
      $schema: 'https://json-schema.org/draft/2020-12/schema',
    },
    {
      ajv: new Ajv.default({
        strict: false,
        allErrors: true,
        validateFormats: false,
        logger: false,
      }),
      $schema: 'http://json-schema.org/draft-07/schema#',
    },
  ];
  const wrong = fc.constantFrom<unknown>(
    null,
    5,
    -1,
    0.5,
    'text',
    true,
    [],
    ['a', 'a'],
    [5],
    {},
    { a: 5 },
    { a: 'x' },
  );
  fc.assert(
    fc.property(
      payloadSchema({ contains: true, unevaluated: true }),
      fc.nat(),
      wrong,
      (schema, at, value) => {
        const broken = replaceKeyword(schema, at, value);
        for (const { ajv, $schema } of judges) {
          if (typeof broken === 'boolean' || ajv.validateSchema({ ...broken, $schema }) === true) {
            continue;
          }
          // Let go: an enum without values or with one twice (a recommendation), an empty tuple (in wide use).
          const errors = (ajv.errors ?? []).filter(
            ({ instancePath }) => !/enum$|items$/.test(instancePath),
          );
          if (errors.length === 0) continue;
          const { declarations: all, loader } = declarations({ m: { ...broken, $schema } });
          expect(hasErrors(lowerAll(all, loader).diagnostics)).toBe(true);
        }
      },
    ),
    { numRuns: 200 },
  );
});

/** The schema with the value of one of its keywords replaced. */
function replaceKeyword(schema: RawSchema, at: number, value: unknown): RawSchema {
  if (typeof schema === 'boolean') return schema;
  const names = Object.keys(schema).filter((name) => name !== '$defs');
  const name = names[at % names.length];
  return name === undefined ? schema : { ...schema, [name]: value };
}

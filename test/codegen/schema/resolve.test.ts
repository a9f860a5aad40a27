import { expect, test } from 'vitest';
import { lowerAll } from '../../../codegen/dist/schema/lower.js';
import { evaluate } from '../../support/evaluate.js';
import { declarations } from '../../support/memory-loader.js';

/** Whether the payload of `m` accepts a value; every case below refers to what accepts 1 only. */
function accepts(value: unknown, payloads: Readonly<Record<string, unknown>>, files = {}): boolean {
  const { declarations: all, loader } = declarations(payloads, files);
  const { value: set, diagnostics } = lowerAll(all, loader);
  if (set === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
  return evaluate(set, set.roots.get('m') ?? '', value);
}

const ONE = { const: 1 };
const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';

test.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>?]>([
  [
    'a file that leaves the folder',
    { m: { $ref: '../common/one.json' } },
    { 'common/one.json': ONE },
  ],
  [
    'a YAML file with a path into what is no schema',
    { m: { $ref: 'all.yaml#/components/one' } },
    { 'streams/all.yaml': 'components: { one: { const: 1 } }' },
  ],
  [
    'a file name with spaces, percent-encoded',
    { m: { $ref: 'the%20one.json' } },
    { 'streams/the one.json': ONE },
  ],
  [
    'a file name with spaces, as it is',
    { m: { $ref: 'the one.json' } },
    { 'streams/the one.json': ONE },
  ],
  [
    'a name with a slash, a tilde and a percent sign',
    { m: { $ref: '#/$defs/a~1b~0c%25d', $defs: { 'a/b~c%d': ONE } } },
  ],
  ['an anchor', { m: { $ref: '#one', $defs: { x: { $anchor: 'one', ...ONE } } } }],
  [
    'an anchor of draft-07',
    {
      m: {
        $schema: DRAFT_07,
        allOf: [{ $ref: '#one' }],
        definitions: { x: { $id: '#one', ...ONE } },
      },
    },
  ],
  [
    'an anchor in another file',
    { m: { $ref: 'a.json#one' } },
    { 'streams/a.json': { $defs: { x: { $anchor: 'one', ...ONE } } } },
  ],
  ['a URN', { m: { $ref: 'urn:example:one', $defs: { x: { $id: 'urn:example:one', ...ONE } } } }],
  [
    'a path inside a URN',
    {
      m: {
        $ref: 'urn:example:x#/$defs/one',
        $defs: { x: { $id: 'urn:example:x', $defs: { one: ONE } } },
      },
    },
  ],
  [
    'an id relative to that of the schema around',
    { m: { $id: 'https://example.com/a/b', $ref: '/c', $defs: { x: { $id: '/c', ...ONE } } } },
  ],
  [
    '# of the nearest schema with an id',
    {
      m: {
        $ref: 'urn:x',
        $defs: { one: false, x: { $id: 'urn:x', $ref: '#/$defs/one', $defs: { one: ONE } } },
      },
    },
  ],
  [
    'a file by an id that only another file declares',
    { m: { allOf: [{ $ref: 'https://example.com/one' }, { $ref: 'lib.json' }] } },
    { 'streams/lib.json': { $defs: { one: { $id: 'https://example.com/one', ...ONE } } } },
  ],
  [
    'a file beside one whose id is on the web',
    { m: { $ref: 'a.json' } },
    {
      'streams/a.json': { $id: 'https://example.com/schemas/a.json', $ref: 'b.json' },
      'streams/b.json': ONE,
    },
  ],
  [
    'the payload of another declaration',
    {
      m: { $ref: 'other.stream.json#/payload' },
      other: { $ref: '#/$defs/one', $defs: { one: ONE } },
    },
  ],
  [
    'a reference to a reference',
    { m: { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: ONE } } },
  ],
  ['a schema in an unknown keyword', { m: { $ref: '#/x-schemas/0', 'x-schemas': [ONE] } }],
  [
    'a keyword of its own draft in another file',
    { m: { $ref: 'old.json' } },
    {
      'streams/old.json': {
        $schema: DRAFT_07,
        allOf: [{ ...ONE, $ref: '#/definitions/one' }],
        definitions: { one: ONE },
      },
    },
  ],
  [
    'a file without $schema, in the draft of the schema that refers to it',
    { m: { $schema: DRAFT_07, allOf: [{ $ref: 'a.json' }] } },
    { 'streams/a.json': { $ref: '#/definitions/one', const: 2, definitions: { one: ONE } } },
  ],
  [
    'draft-04, with its ids and exclusive bounds',
    {
      m: {
        $schema: 'http://json-schema.org/draft-04/schema#',
        allOf: [{ $ref: 'x' }],
        definitions: { x: { id: 'x', maximum: 2, exclusiveMaximum: true } },
      },
    },
  ],
])('%s', (_, payloads, files) => {
  expect([accepts(1, payloads, files), accepts(2, payloads, files)]).toEqual([true, false]);
});

test('files are inputs of the streams whose payloads they are read for', () => {
  const { declarations: all, loader } = declarations(
    { a: { $ref: 'x.json' }, b: { properties: { x: { $ref: 'y.json' } }, type: 'object' } },
    { 'streams/x.json': { $ref: 'y.json' }, 'streams/y.json': ONE },
  );
  const inputs = lowerAll(all, loader).value?.inputs ?? new Map();
  const paths = [...inputs].map(([module, files]) => [
    module,
    files.map(({ path }: { path: string }) => path),
  ]);
  expect(paths).toEqual([
    ['a', ['streams/a.stream.json', 'streams/x.json', 'streams/y.json']],
    ['b', ['streams/b.stream.json', 'streams/y.json']],
  ]);
});

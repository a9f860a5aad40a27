import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Span } from '../../../codegen/dist/diagnostics.js';
import { parseSource } from '../../../codegen/dist/source.js';

const yaml = (text: string) => parseSource({ id: '/x/a.yaml', path: 'a.yaml', text });
const at = (span: Span | undefined) => span && `${span.line}:${span.column}`;
const problems = (text: string) =>
  yaml(text).diagnostics.map((d) => `${d.code} ${at(d.at)} ${d.message}`);

/** What a span covers, as text. */
function covered(text: string, span: Span): string {
  const lines = text.split('\n');
  const offset = (line: number, column: number) =>
    lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
  return text.slice(offset(span.line, span.column), offset(span.endLine, span.endColumn));
}

test('reads the data that was written, whatever it is', () => {
  const json = fc.jsonValue({ noUnicodeString: false, maxDepth: 4 });
  fc.assert(
    fc.property(json, fc.boolean(), (value, flow) => {
      const data = JSON.parse(JSON.stringify(value));
      const text = stringify(data, {
        collectionStyle: flow ? 'flow' : 'any',
        aliasDuplicateObjects: false,
      });
      const read = yaml(text);
      expect(read.diagnostics.filter((d) => d.code !== 'PSPF005')).toEqual([]);
      expect(read.value?.value).toEqual(data);
    }),
  );
});

const CORE = [
  ['no', 'no'],
  ['yes', 'yes'],
  ['on', 'on'],
  ['2020-01-01', '2020-01-01'],
  ['1_000', '1_000'],
  ['007', 7],
  ['0x1F', 31],
  ['~', null],
  ['', null],
  ['True', true],
  ['1.50', 1.5],
  ['1000000000000000000000', 1e21],
  ['!!str 5', '5'],
] as const;

test.each(CORE)('reads %s by the core schema of YAML 1.2', (written, value) => {
  expect(yaml(`a: ${written}\n`)).toMatchObject({
    value: { value: { a: value } },
    diagnostics: [],
  });
});

test('takes keys as they are written, and __proto__ as a key like others', () => {
  const read = yaml('404: a\ntrue: b\n1.0: c\n__proto__: { d: 1 }\nconstructor: e\n').value?.value;
  expect(Object.entries(read ?? {})).toEqual([
    ['404', 'a'],
    ['true', 'b'],
    ['1.0', 'c'],
    ['__proto__', { d: 1 }],
    ['constructor', 'e'],
  ]);
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
});

test('reads a byte order mark and Windows line ends as if they were not there', () => {
  const plain = yaml('a: |\n  x\n  y\nb: [1]\n').value;
  const windows = yaml('\uFEFFa: |\r\n  x\r\n  y\r\nb: [1]\r\n').value;
  expect(windows?.value).toEqual(plain?.value);
  expect(windows?.locate('/b/0', 'value')).toEqual(plain?.locate('/b/0', 'value'));
});

test('merges with the nearest key winning', () => {
  const text =
    'x: &x { a: 1, b: 1 }\ny: &y { b: 2, c: 2 }\nz:\n  c: 3\n  <<: [*x, *y]\n"<<": text\n';
  expect(yaml(text).value?.value).toMatchObject({ z: { a: 1, b: 1, c: 3 }, '<<': 'text' });
});

test('knows where keys and values stand, in block and flow, behind aliases and merges', () => {
  const text = [
    'base: &base',
    '  type: string',
    'a~/b: { list: [x, "y z"], alias: *base }',
    'merged:',
    '  <<: *base',
    '  title: |',
    '    long',
    'empty:',
    '',
  ].join('\n');
  const { value } = yaml(text);
  const find = (pointer: string, on: 'key' | 'value') =>
    value && covered(text, value.locate(pointer, on));
  expect(find('/base/type', 'key')).toBe('type');
  expect(find('/base/type', 'value')).toBe('string');
  expect(find('/a~0~1b/list/1', 'value')).toBe('"y z"');
  expect(find('/a~0~1b', 'key')).toBe('a~/b');
  expect(find('/a~0~1b/list', 'value')).toBe('[x, "y z"]');
  expect(at(value?.locate('/a~0~1b/alias/type', 'value'))).toBe('2:9');
  expect(at(value?.locate('/merged/type', 'key'))).toBe('2:3');
  expect(find('/merged/title', 'value')).toBe('|\n    long');
  expect(at(value?.locate('/empty', 'value'))).toBe('8:7');
  expect(find('/base/absent/deeper', 'key')).toBe('base');
  expect(find('/a~0~1b/list/7', 'value')).toBe('[x, "y z"]');
  expect(at(value?.locate('', 'value'))).toBe('1:1');
});

const MISTAKES: readonly (readonly [text: string, ...problems: string[]])[] = [
  ['a:\n\tb: 1\n', 'PSPF003 2:1 This line is indented by a tab'],
  ['a: 1\n---\nb: 1\n', 'PSPF003 2:1 A second YAML document begins here'],
  ['%YAML 1.1\n---\na: yes\n', 'PSPF003 1:1 Only YAML 1.2 is read'],
  ['a: what: not\n', "PSPF003 1:4 A second ': ' in one line"],
  ['a: 1\n b: 2\n', 'PSPF003 1:4 This value goes on in a line that looks like a key'],
  ['a:\n  b: 1\n c: 2\n', 'PSPF003 3:1 This line is indented like nothing above it'],
  ['a: 1\nb\nc: 2\n', 'PSPF003 2:1 This key has no colon'],
  ["a: 'it's'\n", 'PSPF003 1:8 Text after the end of a value'],
  ['a: - b\n', "PSPF003 1:4 A list cannot begin in its key's line"],
  ['a: [1,\nb: 2\nc: 3\n', 'PSPF003 1:4 This [ is never closed'],
  ['a: "x\nb: 2\n', 'PSPF003 1:4 The text that begins with this " never ends'],
  ['a: @b\nb: 1\nc: `d\n', ...['1:4', '3:4'].map(cannotBegin)],
  ['a: 1\nb: 2\n"a": 3\n', 'PSPF004 3:1 The key "a" appears twice'],
  ['404: a\n"404": b\n', 'PSPF004 2:1 The key "404" appears twice'],
  ['a: !date 1\n', 'PSPF006 1:10 The tag !date has no meaning here'],
  ['a: .nan\n', 'PSPF006 1:4 .nan is no JSON number'],
  ['a: *b\n', 'PSPF006 1:4 The alias *b names nothing: no &b stands before it'],
  ['a: &a { b: *a }\n', 'PSPF006 1:12 The alias *a stands inside what it names'],
  ['? [a]\n: 1\n', 'PSPF006 1:3 A key must be text'],
  ['<<: 1\n', 'PSPF006 1:1 The merge key << takes a mapping, or a list of mappings'],
];

function cannotBegin(place: string): string {
  return `PSPF003 ${place} Text cannot begin with this character`;
}

test.each(MISTAKES)('names every mistake of %j where it stands', (text, ...expected) => {
  expect(problems(text)).toEqual(expected);
});

test.each(['9007199254740993', '-9007199254740993', '1e400', '0x20000000000001'])(
  'refuses %s, which a double cannot hold',
  (number) => {
    expect(problems(`a: [1, ${number}]\n`)).toEqual([
      `PSPF005 1:8 The number ${number} cannot be held exactly in a JavaScript number`,
    ]);
  },
);

test.each([
  ['flow', '['.repeat(20_000)],
  ['block', '- '.repeat(20_000)],
])('answers a %s nested without end', (_, text) => {
  expect(problems(text)).toEqual([expect.stringContaining('Nested deeper than 500 levels')]);
});

test('refuses aliases that multiply', () => {
  const rows = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 30; i++) {
    rows.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]`);
  }
  expect(problems(rows.join('\n'))).toEqual([expect.stringContaining('more than 1000000 values')]);
});

test('never throws, whatever the text', () => {
  const piece = fc.constantFrom(
    ...'{}[]:,-?&*!|>\'"#%@ab1 \t\n~.\\'.split(''),
    ': ',
    '- ',
    '\n  ',
    '<<: ',
    '&a',
    '*a',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const read = yaml(pieces.join(''));
      expect(read.value !== undefined || read.diagnostics.length > 0).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

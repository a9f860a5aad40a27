import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadDeclarations } from '../../../codegen/dist/declaration/load.js';
import { SourceLoader } from '../../../codegen/dist/source/loader.js';
import { folder } from '../folder.js';

function load(files: Readonly<Record<string, string>>) {
  const cwd = folder(files);
  const { value, diagnostics } = loadDeclarations(cwd, new SourceLoader({ cwd }));
  return {
    value,
    problems: diagnostics.map(({ code, message, at }) =>
      at ? `${at.file}:${at.line}:${at.column} ${code} ${message}` : `${code} ${message}`,
    ),
    hints: diagnostics.map(({ hint }) => hint),
  };
}

/** The problems of one file, which begins with a good declaration. */
function problemsOf(more: string, name = 'a.stream.yaml') {
  const start = `${name}:`;
  return load({ [name]: `stream: a\ngroup: b\npayload: true\n${more}` }).problems.map((each) =>
    each.replace(start, ''),
  );
}

test('fills in every default of a minimal declaration', () => {
  const { value, problems } = load({
    'order-events.stream.yaml': 'stream: orders\ngroup: workers\npayload: { type: object }\n',
  });
  expect(problems).toEqual([]);
  expect(value).toMatchObject([
    {
      module: 'order-events',
      className: 'OrderEventsStream',
      stream: 'orders',
      group: 'workers',
      key: undefined,
      retry: { limit: 10, backoff: { initial: 500, factor: 3, max: 60_000 } },
      dlq: { name: undefined, maxLength: 100_000 },
      timeout: 30_000,
      retain: { maxLength: 1_000_000, onFull: 'grow' },
      evolution: 'strict',
      payload: { pointer: '/payload' },
    },
  ]);
});

test('takes everything a declaration can say, in YAML and JSON alike', () => {
  const declared = {
    $schema: './stream.schema.json',
    stream: '{shop}:orders',
    class: 'Orders',
    description: 'Orders.',
    group: 'workers',
    key: '/customer/id',
    ordering: 'consumer',
    partitions: 1,
    retry: { limit: 0, backoff: { initial: '1s', factor: 1.5, max: '2h' } },
    dlq: { name: 'dead', retain: { maxLength: 5 } },
    timeout: '200ms',
    retain: 'none',
    evolution: 'open-reader',
    payload: { $ref: './order.json' },
  };
  const text = JSON.stringify(declared);
  for (const name of ['orders.stream.json', 'orders.stream.yaml', 'orders.stream.yml']) {
    const { value, problems } = load({ [name]: text });
    expect(problems).toEqual([]);
    expect(value).toMatchObject([
      {
        module: 'orders',
        className: 'Orders',
        key: '/customer/id',
        retry: { limit: 0, backoff: { initial: 1_000, factor: 1.5, max: 7_200_000 } },
        dlq: { name: 'dead', maxLength: 5 },
        timeout: 200,
        retain: 'none',
        evolution: 'open-reader',
      },
    ]);
  }
});

test('knows the short forms of retry and dlq', () => {
  const text = 'stream: a\ngroup: b\npayload: true\nretry: 3\ndlq: dead\n';
  expect(load({ 'a.stream.yaml': text }).value).toMatchObject([
    { retry: { limit: 3, backoff: { initial: 500 } }, dlq: { name: 'dead', maxLength: 100_000 } },
  ]);
});

test('sorts declarations by module, wherever their files are', () => {
  const file = (stream: string) => `stream: ${stream}\ngroup: b\npayload: true\n`;
  const { value } = load({
    'z/a.stream.yaml': file('x'),
    'a/c.stream.yaml': file('y'),
    'b.stream.yaml': file('z'),
  });
  expect(value?.map(({ module }) => module)).toEqual(['a', 'b', 'c']);
});

test('tells everything that is wrong in all files in one run', () => {
  const { problems } = load({
    'a.stream.yaml': 'stream: a\ngruop: b\ntimeout: 30\npayload: true\n',
    'b.stream.yaml': 'stream: [\n',
    'c.stream.json': '{ "stream": "a", "group": "g", "payload": {} }',
  });
  expect(problems).toEqual([
    "a.stream.yaml:2:1 PSPF010 Unknown key 'gruop'",
    "a.stream.yaml:3:10 PSPF013 'timeout' must be a duration like 30s, not 30",
    'b.stream.yaml:1:9 PSPF003 This [ is never closed',
    "c.stream.json:1:13 PSPF016 The stream 'a' is declared twice; the first is a.stream.yaml",
  ]);
});

test('knows what other tools call its keys', () => {
  const text = 'topic: a\nconsumer_group: b\nschema: true\nretries: 3\n';
  const keys = ['stream', 'group', 'payload', 'retry'];
  expect(load({ 'a.stream.yaml': text }).hints).toEqual(
    keys.map((key) => `Did you mean '${key}'?`),
  );
  const both = load({ 'a.stream.yaml': `stream: a\ngroup: b\npayload: true\nname: c\n` });
  expect(both.hints).toEqual([expect.stringContaining('The keys there are: stream,')]);
});

const MISTAKES: readonly (readonly [text: string, ...problems: string[]])[] = [
  ['x: 1', "4:1 PSPF010 Unknown key 'x'"],
  ['retry: { backof: {} }', "4:10 PSPF010 Unknown key 'backof' in 'retry'"],
  ['retry: 1.5', "4:8 PSPF012 'retry' must be a whole number or a mapping, not 1.5"],
  ['retry: -1', "4:8 PSPF012 'retry' must be 0 or more, not -1"],
  [
    'retry: { backoff: { factor: 0.5 } }',
    "4:29 PSPF012 'retry.backoff.factor' must be 1 or more, not 0.5",
  ],
  [
    'retry: { backoff: { initial: 2m } }',
    '4:30 PSPF022 The first wait, 2m, is longer than the longest, 1m',
  ],
  ['timeout: 0s', "4:10 PSPF013 'timeout' must be longer than 0"],
  ['timeout: 600h', "4:10 PSPF013 'timeout' must not be longer than 24 days, and is 600h"],
  ['retain: all', "4:9 PSPF012 'retain' must be 'none', not 'all'"],
  ['dlq: { retain: {} }', "4:8 PSPF011 The key 'maxLength' is missing in 'dlq.retain'"],
  ['dlq: a', "4:6 PSPF018 The dead letters of 'a' would go into the stream itself"],
  ['dlq: "#dead"', "4:6 PSPF017 The name '#dead' contains '#', which pspf keeps for partitions"],
  ['evolution: open', "4:12 PSPF012 'evolution' must be 'strict' or 'open-reader', not 'open'"],
  ['partitions: 4', "4:1 PSPF014 'partitions: 4' is not supported by this version of pspf-gen"],
  [
    'partitions: 5000',
    "4:13 PSPF012 'partitions' must be 1024 or less, not 5000",
    "4:1 PSPF014 'partitions: 5000' is not supported by this version of pspf-gen",
  ],
  [
    'ordering: exclusive',
    "4:1 PSPF014 'ordering: exclusive' is not supported by this version of pspf-gen",
  ],
  ['versions: {}', "4:1 PSPF014 'versions' is not supported by this version of pspf-gen"],
  [
    'compatibility: backward',
    "4:1 PSPF014 'compatibility' is not supported by this version of pspf-gen",
  ],
  ['evolution: {}', "4:12 PSPF012 'evolution' must be text, not a mapping"],
  ['retain: 5000', "4:9 PSPF012 'retain' must be 'none' or a mapping, not 5000"],
  ['key: customer.id', "4:6 PSPF012 'key' must be a JSON pointer, not 'customer.id'"],
  ['class: orders', "4:8 PSPF021 'orders' is no name for a class"],
  ['class: "A; evil()"', "4:8 PSPF021 'A; evil()' is no name for a class"],
  ['class: Promise', '4:8 PSPF021 Generated code needs the name Promise for something else'],
  ['__proto__: {}', "4:1 PSPF010 Unknown key '__proto__'"],
];

test.each(MISTAKES)('tells what is wrong with %s', (text, ...expected) => {
  expect(problemsOf(text)).toEqual(expected);
});

test.each(['payload: x', 'payload: [1]', 'payload:'])(
  'a payload is a schema, and "%s" is none',
  (line) => {
    const { problems } = load({ 'a.stream.yaml': `stream: a\ngroup: b\n${line}\n` });
    expect(problems).toEqual([expect.stringContaining("PSPF012 'payload' must be a mapping")]);
  },
);

test.each([
  ['', 'The file is empty'],
  ['# only a comment\n', 'The file is empty'],
  ['- a\n', 'A declaration must be a mapping, not a list'],
  ['just text\n', "A declaration must be a mapping, not 'just text'"],
])('a file that holds %j is no declaration', (text, message) => {
  const { problems } = load({ 'a.stream.yaml': text });
  expect(problems).toEqual([expect.stringContaining(message)]);
});

const NAMES: readonly (readonly [name: string, problem: string | undefined])[] = [
  ['orders', undefined],
  ['shop:orders:v2', undefined],
  ['{shop}:orders', undefined],
  ['bestellübersicht', undefined],
  ['orders#8', "contains '#'"],
  ['~orders', "contains '~'"],
  ['{a}:{b}', 'braces that are not one hash tag'],
  ['a}b', 'braces that are not one hash tag'],
  ['{}a', 'braces that are not one hash tag'],
  ['{orders}:dlq', 'gives to a key of its own'],
  ['{shop}:orders:dlq', 'gives to a key of its own'],
  ['{orders}:replay:workers', 'gives to a key of its own'],
  ['{orders}:members:workers', 'gives to a key of its own'],
  ['{orders}:layout', 'gives to a key of its own'],
  ['', 'The name is empty'],
  ['a\u0000b', 'contains a control character'],
  [' a', 'begins or ends with a space'],
];

test.each(NAMES)('whether a stream may be called %j', (name, problem) => {
  const text = JSON.stringify({ stream: name, group: 'g', payload: true });
  const expected =
    problem === undefined ? [] : [expect.stringMatching(/^a.stream.json:1:11 PSPF017 /)];
  const { problems } = load({ 'a.stream.json': text });
  expect(problems).toEqual(expected);
  if (problem) expect(problems[0]).toContain(problem);
});

test.each([
  ['~handback', "begins with '~'"],
  ['', 'The group is empty'],
  ['a\nb', 'contains a control character'],
])('a group is not called %j', (group, problem) => {
  const { problems } = load({
    'a.stream.json': JSON.stringify({ stream: 'a', group, payload: true }),
  });
  expect(problems).toEqual([expect.stringContaining(`PSPF019 `)]);
  expect(problems[0]).toContain(problem);
});

const FILES: readonly (readonly [file: string, expected: string])[] = [
  ['index.stream.yaml', "A generated file cannot be called 'index.ts'"],
  ['_shared.stream.yaml', "A generated file cannot be called '_shared.ts'"],
  ['nul.stream.yaml', 'Windows has no such file'],
  ['a b.stream.yaml', "characters other than a-z, A-Z, 0-9, '-' and '_'"],
  ['a.validator.stream.yaml', "characters other than a-z, A-Z, 0-9, '-' and '_'"],
  ['2fa.stream.yaml', 'no name begins with a digit'],
  ['123.stream.yaml', 'has no letter'],
];

test.each(FILES)('no module is named by %s', (file, expected) => {
  const { problems } = load({ [file]: 'stream: a\ngroup: b\npayload: true\n' });
  expect(problems).toEqual([expect.stringContaining('PSPF020')]);
  expect(problems[0]).toContain(expected);
});

test.each(['class', 'default', 'await'])('a reserved word may name a file: %s', (word) => {
  const { value, problems } = load({
    [`${word}.stream.yaml`]: 'stream: a\ngroup: b\npayload: true\n',
  });
  expect(problems).toEqual([]);
  expect(value?.[0]?.className).toMatch(/^[A-Z]\w+Stream$/);
});

test('a class name given makes up for a file name that begins with a digit', () => {
  const { problems } = load({
    '2fa.stream.yaml': 'stream: a\ngroup: b\nclass: TwoFactorStream\npayload: true\n',
  });
  expect(problems).toEqual([]);
});

const declared = (stream: string, more = '') =>
  `stream: ${stream}\ngroup: g\npayload: true\n${more}`;

test('tells names that meet across files, once each', () => {
  const same = load({
    'a/orders.stream.yaml': declared('x'),
    'b/Orders.stream.json': JSON.stringify({ stream: 'y', group: 'g', payload: true }),
  });
  expect(same.problems).toEqual([
    "b/Orders.stream.json:1:1 PSPF015 A second declaration has the base name 'Orders'; the first is a/orders.stream.yaml",
  ]);
  const cased = load({
    'order-events.stream.yaml': declared('x'),
    'order_events.stream.yaml': declared('y'),
  });
  expect(cased.problems).toEqual([
    'order_events.stream.yaml:1:9 PSPF021 A second class would be called OrderEventsStream; the first is order-events.stream.yaml',
  ]);
  const dead = load({
    'a.stream.yaml': declared('x', 'dlq: { name: y }\n'),
    'b.stream.yaml': declared('y'),
  });
  expect(dead.problems).toEqual([
    "a.stream.yaml:4:14 PSPF018 The dead-letter stream 'y' is a declared stream; see b.stream.yaml",
  ]);
});

test('two streams may share a dead-letter stream', () => {
  const { problems } = load({
    'a.stream.yaml': declared('x', 'dlq: dead\n'),
    'b.stream.yaml': declared('y', 'dlq: dead\n'),
  });
  expect(problems).toEqual([]);
});

test('answers any JSON at all with a declaration or a problem', () => {
  const cwd = folder();
  fc.assert(
    fc.property(
      fc.record(
        Object.fromEntries(
          [
            'stream',
            'group',
            'key',
            'retry',
            'dlq',
            'timeout',
            'retain',
            'class',
            'payload',
            'x',
            '__proto__',
            'versions',
          ].map((key) => [key, fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 2 }))]),
        ),
        { requiredKeys: [] },
      ),
      (value) => {
        const file = join(cwd, 'a.stream.json');
        writeFileSync(file, JSON.stringify(value));
        const { diagnostics } = loadDeclarations(cwd, new SourceLoader({ cwd }));
        for (const { at, message } of diagnostics) {
          expect(at?.file).toBe('a.stream.json');
          expect(message.length).toBeLessThan(300);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('tells those who forgot payload where a schema goes', () => {
  const { hints } = load({ 'a.stream.yaml': declared('a', 'properties: {}\n') });
  expect(hints).toEqual(["Keys of a JSON Schema stand under 'payload:'."]);
});

import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contents, folder } from '../folder.js';
import { PROJECT, project, pspfGen } from './project.js';

const PAYLOAD = 'payload: { type: object, required: [id], properties: { id: { type: string } } }\n';
const declared = (stream: string, more = ''): string =>
  `stream: ${stream}\ngroup: workers\n${more}${PAYLOAD}`;

interface Mistake {
  readonly files: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** What stderr says, in this order. */
  readonly told: readonly string[];
}

// Each beside two good declarations, but for the first two.
const MISTAKES: Readonly<Record<string, Mistake>> = {
  'a file that is not YAML': {
    files: { 'streams/bad.stream.yaml': 'stream: bad\n  group: [g\npayload: }\n' },
    told: [
      'streams/bad.stream.yaml:1:9 error PSPF003: This value goes on in a line that looks like a key',
      'hint: Indent the next line like the key it stands beside.',
      'streams/bad.stream.yaml:2:10 error PSPF003: This [ is never closed',
      '2 errors.',
    ],
  },
  'a schema that is no schema': {
    files: {
      'streams/bad.stream.yaml':
        'stream: bad\ngroup: g\npayload:\n  type: objekt\n  required: id\n  minLength: -1\n  pattern: (\n',
    },
    told: [
      'bad.stream.yaml:4:9 error PSPF038: There is no type "objekt"',
      "hint: Did you mean 'object'?",
      'bad.stream.yaml:5:13 error PSPF038: required must be a list of property names, not "id"',
      'bad.stream.yaml:6:14 error PSPF038: minLength must be a whole number, 0 or more, not -1',
      'bad.stream.yaml:7:12 error PSPF039: pattern is not a regular expression: "("',
      '4 errors.',
    ],
  },
  'two streams of one name': {
    files: { 'streams/zz.stream.yaml': declared('orders') },
    told: [
      "streams/zz.stream.yaml:1:9 error PSPF016: The stream 'orders' is declared twice; the first is streams/orders.stream.yaml",
      'hint: A stream has one declaration',
    ],
  },
  'names that are reserved, or no identifiers': {
    files: {
      'streams/1st.stream.yaml': declared('first'),
      'streams/index.stream.yaml': declared('all'),
      'streams/my orders.stream.yaml': declared('mine'),
      'streams/word.stream.yaml': declared('word', 'class: class\n'),
      'streams/words.stream.yaml': declared('words', "class: 'Foo Bar'\n"),
    },
    told: [
      'streams/1st.stream.yaml:1:1 error PSPF020',
      "hint: Rename the file, or give the class a name with 'class:'.",
      "streams/index.stream.yaml:1:1 error PSPF020: A generated file cannot be called 'index.ts'",
      'hint: Rename the file, for example to index-events.stream.yaml.',
      "streams/my orders.stream.yaml:1:1 error PSPF020: The file's base name 'my orders' has characters",
      'hint: Rename the file, for example to my-orders.stream.yaml.',
      "streams/word.stream.yaml:3:8 error PSPF021: 'class' is no name for a class",
      "streams/words.stream.yaml:3:8 error PSPF021: 'Foo Bar' is no name for a class",
      '5 errors.',
    ],
  },
  'keys that reach nothing': {
    files: {
      'streams/far.stream.yaml': declared('far', 'key: /ids\n'),
      'streams/near.stream.yaml': declared('near', 'key: id\n'),
    },
    told: [
      'far.stream.yaml:3:6 error PSPF047: The key /ids is no string or integer that every payload has',
      "hint: Did you mean '/id'?",
      "near.stream.yaml:3:6 error PSPF012: 'key' must be a JSON pointer, not 'id'",
      "hint: Did you mean '/id'?",
      '2 errors.',
    ],
  },
  'an out directory that is a file': {
    files: { generated: 'mine\n' },
    told: ['error PSPF060: The out directory generated cannot be made: a file is in the way'],
  },
  'an out directory below a file': {
    files: {},
    args: ['./streams', '--out', 'streams/orders.stream.yaml/generated'],
    told: ['error PSPF060: The out directory streams/orders.stream.yaml/generated cannot be made'],
  },
  'a directory where a file would be': {
    files: { 'generated/orders.ts/mine.ts': 'mine\n' },
    told: ['error PSPF060: generated/orders.ts is a directory', 'Nothing was written.'],
  },
  'a file of somebody else where one would be': {
    files: { 'generated/orders.ts': 'export const mine = 1;\n' },
    told: [
      'error PSPF061: generated/orders.ts was not made by pspf-gen, and would be overwritten',
      'Nothing was written.',
    ],
  },
};

test.each(Object.entries(MISTAKES))(
  '%s: told clearly, and nothing is written',
  async (_, mistake) => {
    const cwd = project(mistake.files);
    await refused(cwd, mistake.args ?? ['./streams'], mistake.told);
  },
);

test('a directory that is missing, empty, or holds no declaration: told apart', async () => {
  const cwd = folder({ 'data/orders.yaml': PROJECT['streams/orders.stream.yaml'] ?? '' });
  mkdirSync(join(cwd, 'empty'));
  const found = 'error PSPF001: No declaration (*.stream.yaml) in';
  await refused(
    cwd,
    ['./streams'],
    ['error PSPF001: There is no directory streams', 'hint: Name the'],
  );
  await refused(cwd, ['./empty'], [`${found} empty`, 'hint: Write the first one']);
  await refused(cwd, ['./data'], [`${found} data`, 'orders.yaml', 'orders.stream.yaml']);
});

test('an out directory that cannot be made is told, and ends', async () => {
  const cwd = project();
  symlinkSync('nowhere', join(cwd, 'link'));
  await refused(
    cwd,
    ['--out', 'link/generated'],
    ['error PSPF060: The out directory link/generated'],
  );
});

test('every problem of a run as JSON on stdout, and no colour in a pipe', async () => {
  const cwd = project(MISTAKES['a schema that is no schema']?.files);
  const { exitCode, stdout, stderr } = await pspfGen(cwd, ['./streams', '--format', 'json']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    written: [],
    removed: [],
    errors: 4,
    warnings: 0,
    diagnostics: [
      {
        code: 'PSPF038',
        severity: 'error',
        message: 'There is no type "objekt"',
        at: { file: 'streams/bad.stream.yaml', line: 4, column: 9, endLine: 4, endColumn: 15 },
      },
      { code: 'PSPF038' },
      { code: 'PSPF038' },
      { code: 'PSPF039' },
    ],
  });
});

async function refused(
  cwd: string,
  args: readonly string[],
  told: readonly string[],
): Promise<void> {
  const before = contents(cwd);
  const { exitCode, stdout, stderr } = await pspfGen(cwd, args);
  expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 2, stdout: '' });
  let from = 0;
  for (const text of told) {
    const at = stderr.indexOf(text, from);
    expect(at, `${text}\n\nin\n\n${stderr}`).toBeGreaterThanOrEqual(0);
    from = at + text.length;
  }
  expect(stderr).not.toContain('\u001B');
  expect(stderr).not.toContain('\n    at ');
  expect(contents(cwd)).toEqual(before);
}

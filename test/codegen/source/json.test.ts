import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSource } from '../../../codegen/dist/source.js';

const json = (text: string) => parseSource({ id: '/x/a.json', path: 'a.json', text });
const problems = (text: string) =>
  json(text).diagnostics.map((d) => `${d.at?.line}:${d.at?.column} ${d.message}`);

/** A key given twice or a number too large is fine for JSON.parse, and a mistake here. */
const OURS = new Set(['PSPF004', 'PSPF005']);

test('reads what JSON.parse reads, and refuses what it refuses', () => {
  const piece = fc.constantFrom(
    ...'{}[]:,"\\/ \n\t-+.eE01'.split(''),
    '"a"',
    'true',
    'null',
    '1',
    '\\u00e9',
    "'",
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    fc.json({ noUnicodeString: false }),
  );
  fc.assert(
    fc.property(text, (given) => {
      const read = json(given);
      let parsed: { value: unknown } | undefined;
      try {
        parsed = { value: JSON.parse(given) };
      } catch {}
      if (parsed === undefined) expect(read.value).toBeUndefined();
      else if (read.diagnostics.length === 0) expect(read.value?.value).toEqual(parsed.value);
      else expect(read.diagnostics.every(({ code }) => OURS.has(code))).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

test.each([
  ['', '1:1 The file is empty'],
  ['{\n  "a": 1,\n}', "2:9 JSON allows no ',' before '}'"],
  ['{"a": 1 "b": 2}', "1:9 Expected ',' or '}', found '\"'"],
  ["{'a': 1}", '1:2 Expected a key in double quotes, found a single quote'],
  ['// x\n{}', "1:1 Expected a value, found '/'"],
  ['{"a": [1, 2', "1:12 Expected ',' or ']', found the end of the file"],
  ['{"a": "x\n"}', '1:7 This string is never closed'],
  ['{"a": "\\q"}', "1:8 Unknown escape '\\q' in a string"],
  ['{"a": 01}', "1:7 Expected a value, found '01'"],
  ['{} x', "1:4 Unexpected 'x' after the end of the JSON value"],
  ['{"a": 1, "b": {"a": 1}, "a": 2}', '1:25 The key "a" appears twice'],
  [
    '[9007199254740993]',
    '1:2 The number 9007199254740993 cannot be held exactly in a JavaScript number',
  ],
])('says what is wrong in %j, and where', (text, expected) => {
  expect(problems(text)).toEqual([expected]);
});

test('answers a nesting without end, and a string of megabytes', () => {
  expect(problems('['.repeat(100_000))).toEqual(['1:502 Nested deeper than 500 levels']);
  const long = 'é'.repeat(5_000_000);
  expect(json(JSON.stringify(long)).value?.value).toBe(long);
});

test('knows where keys and values stand', () => {
  const file = json('{\n  "a": { "b": [10, 20] }\n}').value;
  expect(file?.locate('/a/b', 'key')).toMatchObject({ line: 2, column: 10, endColumn: 13 });
  expect(file?.locate('/a/b/1', 'value')).toMatchObject({ line: 2, column: 20, endColumn: 22 });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Diagnostic, diagnostic } from '../../../codegen/dist/diagnostics.js';
import { codeFrame } from '../../../codegen/dist/report/code-frame.js';
import { jsonReport } from '../../../codegen/dist/report/json.js';
import { PLAIN, styleFor } from '../../../codegen/dist/report/style.js';
import { textReport } from '../../../codegen/dist/report/text.js';

const span = (line: number, column: number, length = 1, file = 'a.yaml') => ({
  file,
  line,
  column,
  endLine: line,
  endColumn: column + length,
});
const text = 'stream: orders\ngruop: workers\npayload: true\n';

test('shows place, code, frame, hint and a sum, as an editor would jump to it', () => {
  const problem = diagnostic('PSPF010', "Unknown key 'gruop'", {
    at: span(2, 1, 5),
    hint: "Did you mean 'group'?",
  });
  expect(
    textReport([problem], () => text, PLAIN),
  ).toBe(`a.yaml:2:1 error PSPF010: Unknown key 'gruop'
  1 | stream: orders
> 2 | gruop: workers
    | ^^^^^
  3 | payload: true
  hint: Did you mean 'group'?

1 error. More about it: pspf-gen explain PSPF010
`);
});

test('sorts by place whatever the order of finding, and shows a problem once', () => {
  const found = [
    diagnostic('PSPF012', 'z', { at: span(1, 1, 1, 'b.yaml') }),
    diagnostic('PSPF010', 'y', { at: span(10, 1) }),
    diagnostic('PSPF012', 'x', { at: span(9, 8), severity: 'warning' }),
    diagnostic('PSPF010', 'w', { at: span(9, 8) }),
    diagnostic('PSPF001', 'v'),
  ];
  const order = (list: readonly Diagnostic[]): string[] =>
    JSON.parse(jsonReport(list)).diagnostics.map((each: Diagnostic) => each.message);
  fc.assert(
    fc.property(fc.shuffledSubarray([...found, ...found], { minLength: 10 }), (shuffled) => {
      expect(order(shuffled)).toEqual(['v', 'w', 'x', 'y', 'z']);
    }),
  );
  expect(JSON.parse(jsonReport(found))).toMatchObject({ errors: 4, warnings: 1 });
});

test('a warning met in many places is told once, with the places; errors are told one by one', () => {
  const problems = (severity: 'error' | 'warning') =>
    Array.from({ length: 8 }, (_, index) =>
      diagnostic('PSPF043', 'The format "uint8" is not checked', {
        at: span(1 + index, 1),
        severity,
      }),
    );
  const warned = textReport(problems('warning'), () => text, PLAIN);
  expect(warned.match(/is not checked/g)).toHaveLength(1);
  expect(warned).toContain(
    '\n  also at: a.yaml:2:1, a.yaml:3:1, a.yaml:4:1, a.yaml:5:1, a.yaml:6:1 and 2 more\n',
  );
  expect(warned).toContain('8 warnings.');
  const refused = textReport(problems('error'), () => text, PLAIN);
  expect(refused.match(/is not checked/g)).toHaveLength(8);
  expect(refused).not.toContain('also at');
});

test('prints nothing where there is nothing to say', () => {
  expect(textReport([], () => undefined, PLAIN)).toBe('');
});

test('puts the caret under the place, also behind tabs and wide characters', () => {
  expect(codeFrame(['\tgroup:\tx'], span(1, 9), PLAIN)).toBe(
    '> 1 |     group:    x\n    |               ^',
  );
  expect(codeFrame(['名前: x'], span(1, 5), PLAIN)).toBe('> 1 | 名前: x\n    |       ^');
});

test('cuts long lines around the place', () => {
  const line = `{"a":"${'x'.repeat(5_000)}","gruop":1,"b":"${'y'.repeat(5_000)}"}`;
  const at = line.indexOf('"gruop"') + 1;
  const [shown = '', carets = ''] = codeFrame([line], span(1, at, 7), PLAIN).split('\n');
  expect(shown.length).toBeLessThan(120);
  expect(shown.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('"gruop"');
});

test('frames any span of any text, and no control character reaches the terminal', () => {
  const line = fc.string({ unit: 'binary', maxLength: 300 });
  fc.assert(
    fc.property(line, fc.nat(20), fc.nat(400), fc.nat(400), (given, number, column, length) => {
      const frame = codeFrame(given.split('\n'), span(number + 1, column + 1, length), PLAIN);
      expect(frame).toContain('^');
      expect(frame.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    }),
  );
});

test('what users wrote cannot steer their terminals', () => {
  const problem = diagnostic('PSPF010', "Unknown key '\u001B[2J'", { hint: 'a\nb' });
  const report = textReport([problem], () => undefined, PLAIN);
  expect(report).toContain("Unknown key '\\x1b[2J'");
  expect(report).toContain('a\\x0ab');
});

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '' }, true],
  [false, { FORCE_COLOR: '1' }, true],
  [true, { FORCE_COLOR: '0' }, false],
  [true, { TERM: 'dumb' }, false],
  [true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
])('on a terminal: %s, with %j: colour %s', (isTTY, env, coloured) => {
  expect(styleFor({ isTTY }, env).red('x') !== 'x').toBe(coloured);
});

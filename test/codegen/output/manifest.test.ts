import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  hashesOf,
  isAsRecorded,
  type Manifest,
  parseManifest,
  printManifest,
} from '../../../codegen/dist/output/manifest.js';

const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const path = fc.string({ minLength: 1, unit: 'grapheme' }).map((name) => `../${name}.stream.yaml`);
const manifest: fc.Arbitrary<Manifest> = fc.record({
  tool: fc.constantFrom('0.1.0', '1.2.3-beta.1'),
  files: fc
    .array(
      fc.tuple(
        fc.stringMatching(/^[a-z][a-z0-9-]*\.ts$/),
        fc.array(hash, { minLength: 1 }).map((hashes) => new Set(hashes)),
      ),
    )
    .map((entries) => new Map(entries)),
  streams: fc
    .array(
      fc.tuple(
        fc.stringMatching(/^[a-z][\w-]*$/),
        fc.record({ hash, inputs: fc.array(path, { minLength: 1 }) }),
      ),
    )
    .map((entries) => new Map(entries)),
});
const parse = (text: string) => parseManifest(text, 'generated/pspf.manifest');

test('reads what it prints, whatever the paths, also after a checkout with CRLF', () => {
  fc.assert(
    fc.property(manifest, (given) => {
      expect(parse(printManifest(given))).toEqual({ manifest: given, diagnostics: [] });
      expect(parse(printManifest(given).replaceAll('\n', '\r\n')).manifest).toEqual(given);
    }),
  );
});

test('prints the same text in whatever order things were made', () => {
  fc.assert(
    fc.property(manifest, (given) => {
      const reversed = {
        tool: given.tool,
        files: new Map([...given.files].reverse()),
        streams: new Map([...given.streams].reverse()),
      };
      expect(printManifest(reversed)).toBe(printManifest(given));
    }),
  );
});

test('the index is recorded by the line, so that it merges, and any change to it is seen', () => {
  const orders = 'export { OrdersStream } from "./orders.js";';
  const returns = 'export { ReturnsStream } from "./returns.js";';
  const shared = 'export { type Money } from "./_shared.js";';
  const indexOf = (...exports: string[]) => `// banner\n\n${exports.join('\n')}\n`;
  const recorded = hashesOf('index.ts', indexOf(orders, returns, shared));
  const fewer = hashesOf('index.ts', indexOf(orders, shared));
  expect([...recorded].filter((each) => !fewer.has(each))).toHaveLength(1);

  const now = { tool: '1', files: new Map([['index.ts', recorded]]), streams: new Map() };
  const isSame = (text: string): boolean => isAsRecorded(now, 'index.ts', text);
  expect(isSame(indexOf(orders, returns, shared))).toBe(true);
  expect(isSame(indexOf(orders, returns, shared).replaceAll('\n', '\r\n'))).toBe(true);
  expect(isSame(indexOf(returns, orders, shared))).toBe(false);
  expect(isSame(indexOf(shared, orders, returns))).toBe(false);
  expect(isSame(indexOf(orders, returns, shared, 'const mine = 1;'))).toBe(false);
  expect(isSame(indexOf(orders, shared))).toBe(false);
  expect(isSame(indexOf(orders, orders, returns, shared))).toBe(false);
  expect(isSame(indexOf(orders, returns, shared).slice(3))).toBe(false);
});

const sum = 'a'.repeat(64);

test.each([
  [
    'a merge conflict',
    `tool 1\n<<<<<<< ours\nfile a.ts ${sum}\n=======\n>>>>>>> theirs\n`,
    2,
    'has a merge conflict',
  ],
  ['another kind of file', '{ "json": true }\n', 1, 'is not as pspf-gen wrote it'],
  ['nothing', '', 1, 'is not as pspf-gen wrote it'],
  ['half a line', `tool 1\nfile a.ts ${sum.slice(1)}\n`, 2, 'is not as pspf-gen wrote it'],
  ['a file elsewhere, which would be removed', `tool 1\nfile ../src/a.ts ${sum}\n`, 2, 'is not as'],
  ['a file elsewhere, in disguise', `tool 1\nfile ..%2Fa.ts ${sum}\n`, 2, 'is not as'],
  ['bytes that are no text', `tool 1\nfile %FF.ts ${sum}\n`, 2, 'is not as'],
])('a manifest that holds %s counts as absent, with a warning', (_, text, line, message) => {
  const { manifest: none, diagnostics } = parse(text);
  expect(none).toBeUndefined();
  expect(diagnostics).toMatchObject([
    {
      code: 'PSPF062',
      severity: 'warning',
      at: { line },
      message: expect.stringContaining(message),
    },
  ]);
});

test('never throws, whatever stands in it', () => {
  const piece = fc.oneof(
    fc.constantFrom('tool', 'file', 'stream', ' ', '\n', '%', '%E2', sum),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const read = parse(pieces.join(''));
      expect(read.manifest === undefined).toBe(read.diagnostics.length > 0);
    }),
  );
});

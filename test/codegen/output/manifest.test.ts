import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Manifest,
  parseManifest,
  printManifest,
} from '../../../codegen/dist/output/manifest.js';

const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const path = fc.string({ minLength: 1, unit: 'grapheme' }).map((name) => `../${name}.stream.yaml`);
const manifest: fc.Arbitrary<Manifest> = fc.record({
  tool: fc.constantFrom('0.1.0', '1.2.3-beta.1'),
  files: fc
    .array(fc.tuple(fc.stringMatching(/^[a-z][a-z0-9-]*\.ts$/), hash))
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

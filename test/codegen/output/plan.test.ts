import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findDrift } from '../../../codegen/dist/check.js';
import { banner, hasBanner } from '../../../codegen/dist/output/banner.js';
import { hashesOf, MANIFEST } from '../../../codegen/dist/output/manifest.js';
import { plan } from '../../../codegen/dist/output/plan.js';

const ours = (text: string) => `${banner('../streams/a.stream.yaml')}${text}\n`;
const manifestOf = (files: Record<string, string>) => ({
  tool: '1',
  files: new Map(Object.entries(files).map(([path, text]) => [path, hashesOf(path, text)])),
  streams: new Map(),
});
const map = (files: Record<string, string>) => new Map(Object.entries(files));

test('writes what differs, keeps what does not, removes what was ours, leaves the rest', () => {
  const made = map({ 'a.ts': ours('new'), 'b.ts': ours('same'), 'c.ts': ours('c') });
  const disk = map({
    'a.ts': ours('old'),
    'b.ts': ours('same').replaceAll('\n', '\r\n'),
    'd.ts': ours('of a removed stream'),
    'e.ts': 'listed, its banner lost',
    'f.ts': 'somebody else’s',
  });
  expect(plan(made, disk, manifestOf({ 'e.ts': 'x' }))).toEqual({
    write: ['a.ts', 'c.ts'],
    keep: ['b.ts'],
    remove: ['d.ts', 'e.ts'],
    blocked: [],
  });
});

test('never writes over a file that is not ours', () => {
  const disk = map({ 'a.ts': 'export const mine = true;\n' });
  expect(plan(map({ 'a.ts': ours('a') }), disk, undefined)).toMatchObject({
    write: [],
    blocked: ['a.ts'],
  });
  expect(plan(map({ 'a.ts': ours('a') }), disk, manifestOf({ 'a.ts': 'x' }))).toMatchObject({
    write: ['a.ts'],
  });
});

test('afterwards there is nothing more to do, and what is not ours is as it was', () => {
  const name = fc.constantFrom('a.ts', 'b.ts', 'c.ts', 'd.ts');
  const text = fc.constantFrom(ours('1'), ours('2'), 'foreign 1', 'foreign 2');
  const made = fc.dictionary(name, fc.constantFrom(ours('1'), ours('2')));
  fc.assert(
    fc.property(
      made,
      fc.dictionary(name, text),
      fc.dictionary(name, text),
      (files, disk, listed) => {
        const manifest = manifestOf(listed);
        const first = plan(map(files), map(disk), manifest);
        fc.pre(first.blocked.length === 0);
        const after = map(disk);
        for (const path of first.remove) after.delete(path);
        for (const path of first.write) after.set(path, files[path] ?? '');
        expect(plan(map(files), after, manifestOf(files))).toMatchObject({ write: [], remove: [] });
        for (const [path, before] of Object.entries(disk)) {
          const foreign = !hasBanner(before) && listed[path] === undefined;
          if (foreign) expect(after.get(path)).toBe(before);
        }
      },
    ),
  );
});

test('drift names every file, and tells an edit from a change of the declaration', () => {
  const recorded = { 'a.ts': ours('a'), 'b.ts': ours('b'), 'c.ts': ours('c'), 'f.ts': ours('f') };
  const made = map({
    'a.ts': ours('a, changed'),
    'b.ts': ours('b'),
    'c.ts': ours('c'),
    'e.ts': ours('e'),
    'f.ts': ours('f'),
    [MANIFEST]: 'new',
  });
  const disk = map({
    'a.ts': ours('a'),
    'b.ts': ours('b').replace('b', 'edited'),
    'd.ts': ours('d'),
    'e.ts': ours('made with another manifest'),
    'f.ts': ours('f').replaceAll('\n', '\r\n'),
    [MANIFEST]: 'old',
  });
  const { findings } = findDrift(made, disk, manifestOf(recorded));
  expect(findings.map(({ path, kind }) => `${path} ${kind}`)).toEqual([
    'a.ts stale',
    'b.ts edited',
    'c.ts missing',
    'd.ts orphaned',
    'e.ts stale',
    `${MANIFEST} stale`,
  ]);
});

test('a file name cannot break out of the banner', () => {
  for (const mark of ['\n', '\r', '\u2028', '\u2029', '\u0000']) {
    expect(banner(`a${mark}alert(1)`).split(/[\n\r\u2028\u2029]/)).toHaveLength(6);
  }
});

import { existsSync, readdirSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { banner } from '../../../codegen/dist/output/banner.js';
import { plan } from '../../../codegen/dist/output/plan.js';
import { readOut, write } from '../../../codegen/dist/output/write.js';
import { contents, folder } from '../folder.js';

const files = new Map([
  ['a.ts', `${banner('a')}a\n`],
  ['pspf.manifest', 'manifest\n'],
]);

function writeTo(out: string) {
  const onDisk = readOut(out).value ?? new Map();
  return write(out, files, plan(files, onDisk, undefined));
}

test('makes the directory and its parents, and leaves nothing else behind', () => {
  const root = folder();
  expect(writeTo(join(root, 'src/generated'))).toEqual([]);
  expect(contents(root)).toEqual({
    'src/generated/a.ts': files.get('a.ts'),
    'src/generated/pspf.manifest': 'manifest\n',
  });
});

test('removes what it made before, and nothing else', () => {
  const out = folder({
    'old.ts': `${banner('x')}`,
    'mine.ts': 'x',
    'sub/old.ts': banner('x'),
    'notes.md': banner('x'),
  });
  symlinkSync('nowhere', join(out, 'link.ts'));
  expect(writeTo(out)).toEqual([]);
  expect(readdirSync(out).sort()).toEqual([
    'a.ts',
    'link.ts',
    'mine.ts',
    'notes.md',
    'pspf.manifest',
    'sub',
  ]);
  expect(existsSync(join(out, 'sub/old.ts'))).toBe(true);
});

test.each(['file', 'file/below/it'])('says so where a file is in the way: %s', (path) => {
  const root = folder({ file: 'x' });
  const out = join(root, path);
  const expected = [{ code: 'PSPF060', message: expect.stringContaining('a file is in the way') }];
  expect(readOut(out).diagnostics).toMatchObject(expected);
  expect(write(out, files, plan(files, new Map(), undefined))).toMatchObject(expected);
  expect(contents(root)).toEqual({ file: 'x' });
});

test('what a killed run left goes; what a running one is about to rename stays', () => {
  const out = folder({ 'a.ts.pspf-1.tmp': 'half', 'b.ts.pspf-2.tmp': 'half', 'my.tmp': 'mine' });
  utimesSync(join(out, 'a.ts.pspf-1.tmp'), new Date(0), new Date(0));
  utimesSync(join(out, 'my.tmp'), new Date(0), new Date(0));
  expect(writeTo(out)).toEqual([]);
  expect(readdirSync(out).sort()).toEqual(['a.ts', 'b.ts.pspf-2.tmp', 'my.tmp', 'pspf.manifest']);
});

test('leaves no temporary file where a place is taken by a folder', () => {
  const out = folder({ 'a.ts/inside': 'x' });
  expect(writeTo(out)).toMatchObject([{ code: 'PSPF060' }]);
  expect(contents(out)).toEqual({ 'a.ts/inside': 'x' });
});

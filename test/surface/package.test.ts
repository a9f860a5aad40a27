import { readdir, rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyOfPackages, type Packed, pack } from '../support/packages.js';

let copy: string;
let before: string[];
let packed: { runtime: Packed; codegen: Packed };

beforeAll(async () => {
  copy = await copyOfPackages();
  before = await readdir(copy, { recursive: true });
  packed = await pack(copy);
});

afterAll(() => rm(copy, { recursive: true, force: true }));

const paths = ({ files }: Packed): string[] => files.map(({ path }) => path);

test('the generator carries its templates, its meta-schema and the licence', () => {
  const templates = ['stream', 'shared', 'index', 'partials/imports', 'partials/types'];
  expect(paths(packed.codegen)).toEqual(
    expect.arrayContaining([
      'LICENSE',
      'README.md',
      'bin/pspf-gen.js',
      'dist/cli.js',
      'stream.schema.json',
      ...templates.map((name) => `templates/${name}.hbs`),
    ]),
  );
});

test('the runtime carries what is built, the licence, and no test', () => {
  expect(paths(packed.runtime)).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'dist/index.js', 'dist/generated.d.ts']),
  );
  expect(paths(packed.runtime).filter((path) => path.includes('.test.'))).toEqual([]);
});

test('packing leaves nothing behind but the tarballs', async () => {
  const after = await readdir(copy, { recursive: true });
  const made = [packed.runtime.filename, packed.codegen.filename];
  expect(after.filter((path) => !made.includes(path)).sort()).toEqual(before.sort());
});

import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { generate } from '../../codegen/dist/generate.js';
import { SourceLoader } from '../../codegen/dist/source/loader.js';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const compiled = join(root, '.cache/golden');
const cases = (await readdir(here, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

async function make(name: string): Promise<Record<string, string>> {
  const { value, diagnostics } = await generate({
    dir: join(here, name, 'input'),
    out: join(here, name, 'expected'),
    importExtension: '.js',
    loader: new SourceLoader({ cwd: join(here, name) }),
  });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return Object.fromEntries(value?.files ?? []);
}

async function onDisk(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts'));
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const),
    ),
  );
}

/** `UPDATE_GOLDEN=1` accepts what is generated now; read the diff before you commit it. */
async function update(name: string): Promise<void> {
  const folder = join(here, name, 'expected');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(await make(name))) {
    await writeFile(join(folder, path), text);
  }
}

const tsconfig = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    rootDir: here,
    outDir: compiled,
    declaration: true,
    strict: true,
    isolatedDeclarations: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noUnusedLocals: true,
  },
  include: [`${relative(compiled, here)}/*/expected/*.ts`, `${relative(compiled, here)}/*/use.ts`],
};

beforeAll(async () => {
  if (process.env['UPDATE_GOLDEN'] === '1') for (const name of cases) await update(name);
});

describe.each(cases)('golden case %s', (name) => {
  test('generates what stands in expected/, twice the same', async () => {
    const first = await make(name);
    expect(await make(name)).toEqual(first);
    expect(first).toEqual(await onDisk(join(here, name, 'expected')));
  });
});

describe('all golden output', () => {
  beforeAll(async () => {
    await rm(compiled, { recursive: true, force: true });
    await mkdir(compiled, { recursive: true });
    await writeFile(join(compiled, 'package.json'), '{"type":"module"}');
    await writeFile(join(compiled, 'tsconfig.json'), JSON.stringify(tsconfig));
  });

  test('type-checks under the strictest flags, and does what its use.ts relies on', async () => {
    await run('npx', ['tsc', '-p', compiled], { cwd: root }).catch(({ stdout }) => {
      expect.fail(stdout);
    });
    for (const name of cases) {
      const { default: use } = await import(pathToFileURL(join(compiled, name, 'use.js')).href);
      await use();
    }
  });
});

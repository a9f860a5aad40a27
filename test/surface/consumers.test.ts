import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyOfPackages, pack } from '../support/packages.js';

const run = promisify(execFile);

const declaration = `\
stream: greetings
group: greeters
payload:
  title: Greeting
  type: object
  required: [to]
  properties:
    to: { type: string, minLength: 1 }
    at: { type: string, format: date-time }
  additionalProperties: false
`;

const program = `\
import { configure, PspfError, shutdown } from '@pspf/runtime';
import { GreetingsStream, type Greeting } from './generated/index.js';

async function main(): Promise<void> {
  configure({ url: 'memory:' });
  const heard: Greeting[] = [];
  const all = new Promise<void>((resolve) => {
    GreetingsStream.consume((greeting) => {
      heard.push(greeting);
      if (heard.length === 2) resolve();
    });
  });
  await GreetingsStream.emit({ to: 'Ada' });
  await GreetingsStream.emit({ to: 'Grace', at: '2026-01-01T00:00:00Z' });
  await GreetingsStream.emit({ to: '' }).catch((error: unknown) => {
    if (!PspfError.is(error, 'INVALID_PAYLOAD')) throw error;
    console.log(error.issues.map((issue) => issue.pointer).join());
  });
  await all;
  await shutdown();
  console.log(heard.map((greeting) => greeting.to).join());
}

void main();
`;

const strict = {
  target: 'es2023',
  strict: true,
  isolatedDeclarations: true,
  declaration: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  types: ['node'],
  rootDir: '.',
  outDir: 'dist',
};

let workspace: string;
let copy: string;
let tarballs: { runtime: string; codegen: string };

/** An empty project outside the repository, with both packages installed from their tarballs. */
async function project(name: string, files: Record<string, unknown>): Promise<string> {
  const folder = join(workspace, name);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(
      join(folder, path),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
  }
  await npm(folder, 'install', tarballs.runtime);
  return folder;
}

const npm = (cwd: string, ...args: string[]) =>
  run('npm', [...args, '--prefer-offline', '--no-audit', '--no-fund'], { cwd });

const withGenerator = (folder: string) =>
  npm(folder, 'install', '--save-dev', tarballs.codegen, 'typescript@7', '@types/node@20');

async function service(name: string, type: 'module' | 'commonjs', compilerOptions: object) {
  const folder = await project(name, {
    'package.json': { name, version: '1.0.0', private: true, type },
    'tsconfig.json': { compilerOptions: { ...strict, ...compilerOptions }, exclude: ['dist'] },
    'streams/greetings.stream.yaml': declaration,
    'main.ts': program,
  });
  await withGenerator(folder);
  await run('npx', ['pspf-gen', './streams'], { cwd: folder });
  await run('npx', ['tsc', '-p', '.'], { cwd: folder });
  await run('npx', ['pspf-gen', 'check', './streams'], { cwd: folder });
  return folder;
}

const greeted = '/to\nAda,Grace\n';

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'pspf-consumers-'));
  copy = await copyOfPackages();
  const { runtime, codegen } = await pack(copy);
  tarballs = { runtime: join(copy, runtime.filename), codegen: join(copy, codegen.filename) };
}, 120_000);

afterAll(async () => {
  await rm(workspace, { recursive: true, force: true });
  await rm(copy, { recursive: true, force: true });
});

describe('from the packed tarballs, in an empty project', { timeout: 240_000 }, () => {
  test('an ES module service generates, type-checks and runs under NodeNext', async () => {
    const folder = await service('nodenext', 'module', { module: 'nodenext' });
    const { stdout } = await run('node', ['dist/main.js'], { cwd: folder });
    expect(stdout).toBe(greeted);
  });

  test('a bundled service does too', async () => {
    const folder = await service('bundled', 'module', {
      module: 'esnext',
      moduleResolution: 'bundler',
    });
    const bundle = await rolldown({
      input: join(folder, 'main.ts'),
      cwd: folder,
      platform: 'node',
      logLevel: 'silent',
    });
    await bundle.write({ file: join(folder, 'bundle.mjs'), codeSplitting: false });
    await bundle.close();
    const { stdout } = await run('node', ['bundle.mjs'], { cwd: folder });
    expect(stdout).toBe(greeted);
  });

  test('a CommonJS service does too', async () => {
    const folder = await service('commonjs', 'commonjs', { module: 'node20' });
    const { stdout } = await run('node', ['dist/main.js'], { cwd: folder });
    expect(stdout).toBe(greeted);
  });

  test('a production install of the runtime brings nothing of the generator', async () => {
    const folder = await project('production', {
      'package.json': { name: 'production', version: '1.0.0', private: true },
    });
    const installed = await readdir(join(folder, 'node_modules'));
    for (const name of ['pspf-gen', 'ajv', 'ts-morph', 'handlebars', 'typescript', 'yaml']) {
      expect(installed).not.toContain(name);
    }
    expect(installed).not.toContain('json-schema-to-typescript');
  });
});

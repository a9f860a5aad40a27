import { mkdirSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { checkCommand } from '../../../codegen/dist/commands/check.js';
import { generateCommand } from '../../../codegen/dist/commands/generate.js';
import type { Run } from '../../../codegen/dist/commands/run.js';
import { banner } from '../../../codegen/dist/output/banner.js';
import { PLAIN } from '../../../codegen/dist/report/style.js';
import { contents, folder, put } from '../folder.js';
import { generate } from './pipeline.js';

const TEXT = { format: 'text', style: PLAIN, errorStyle: PLAIN } as const;
const JSON_FORMAT = { ...TEXT, format: 'json' } as const;
const declaration = (stream: string, more = '') =>
  `stream: ${stream}\ngroup: g\npayload: { type: object }\n${more}`;

function project(files: Readonly<Record<string, string>>) {
  const root = folder(files);
  let made = 0;
  const run: Run = {
    dir: join(root, 'streams'),
    out: join(root, 'generated'),
    importExtension: '.js',
    tool: '1.0.0',
    pipeline: async () => {
      made += 1;
      return generate;
    },
  };
  return {
    root,
    run,
    /** How often the pipeline was asked for. */
    made: () => made,
    generate: (trust = false) => generateCommand(run, trust, TEXT),
    check: async () => {
      const { exitCode, stdout } = await checkCommand(run, JSON_FORMAT);
      const findings: { file: string; kind: string }[] = JSON.parse(stdout).findings;
      const out = `${relative('', run.out)}/`.replaceAll('\\', '/');
      return [
        exitCode,
        ...findings.map(({ file, kind }) =>
          `${kind} ${file.replace(out, '')}`.replace(`${run.out}/`, ''),
        ),
      ];
    },
  };
}

const two = {
  'streams/a.stream.yaml': declaration('a'),
  'streams/b.stream.yaml': declaration('b'),
};

test('generates, finds itself fresh, and has nothing to do again', async () => {
  const { root, generate: make, check } = project(two);
  expect(await make()).toMatchObject({
    exitCode: 0,
    stderr: '',
    stdout: expect.stringContaining('2 streams → '),
  });
  const before = contents(root);
  expect(Object.keys(before)).toContain('generated/pspf.manifest');
  expect(await check()).toEqual([0]);
  expect((await make()).stdout).toContain('3 unchanged');
  expect(contents(root)).toEqual(before);
});

test('the manifest is the same wherever the project lies', async () => {
  const manifests = [];
  for (const files of [two, two]) {
    const { root, generate: make } = project(files);
    await make();
    manifests.push(contents(root)['generated/pspf.manifest']);
  }
  expect(manifests[0]).toBe(manifests[1]);
  expect(manifests[0]).toContain('../streams/a.stream.yaml');
  expect(manifests[0]).not.toContain('/tmp');
});

test('check names every stale, missing, orphaned and edited file, and touches nothing', async () => {
  const {
    root,
    generate: make,
    check,
  } = project({ ...two, 'streams/c.stream.yaml': declaration('c') });
  await make();
  put(root, {
    'streams/a.stream.yaml': declaration('a', 'timeout: 1m\n'),
    'generated/b.ts': `${contents(root)['generated/b.ts']}// edited\n`,
    'generated/d.ts': `${banner('x')}`,
    'generated/mine.ts': 'mine',
  });
  rmSync(join(root, 'generated/c.ts'));
  const before = contents(root);
  expect(await check()).toEqual([
    1,
    'stale a.ts',
    'edited b.ts',
    'missing c.ts',
    'orphaned d.ts',
    'stale pspf.manifest',
  ]);
  expect(contents(root)).toEqual(before);
  await make();
  expect(await check()).toEqual([0]);
  expect(Object.keys(contents(root)).filter((path) => path.startsWith('generated'))).toEqual(
    ['a.ts', 'b.ts', 'c.ts', 'mine.ts', 'pspf.manifest'].map((path) => `generated/${path}`),
  );
});

test('of two directories with one out directory, each says that it removes what the other made', async () => {
  const { run, generate: make } = project({
    'streams/shop/a.stream.yaml': declaration('a'),
    'streams/billing/b.stream.yaml': declaration('b'),
    'streams/billing/c.stream.yaml': declaration('c'),
  });
  await make();
  const only: Run = { ...run, dir: join(run.dir, 'shop') };
  for (const command of [checkCommand(only, TEXT), generateCommand(only, false, TEXT)]) {
    expect((await command).stderr).toMatch(
      /warning PSPF067: .*billing\/b\.stream\.yaml and 1 more/,
    );
  }
  expect((await make()).stderr).toBe('');
  rmSync(join(run.dir, 'billing'), { recursive: true });
  expect(await make()).toMatchObject({ stderr: '', stdout: expect.stringContaining('2 removed') });
});

test('an unchanged run is known as one through a linked out directory too', async () => {
  const { root, run, generate: make, made } = project(two);
  mkdirSync(join(root, 'packages/client/generated'), { recursive: true });
  symlinkSync(join(root, 'packages/client/generated'), run.out);
  await make(true);
  await make(true);
  expect(made()).toBe(1);
});

test('a checkout with CRLF, of input and output, is no drift', async () => {
  const { root, generate: make, check, made } = project(two);
  await make();
  const windows = Object.entries(contents(root)).map(([path, text]) => [
    path,
    text.replaceAll('\n', '\r\n'),
  ]);
  put(root, Object.fromEntries(windows));
  expect(await check()).toEqual([0]);
  const before = made();
  expect((await make(true)).stdout).toContain('3 unchanged');
  expect(made()).toBe(before);
});

test('a problem keeps everything as it is, with exit code 2', async () => {
  const { root, generate: make, check } = project(two);
  await make();
  put(root, { 'streams/a.stream.yaml': declaration('a', 'tiemout: 1m\n') });
  const before = contents(root);
  const failed = await make();
  expect(failed).toMatchObject({ exitCode: 2, stdout: '' });
  expect(failed.stderr).toContain("Did you mean 'timeout'?");
  expect(await check()).toEqual([2]);
  expect(contents(root)).toEqual(before);
});

test('a warning changes no exit code', async () => {
  const { generate: make, check } = project({ 'streams/a.stream.yaml': declaration('warn') });
  const made = await make();
  expect(made).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('warning PSPF012: A warning'),
  });
  expect(await check()).toEqual([0]);
});

test('writes nothing at all where a file of somebody else is in the way', async () => {
  const { root, generate: make, check } = project({ ...two, 'generated/b.ts': 'mine' });
  const refused = await make();
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('PSPF061');
  expect(Object.keys(contents(join(root, 'generated')))).toEqual(['b.ts']);
  expect(await check()).toEqual([2, 'missing a.ts', 'missing pspf.manifest']);
});

test('a manifest in conflict costs a warning, and is written anew', async () => {
  const { root, generate: make } = project(two);
  await make();
  const path = 'generated/pspf.manifest';
  const good = contents(root)[path] ?? '';
  put(root, { [path]: `<<<<<<< ours\n${good}=======\n>>>>>>> theirs\n` });
  expect(await make()).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('has a merge conflict'),
  });
  expect(contents(root)[path]).toBe(good);
});

test('an unchanged run asks for no pipeline; any change of input, output, option or version does', async () => {
  const shared = { 'streams/schemas/shared.json': '{ "type": "string" }' };
  const { root, run, generate: make, made } = project({ ...two, ...shared });
  await make(true);
  const changes: Record<string, () => void> = {
    'a declaration': () =>
      put(root, { 'streams/a.stream.yaml': declaration('a', 'timeout: 1m\n') }),
    'a file it refers to': () => put(root, { 'streams/schemas/shared.json': '{}' }),
    'a new declaration': () => put(root, { 'streams/sub/c.stream.yaml': declaration('c') }),
    'a removed declaration': () => rmSync(join(root, 'streams/sub/c.stream.yaml')),
    'a removed output': () => rmSync(join(root, 'generated/a.ts')),
    'an edited output': () => put(root, { 'generated/a.ts': banner('x') }),
    'an orphan': () => put(root, { 'generated/z.ts': banner('x') }),
    'a broken manifest': () => put(root, { 'generated/pspf.manifest': 'x' }),
    'another import extension': () => Object.assign(run, { importExtension: '' }),
    'another version': () => Object.assign(run, { tool: '1.0.1' }),
  };
  for (const [what, change] of Object.entries(changes)) {
    change();
    const before = made();
    await make(true);
    expect([what, made() - before]).toEqual([what, 1]);
    expect(await make(true), what).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('unchanged'),
    });
    expect([what, made() - before]).toEqual([what, 1]);
  }
});

test('a file that needs no change is not touched', async () => {
  const { root, generate: make } = project(two);
  await make();
  const kept = join(root, 'generated/b.ts');
  utimesSync(kept, 1, 1);
  put(root, { 'streams/a.stream.yaml': declaration('a', 'timeout: 1m\n') });
  await make();
  expect(statSync(kept).mtimeMs).toBe(1_000);
});

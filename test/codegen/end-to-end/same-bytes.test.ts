import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseSource } from '../../../codegen/dist/source.js';
import { contents, folder } from '../folder.js';
import { generated, MADE, PROJECT, project, pspfGen } from './project.js';

let once: Promise<Readonly<Record<string, string>>> | undefined;

/** What the project makes here. */
function madeHere(): Promise<Readonly<Record<string, string>>> {
  once ??= (async () => {
    const cwd = project();
    await pspfGen(cwd, ['./streams']);
    const files = generated(contents(cwd));
    expect(Object.keys(files)).toEqual(MADE);
    return files;
  })();
  return once;
}

const ELSEWHERE: Readonly<Record<string, string>>[] = [
  { LC_ALL: 'C', LANG: 'C', TZ: 'America/St_Johns' },
  { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', TZ: 'Pacific/Kiritimati' },
];

test.each(ELSEWHERE)('the same bytes from a copy of the project, under %j', async (env) => {
  const copy = folder();
  cpSync(project(), join(copy, 'deep er', 'ünder'), { recursive: true });
  const cwd = join(copy, 'deep er', 'ünder');
  expect((await pspfGen(cwd, ['./streams'], env)).exitCode).toBe(0);
  expect(generated(contents(cwd))).toEqual(await madeHere());
});

test('the same bytes from another working directory, by relative and absolute paths', async () => {
  const cwd = project();
  mkdirSync(join(cwd, 'packages/service'), { recursive: true });
  const below = join(cwd, 'packages/service');
  await pspfGen(below, ['../../streams', '--out', '../../generated']);
  expect(generated(contents(cwd))).toEqual(await madeHere());
  const absolute = [join(cwd, 'streams'), '--out', join(cwd, 'generated')];
  const { stdout } = await pspfGen(below, ['check', ...absolute]);
  expect(stdout).toBe(`${join(cwd, 'generated')} is fresh: 8 files\n`);
});

test('the same bytes whatever the order of keys; the order of properties is that of the types', async () => {
  const made = await madeHere();
  const withSameProperties = await madeFrom((name) => name !== 'properties');
  expect(withoutManifest(withSameProperties)).toEqual(withoutManifest(made));

  const withAllReversed = await madeFrom(() => true);
  expect(Object.keys(withAllReversed)).toEqual(MADE);
  for (const file of MADE.filter((name) => name.endsWith('.validator.ts'))) {
    expect(withAllReversed[file]).toBe(made[file]);
  }
  expect(fingerprints(withAllReversed)).toEqual(fingerprints(made));
});

/** What the project makes when the keys of its mappings stand in reverse, those of `properties` perhaps. */
async function madeFrom(reverses: (mapping: string) => boolean): Promise<Record<string, string>> {
  const reversed = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => reversed(item, ''));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, item]) => [key, reversed(item, key)]);
    return Object.fromEntries(reverses(name) ? entries.reverse() : entries);
  };
  const files = Object.entries(PROJECT).map(([path, text]) => {
    const { value } = parseSource({ id: path, path, text });
    return [path, JSON.stringify(reversed(value?.value, ''))];
  });
  const cwd = folder(Object.fromEntries(files));
  expect((await pspfGen(cwd, ['./streams'])).stderr).toBe('');
  return generated(contents(cwd));
}

/** The manifest tells of the declarations' bytes. */
function withoutManifest(files: Readonly<Record<string, string>>): Record<string, string> {
  const { 'pspf.manifest': _, ...others } = files;
  return others;
}

function fingerprints(files: Readonly<Record<string, string>>): (string | undefined)[] {
  return MADE.map((name) => /fingerprint: .*/.exec(files[name] ?? '')?.[0]);
}

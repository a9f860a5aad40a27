import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contents, folder, put } from '../folder.js';
import { BIN, generated, MONEY, pspfGen } from './project.js';

const WRITE = new URL('../../../codegen/dist/output/write.js', import.meta.url).href;

const isStaged = (name: string): boolean => /\.pspf-\d+\.tmp$/.test(name);

test('a run that is killed leaves each file as it was or as it will be', async () => {
  const streams = Array.from({ length: 30 }, (_, index) => [
    `streams/s${index}.stream.yaml`,
    `stream: s${index}\ngroup: g\npayload: { $ref: ./schemas/money.yaml }\n`,
  ]);
  const cwd = folder({ ...Object.fromEntries(streams), 'streams/schemas/money.yaml': MONEY });
  const out = join(cwd, 'generated');
  await pspfGen(cwd);
  const before = generated(contents(cwd));
  put(cwd, { 'streams/schemas/money.yaml': MONEY.replace('Money', 'Amount') });

  const left = [];
  for (const changes of [1, 40, 90]) {
    await killedAfter(changes, out, () => spawn(process.execPath, [BIN], { cwd, stdio: 'ignore' }));
    left.push(generated(contents(cwd)));
  }
  await pspfGen(cwd);
  const after = withoutStaged(generated(contents(cwd)));
  expect(after).not.toEqual(before);
  for (const files of left) expectOldOrNew(files, before, after);
}, 60_000);

test('killed at any moment of writing, many times', async () => {
  const versions = ['old', 'new'].map((version) => {
    const texts = Array.from({ length: 20 }, (_, index) => [
      `f${index}.ts`,
      `// ${version} ${index}\n`.repeat(2_000),
    ]);
    return Object.fromEntries(texts);
  });
  const [old = {}, fresh = {}] = versions;
  const cwd = folder(old);
  const input = folder({ 'versions.json': JSON.stringify(versions) });
  const endless = `
    import { readFileSync } from 'node:fs';
    import { write } from ${JSON.stringify(WRITE)};
    const [out, input] = process.argv.slice(1);
    const versions = JSON.parse(readFileSync(input, 'utf8'));
    for (let turn = 0; ; turn += 1) {
      const files = new Map(Object.entries(versions[turn % 2]));
      const problems = write(out, files, { write: [...files.keys()], remove: [] });
      if (problems.length > 0) throw new Error(JSON.stringify(problems));
    }`;
  const args = ['--input-type=module', '-e', endless, cwd, join(input, 'versions.json')];
  for (let round = 0; round < 25; round += 1) {
    const changes = 1 + ((round * 37) % 130);
    await killedAfter(changes, cwd, () => spawn(process.execPath, args, { stdio: 'ignore' }));
    expectOldOrNew(contents(cwd), old, fresh);
  }
}, 60_000);

/** Starts a process and kills it once it has made so many changes in a directory, or lets it end before. */
async function killedAfter(
  changes: number,
  directory: string,
  start: () => ChildProcess,
): Promise<void> {
  let seen = 0;
  let child: ChildProcess | undefined;
  const watcher: FSWatcher = watch(directory, () => {
    seen += 1;
    if (seen >= changes) child?.kill('SIGKILL');
  });
  child = start();
  await once(child, 'close');
  watcher.close();
}

function expectOldOrNew(
  files: Readonly<Record<string, string>>,
  old: Readonly<Record<string, string>>,
  fresh: Readonly<Record<string, string>>,
): void {
  for (const [name, text] of Object.entries(withoutStaged(files))) {
    expect([old[name], fresh[name]], name).toContain(text);
  }
  const names = new Set(Object.keys(files));
  for (const name of Object.keys(old)) if (name in fresh) expect(names).toContain(name);
}

function withoutStaged(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([name]) => !isStaged(name)));
}

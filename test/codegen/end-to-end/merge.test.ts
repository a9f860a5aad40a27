import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contents, folder, put } from '../folder.js';
import { generated, project, pspfGen } from './project.js';

const stream = (name: string): Record<string, string> => ({
  [`streams/${name}.stream.yaml`]: `stream: ${name}\ngroup: g\npayload: { title: ${name} event, type: object }\n`,
});

test('two branches that each add a stream merge without a conflict, and the result is fresh', async () => {
  const before = stream('invoices');
  const made = [];
  for (const added of [{}, stream('carts'), stream('visits')]) {
    const cwd = project({ ...before, ...added });
    await pspfGen(cwd);
    made.push(generated(contents(cwd)));
  }
  const [base = {}, ours = {}, theirs = {}] = made;
  const merged = { ...ours, ...theirs };
  for (const name of ['index.ts', 'pspf.manifest']) {
    const cwd = folder({
      ours: ours[name] ?? '',
      base: base[name] ?? '',
      theirs: theirs[name] ?? '',
    });
    const args = ['merge-file', '-p', 'ours', 'base', 'theirs'];
    merged[name] = execFileSync('git', args, { cwd, encoding: 'utf8' });
  }

  const cwd = project({ ...before, ...stream('carts'), ...stream('visits') });
  put(join(cwd, 'generated'), merged);
  expect(await pspfGen(cwd, ['check'])).toEqual({
    exitCode: 0,
    stdout: 'generated is fresh: 14 files\n',
    stderr: '',
  });
});

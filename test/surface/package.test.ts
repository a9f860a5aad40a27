import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

test('the packed generator carries its templates and licence, and the packing leaves no trace', async () => {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--workspace', 'codegen']);
  const files = JSON.parse(stdout)[0].files.map((file: { path: string }) => file.path);
  expect(files).toEqual(expect.arrayContaining(['LICENSE', 'bin/pspf-gen.js']));
});

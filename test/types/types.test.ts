import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('what must type-check does, and what must not is an error', { timeout: 120_000 }, async () => {
  await promisify(execFile)('npx', ['tsc', '-p', 'test'], { cwd: root }).catch(({ stdout }) => {
    expect.fail(stdout);
  });
});

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';

test('emit, beside the same work by hand', () => {
  const script = fileURLToPath(new URL('emit.mjs', import.meta.url));
  const { status } = spawnSync('node', [script, inject('serverUrl')], { stdio: 'inherit' });
  expect(status).toBe(0);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startServer } from '../support/server/start-server.js';

test('emit, beside the same work by hand', async () => {
  const server = await startServer();
  const script = fileURLToPath(new URL('emit.mjs', import.meta.url));
  const bench = spawn('node', [script, server.url], { stdio: 'inherit' });
  const [code] = await once(bench, 'exit');
  await server.stop();
  expect(code).toBe(0);
});

// Runs a benchmark against a server of its own, started as the tests start theirs.
// usage: node test/bench/run.mjs emit|consume|backend [--messages N] [--rounds N] [--json FILE]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { createViteServer } from 'vitest/node';

const [name, ...options] = process.argv.slice(2);
const vite = await createViteServer({
  root: fileURLToPath(new URL('..', import.meta.url)),
  configFile: false,
  appType: 'custom',
  server: { middlewareMode: true, ws: false },
  optimizeDeps: { noDiscovery: true },
});
const { startServer } = await vite.ssrLoadModule('/support/server/start-server.ts');
const server = await startServer();
try {
  // In a process of its own: nothing else is in its CPU time.
  const script = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
  const bench = spawn(process.execPath, [script, '--url', server.url, ...options], {
    stdio: 'inherit',
  });
  const [code] = await once(bench, 'exit');
  process.exitCode = code ?? 1;
} finally {
  await server.stop();
  await vite.close();
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { foreignClient } from './foreign-client.js';
import { guardian } from './guardian.js';
import { type RunningServer, startServer } from './start-server.js';

const running: RunningServer[] = [];
const start = async (options: Parameters<typeof startServer>[0]): Promise<RunningServer> => {
  const server = await startServer(options);
  running.push(server);
  return server;
};

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

test('a server of a test asks for its password, serves TLS, or owns all slots', async () => {
  const [locked, secure, node] = await Promise.all([
    start({ password: 'a b' }),
    start({ tls: true }),
    start({ cluster: true }),
  ]);
  const nobody = await foreignClient({ port: locked?.port ?? 0 }).catch((error: Error) => error);
  expect(String(nobody)).toMatch(/NOAUTH|closed/);
  expect(await (await locked?.client())?.ping()).toBe('PONG');
  expect(await (await secure?.client())?.ping()).toBe('PONG');
  expect(String(await (await node?.client())?.call('CLUSTER', 'INFO'))).toContain(
    'cluster_slots_ok:16384',
  );
});

test('a server restarts at its port with what it had, and is gone once stopped', async () => {
  const server = await start({ aof: true });
  await (await server.client()).set('a', '1');
  server.kill('SIGKILL');
  await server.restart();
  expect(await (await server.client()).get('a')).toBe('1');
  await server.stop();
  const socket = connect(server.port, '127.0.0.1');
  await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('a server dies with the process that started it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pspf-guardian-'));
  const script = `
    const child = require('node:child_process').spawn('sh', ['-c', process.argv[1], 'sh', 'sleep', '1000'],
      { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    child.stdout.pipe(process.stdout);
  `;
  const parent: ChildProcess = spawn(process.execPath, ['-e', script, guardian], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: folder,
  });
  if (parent.stdout === null) throw new Error('no output');
  const [said] = await once(parent.stdout, 'data');
  const pid = Number(String(said));
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  await rm(folder, { recursive: true });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

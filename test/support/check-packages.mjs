// Lints both packages as npm would publish them.
import { spawnSync } from 'node:child_process';

const commands = ['runtime', 'codegen'].flatMap((workspace) => [
  ['publint', workspace, '--strict'],
  ...(workspace === 'runtime' ? [['attw', '--pack', workspace, '--profile', 'esm-only']] : []),
]);

for (const [command, ...args] of commands) {
  const { status } = spawnSync('npx', ['--no-install', command, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

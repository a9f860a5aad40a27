import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { DIAGNOSTICS } from '../../../codegen/dist/diagnostics.js';
import { contents, folder } from '../folder.js';

const BIN = fileURLToPath(new URL('../../../codegen/bin/pspf-gen.js', import.meta.url));

function run(cwd: string, ...args: readonly string[]) {
  return new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, [BIN, ...args], { cwd }, (_, stdout, stderr) => {
      resolve({ exitCode: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

const good = 'stream: orders\ngroup: workers\nretry: 0\npayload: true\n';

test('--help names every command and shows how one begins, --version the version', async () => {
  const help = await run('.', '--help');
  expect(help.exitCode).toBe(0);
  for (const word of ['generate', 'check', 'list', 'explain', 'pspf-gen ./streams', 'Exit codes']) {
    expect(help.stdout).toContain(word);
  }
  expect((await run('.', '--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('a mistyped command is not taken for a directory', async () => {
  const cwd = folder({ 'streams/orders.stream.yaml': good });
  for (const args of [['chekc', './streams'], ['chekc'], ['lst'], ['explian', 'PSPF010']]) {
    const { exitCode, stderr } = await run(cwd, ...args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /there is no command and no directory '\w+'\. Did you mean '(check|list|explain)'\?/,
    );
  }
  expect((await run(cwd, '.', 'streams')).stderr).toContain('one directory at a time');
  expect(contents(cwd)).toEqual({ 'streams/orders.stream.yaml': good });
});

test.each([
  [['check', '--formt', 'json'], 'Did you mean --format?'],
  [['check', '--format', 'xml'], 'Allowed choices are text, json'],
  [['--import-extension', 'mjs'], 'Allowed choices are js, ts, none'],
  [[''], "'' is invalid for argument 'dir'. It is empty"],
  [['check', '--out', ' '], "' ' is invalid. It is empty"],
])('%j is a mistake with exit code 2', async (args, message) => {
  expect(await run('.', ...args)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(message),
  });
});

test('list shows every stream in a table, and as JSON', async () => {
  const cwd = folder({
    'streams/orders.stream.yaml': good,
    'streams/tagged.stream.yaml': good
      .replace('orders', "'{shop}:returns'")
      .replace('retry: 0', 'retry: 3'),
  });
  expect((await run(cwd, 'list')).stdout).toBe(
    [
      'STREAM          GROUP    DLQ                 RETRY                 CLASS         MODULE',
      'orders          workers  {orders}:dlq        never                 OrdersStream  orders.ts',
      '{shop}:returns  workers  {shop}:returns:dlq  3, 500ms ×3 up to 1m  TaggedStream  tagged.ts',
      '',
    ].join('\n'),
  );
  const { streams, diagnostics } = JSON.parse((await run(cwd, 'list', '--format', 'json')).stdout);
  expect(diagnostics).toEqual([]);
  expect(streams[0]).toMatchObject({ stream: 'orders', module: 'orders.ts', retry: { limit: 0 } });
});

test('problems go to stderr, with places relative to the working directory', async () => {
  const cwd = folder({ 'streams/orders.stream.yaml': `${good}keey: /id\n` });
  const { exitCode, stdout, stderr } = await run(cwd, 'list', './streams');
  expect(exitCode).toBe(2);
  expect(stdout).toContain('orders');
  expect(stderr).toContain("streams/orders.stream.yaml:5:1 error PSPF010: Unknown key 'keey'");
  expect(stderr).not.toContain('\u001B');
  expect(JSON.parse((await run(cwd, 'list', '--format', 'json')).stdout)).toMatchObject({
    errors: 1,
    diagnostics: [{ code: 'PSPF010', at: { file: 'streams/orders.stream.yaml', line: 5 } }],
  });
});

test('explain knows every code, however it is written', async () => {
  const { stdout } = await run('.', 'explain');
  expect(stdout.trim().split('\n')).toHaveLength(Object.keys(DIAGNOSTICS).length);
  for (const code of ['PSPF010', 'pspf010', '10', '010']) {
    expect((await run('.', 'explain', code)).stdout).toContain('PSPF010: A key that declarations');
  }
  expect(await run('.', 'explain', 'PSPF01O')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('Did you mean PSPF01'),
  });
});

test('whoever stops reading gets no stack trace', async () => {
  const child = spawn(process.execPath, [BIN, 'explain'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk;
  });
  await once(child, 'close');
  expect(stderr).toBe('');
});

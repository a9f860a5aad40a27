import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningServer, startServer } from '../support/server/start-server.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = await readFile(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```(sh|ts|json)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', text = '']) => ({ language, text }),
);
const commands = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text.trim());
/** Snippets that say which file they are; the others are excerpts of what is generated. */
const snippets = new Map(
  blocks.flatMap(({ language, text }) => {
    const name = /^\/\/ (\S+\.ts)\n/.exec(text)?.[1];
    return language === 'ts' && name !== undefined ? [[name, text] as const] : [];
  }),
);

/** What the README leaves to the reader. */
const warehouse = `\
export const warehouse = {
  isClosed: (): boolean => false,
  async ship(order: { id: string }, options: { idempotencyKey: string; signal: AbortSignal }) {
    options.signal.throwIfAborted();
    console.log('shipped', order.id, options.idempotencyKey);
  },
};
`;

let clone: string;
let server: RunningServer;

/** A checkout as a newcomer has it: the files git knows, nothing that was built or installed. */
async function freshClone(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pspf-readme-'));
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const { stdout } = await run('git', list, { cwd: root, maxBuffer: 1 << 26 });
  const kept = stdout
    .split('\0')
    .filter((file) => file !== '' && !file.startsWith('test/fixtures/'));
  for (const file of kept) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await cp(join(root, file), join(folder, file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
  return folder;
}

const shell = (command: string) =>
  run('bash', ['-euo', 'pipefail', '-c', command], {
    cwd: clone,
    env: { ...process.env, npm_config_prefer_offline: 'true', CI: '' },
    maxBuffer: 1 << 26,
  });

beforeAll(async () => {
  [clone, server] = await Promise.all([freshClone(), startServer()]);
}, 120_000);

afterAll(async () => {
  await server.stop();
  await rm(clone, { recursive: true, force: true });
});

describe('the README', { timeout: 240_000 }, () => {
  test('shows what its sources of truth say', async () => {
    await run(process.execPath, ['docs/fill-readme.mjs', '--check'], { cwd: root });
  });

  test('its commands work in a fresh clone, from top to bottom', async () => {
    expect(commands).toContain('npm ci && npm test');
    for (const command of commands.filter((each) => each !== 'npm ci && npm test')) {
      const { stdout } = await shell(command.replace('valkey://127.0.0.1:6379', server.url));
      if (command.includes('demo')) expect(stdout).toMatch(/^handled +299/m);
    }
    for (const path of ['orders.ts', 'index.ts', 'pspf.manifest']) {
      const made = await readFile(join(clone, 'generated', path), 'utf8');
      expect(made).toBe(await readFile(join(root, 'generated', path), 'utf8'));
    }
  });

  test('its snippets type-check and run', async () => {
    expect([...snippets.keys()]).toEqual(
      expect.arrayContaining(['produce.ts', 'consume.ts', 'ship.test.ts']),
    );
    const src = join(clone, 'examples/readme');
    await cp(join(clone, 'generated'), join(src, 'generated'), { recursive: true });
    await writeFile(join(src, 'warehouse.ts'), warehouse);
    for (const [name, text] of snippets) await writeFile(join(src, name), text);
    await writeFile(join(src, 'package.json'), '{"type":"module"}');
    await writeFile(
      join(src, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          target: 'es2023',
          lib: ['es2023', 'esnext.disposable'],
          module: 'nodenext',
          types: ['node'],
          strict: true,
          skipLibCheck: true,
          rootDir: '.',
          outDir: 'dist',
        },
      }),
    );
    await shell('npx tsc -p examples/readme').catch(({ stdout }) => expect.fail(stdout));

    const env = { ...process.env, PSPF_URL: server.url };
    const file = (name: string) => join(src, 'dist', name.replace(/\.ts$/, '.js'));
    const produced = await run(process.execPath, [file('produce.ts')], { env });
    expect(produced.stdout).toMatch(/^appended \d+-\d+$/m);
    expect(await untilShipped(file('consume.ts'), env)).toContain('shipped o-10482 orders/');
    const others = [...snippets.keys()].filter((name) => !/^(produce|consume)/.test(name));
    for (const name of others) await run(process.execPath, [file(name)], { env });
  });
});

/** Run a consumer until it prints that it shipped something, then stop it as an orchestrator does. */
function untilShipped(file: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('\n')) child.kill('SIGTERM');
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (signal === 'SIGTERM') resolve(output);
      else reject(new Error(`ended with ${code ?? signal}: ${output}`));
    });
  });
}

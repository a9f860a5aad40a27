import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Run a module's text in a Node process of its own; its relative imports begin at the project's root, its
 * arguments at `process.argv[1]`. Answers its exit code and what it printed; one that does not end by itself is killed after `limitMs`, with code null.
 */
export async function runModule(
  text: string,
  args: readonly string[],
  limitMs = 15_000,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', text, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, 'close');
  clearTimeout(limit);
  return { code, output };
}

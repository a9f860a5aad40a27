import { execFile } from 'node:child_process';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** What npm says of a package it packed. */
export interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/**
 * A copy of both packages as they are built. Packing puts files into a package and takes them out again, which
 * tests that run at the same time must not see.
 */
export async function copyOfPackages(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pspf-packages-'));
  for (const part of ['package.json', 'LICENSE', 'templates', 'runtime', 'codegen']) {
    await cp(join(root, part), join(folder, part), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
  }
  return folder;
}

/** `npm pack` both workspaces of such a copy, into the copy itself. */
export async function pack(copy: string): Promise<{ runtime: Packed; codegen: Packed }> {
  const args = ['pack', '--json', '-w', 'runtime', '-w', 'codegen'];
  const { stdout } = await run('npm', args, { cwd: copy, maxBuffer: 1 << 26 });
  const [runtime, codegen] = JSON.parse(stdout);
  return { runtime, codegen };
}

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface CompileError {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** Type-checks modules, given by file name, together under `strict`, with the TypeScript of this repository. */
export async function compile(
  files: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<readonly CompileError[]> {
  const folder = await mkdtemp(join(tmpdir(), 'pspf-types-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const { stdout, failed } = await tsc(folder, [...flags, ...Object.keys(files)]);
    const errors = [...stdout.matchAll(/^([^\n(]+)\((\d+),\d+\): error (.*)$/gm)].map(
      ([, file = '', line = '', message = '']) => ({ file, line: Number(line), message }),
    );
    if (failed && errors.length === 0) throw new Error(`tsc failed: ${stdout}`);
    return errors;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function tsc(cwd: string, args: readonly string[]): Promise<{ stdout: string; failed: boolean }> {
  const bin = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));
  const flags = [
    '--noEmit',
    '--strict',
    '--pretty',
    'false',
    '--module',
    'nodenext',
    '--ignoreConfig',
    '--types',
    '',
  ];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [bin, ...flags, ...args],
      { cwd, maxBuffer: 1 << 28 },
      (error, stdout) => resolve({ stdout, failed: error !== null }),
    );
  });
}

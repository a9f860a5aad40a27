import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Diagnostic, diagnostic, type Outcome } from '../diagnostics.js';
import { slashed } from '../paths.js';
import { MANIFEST } from './manifest.js';
import type { Plan } from './plan.js';

/** The text of each `.ts` file in the out directory, which is flat, and of the manifest; none where it is absent. */
export function readOut(out: string): Outcome<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  try {
    for (const name of readdirSync(out)) {
      const text = /\.ts$/.test(name) || name === MANIFEST ? read(join(out, name)) : undefined;
      if (text !== undefined) texts.set(name, text);
    }
  } catch (error) {
    if (codeOf(error) !== 'ENOENT')
      return { value: undefined, diagnostics: [unusable(out, error)] };
  }
  return { value: texts, diagnostics: [] };
}

/** Nothing for a folder, or for a link that leads nowhere. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ELOOP'].includes(codeOf(error))) return undefined;
    throw error;
  }
}

/**
 * Carries out a plan. A file appears whole or not at all: it is written beside its place and renamed. The manifest
 * comes last, so that an interrupted run is seen as one that has not happened. Removals come first: where a file
 * system knows no case, `Orders.ts` would else be removed after `orders.ts` was written.
 */
export function write(
  out: string,
  files: ReadonlyMap<string, string>,
  plan: Plan,
): readonly Diagnostic[] {
  try {
    mkdirSync(out, { recursive: true });
    for (const path of plan.remove) rmSync(join(out, path), { force: true });
    const order = [...plan.write].sort((a, b) => Number(a === MANIFEST) - Number(b === MANIFEST));
    for (const path of order) replace(join(out, path), files.get(path));
    return [];
  } catch (error) {
    return [unusable(out, error)];
  }
}

function replace(path: string, text = ''): void {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function unusable(out: string, error: unknown): Diagnostic {
  const code = codeOf(error);
  const shown = slashed(out);
  const path = error instanceof Error && 'path' in error ? slashed(String(error.path)) : shown;
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    const message = `The out directory ${shown} cannot be made: a file is in the way`;
    return diagnostic('PSPF060', message, { hint: 'Remove the file, or choose another --out.' });
  }
  const reasons: Record<string, string> = {
    EACCES: 'it may not be written to',
    EPERM: 'it may not be written to',
    EROFS: 'it is on a read-only file system',
    ENOSPC: 'the disk is full',
    EISDIR: `${path} is a directory`,
  };
  const message = `The out directory ${shown} cannot be used: ${reasons[code] ?? `${code} at ${path}`}`;
  return diagnostic('PSPF060', message, { hint: 'Check it, or choose another --out.' });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

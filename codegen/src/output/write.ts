import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
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
      return { value: undefined, diagnostics: [unreadable(out, error) ?? unusable(out, error)] };
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
 * Carries out a plan. Every file is written beside its place first, so that a full disk or a missing right is met
 * before anything has changed, and renamed then: it appears whole or not at all. The manifest comes last, so that an
 * interrupted run is seen as one that has not happened. Removals come before the renames: where a file system knows no
 * case, `Orders.ts` would else be removed after `orders.ts` was written.
 */
export function write(
  out: string,
  files: ReadonlyMap<string, string>,
  plan: Plan,
): readonly Diagnostic[] {
  const taken = plan.write.map((path) => join(out, path)).find(isDirectory);
  if (taken !== undefined) return [inTheWay(taken)];
  const order = [...plan.write].sort((a, b) => Number(a === MANIFEST) - Number(b === MANIFEST));
  const staged = order.map((path) => {
    const place = join(out, path);
    return { place, beside: `${place}.pspf-${process.pid}.tmp`, text: files.get(path) ?? '' };
  });
  try {
    makeDirectory(out);
    removeLeftovers(out);
    for (const { beside, text } of staged) writeFileSync(beside, text);
    for (const path of plan.remove) rmSync(join(out, path), { force: true });
    for (const { beside, place } of staged) renameSync(beside, place);
    return [];
  } catch (error) {
    for (const { beside } of staged) discard(beside);
    return [unusable(out, error)];
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What kept it from being written is told already.
  }
}

/** Node's own recursive mkdir never ends where the parent is there and refuses, as `/proc` does. */
function makeDirectory(path: string): void {
  if (isDirectory(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another run may have been faster.
    if (!isDirectory(path)) throw error;
  }
}

/** Longer than any run takes between its first file and its last rename. */
const ABANDONED_MS = 60_000;

/** What a run left that was killed before it could rename. */
function removeLeftovers(out: string): void {
  for (const name of readdirSync(out)) {
    const path = join(out, name);
    if (!/\.pspf-\d+\.tmp$/.test(name)) continue;
    const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (written !== undefined && Date.now() - written > ABANDONED_MS) rmSync(path, { force: true });
  }
}

function inTheWay(place: string): Diagnostic {
  const message = `${slashed(place)} is a directory, and a file of that name is to be made`;
  return diagnostic('PSPF060', message, {
    hint: 'Move it elsewhere, or choose another --out. Nothing was written.',
  });
}

function unreadable(out: string, error: unknown): Diagnostic | undefined {
  if (!['EACCES', 'EPERM'].includes(codeOf(error))) return undefined;
  const message = `${pathOf(error) ?? slashed(out)} may not be read`;
  const hint =
    'What is in the out directory is compared with what would be made. Nothing was written.';
  return diagnostic('PSPF060', message, { hint });
}

function unusable(out: string, error: unknown): Diagnostic {
  const code = codeOf(error);
  const shown = slashed(out);
  const path = pathOf(error) ?? shown;
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    const message = `The out directory ${shown} cannot be made: a file is in the way`;
    return diagnostic('PSPF060', message, { hint: 'Remove the file, or choose another --out.' });
  }
  const reasons: Record<string, string> = {
    EACCES: 'it may not be written to',
    EPERM: 'it may not be written to',
    EROFS: 'it is on a read-only file system',
    ENOSPC: 'the disk is full',
    ENOENT: `${path} cannot be made`,
  };
  const message = `The out directory ${shown} cannot be used: ${reasons[code] ?? `${code} at ${path}`}`;
  return diagnostic('PSPF060', message, { hint: 'Check it, or choose another --out.' });
}

function pathOf(error: unknown): string | undefined {
  return error instanceof Error && 'path' in error ? slashed(String(error.path)) : undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

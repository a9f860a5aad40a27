import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { slashed } from '../paths.js';

/** Paths as files in the out directory write them: relative to it, `/` as separator, on every machine the same. */
export function relativeTo(out: string): (path: string) => string {
  const from = realOrFuture(resolve(out));
  return (path) => slashed(relative(from, realOrFuture(resolve(path)))) || '.';
}

/** The real path of what exists, and of what would be made there. */
export function realOrFuture(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realOrFuture(parent), basename(path));
  }
}

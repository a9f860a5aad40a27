import { contentHash } from '../source/content-hash.js';
import { hasBanner } from './banner.js';
import { MANIFEST, type Manifest } from './manifest.js';

/** What a run would do to the out directory. Paths are sorted. */
export interface Plan {
  readonly write: readonly string[];
  readonly remove: readonly string[];
  readonly keep: readonly string[];
  /** Files that stand where ours should and are not ours: neither in the manifest nor with our banner. */
  readonly blocked: readonly string[];
}

/**
 * @param files every file to be made, the manifest included
 * @param onDisk text of the files in the out directory
 * @param manifest of the last run
 */
export function plan(
  files: ReadonlyMap<string, string>,
  onDisk: ReadonlyMap<string, string>,
  manifest: Manifest | undefined,
): Plan {
  const ours = (path: string): boolean =>
    path === MANIFEST || manifest?.files.has(path) === true || hasBanner(onDisk.get(path) ?? '');
  const write: string[] = [];
  const keep: string[] = [];
  const blocked: string[] = [];
  for (const [path, text] of files) {
    const present = onDisk.get(path);
    if (present !== undefined && sameText(present, text)) keep.push(path);
    else if (present === undefined || ours(path)) write.push(path);
    else blocked.push(path);
  }
  const remove = [...onDisk.keys()].filter((path) => !files.has(path) && ours(path));
  return { write: write.sort(), remove: remove.sort(), keep: keep.sort(), blocked: blocked.sort() };
}

/** Whether a file is as we made it; a checkout with CRLF is. */
export function sameText(onDisk: string, made: string): boolean {
  return onDisk === made || contentHash(onDisk) === contentHash(made);
}

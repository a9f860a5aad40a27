import { readFileSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { discover } from '../declaration/discover.js';
import { contentHash } from '../source/content-hash.js';
import { hasBanner } from './banner.js';
import { inputHash, isAsRecorded, MANIFEST, type Manifest } from './manifest.js';
import { realOrFuture, relativeTo } from './out-directory.js';

/**
 * Whether a run would change nothing: same tool, same declarations, every input and every output as recorded. It hashes
 * bytes and parses nothing.
 */
export function unchanged(
  manifest: Manifest,
  onDisk: ReadonlyMap<string, string>,
  now: {
    readonly dir: string;
    readonly out: string;
    readonly tool: string;
    readonly options: Readonly<Record<string, string>>;
  },
): boolean {
  if (manifest.tool !== now.tool) return false;
  return (
    sameOutputs(manifest, onDisk) && sameDeclarations(manifest, now) && sameInputs(manifest, now)
  );
}

function sameOutputs(manifest: Manifest, onDisk: ReadonlyMap<string, string>): boolean {
  for (const path of manifest.files.keys()) {
    const text = onDisk.get(path);
    if (text === undefined || !isAsRecorded(manifest, path, text)) return false;
  }
  for (const [path, text] of onDisk) {
    if (path !== MANIFEST && !manifest.files.has(path) && hasBanner(text)) return false;
  }
  return true;
}

function sameDeclarations(manifest: Manifest, now: { dir: string; out: string }): boolean {
  const fromOut = relativeTo(now.out);
  const { value = [], diagnostics } = discover(now.dir);
  if (diagnostics.length > 0) return false;
  const recorded = new Set([...manifest.streams.values()].map(({ inputs }) => inputs[0]));
  try {
    const found = new Set(value.map((path) => fromOut(realpathSync.native(path))));
    return found.size === recorded.size && [...found].every((path) => recorded.has(path));
  } catch {
    return false;
  }
}

function sameInputs(
  manifest: Manifest,
  now: { out: string; options: Readonly<Record<string, string>> },
): boolean {
  const from = realOrFuture(resolve(now.out));
  const hashes = new Map<string, string>();
  const hashOf = (path: string): string => {
    const known = hashes.get(path) ?? contentHash(readFileSync(resolve(from, path)));
    hashes.set(path, known);
    return known;
  };
  try {
    return [...manifest.streams.values()].every(({ hash, inputs }) => {
      const read = inputs.map((path) => ({ path, hash: hashOf(path) }));
      return inputHash(read, now.options) === hash;
    });
  } catch {
    return false;
  }
}

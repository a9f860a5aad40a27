import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Diagnostic, diagnostic, type Outcome } from '../diagnostics.js';
import { slashed } from '../paths.js';
import { isDeclarationFile } from './module-name.js';

/**
 * Every `*.stream.{yaml,yml,json}` in a directory and below it, as paths that begin with `dir`, sorted. Folders named
 * `node_modules` or with a leading dot are left out; a folder that links lead to twice is visited once.
 */
export function discover(dir: string): Outcome<readonly string[]> {
  const found: string[] = [];
  const others: string[] = [];
  const diagnostics: Diagnostic[] = [];
  const visited = new Set<string>();

  const visit = (folder: string): void => {
    const real = realpathSync.native(folder);
    if (visited.has(real)) return;
    visited.add(real);
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort(byName)) {
      const path = join(folder, entry.name);
      const kind = kindOf(entry, path);
      if (kind === 'folder' && !/^(?:\.|node_modules$)/.test(entry.name)) attempt(path, visit);
      else if (kind === 'file' && isDeclarationFile(entry.name)) found.push(path);
      else if (kind === 'file' && /\.(?:ya?ml|json)$/i.test(entry.name)) others.push(entry.name);
      else if (kind === 'broken' && isDeclarationFile(entry.name)) found.push(path);
    }
  };
  const attempt = (folder: string, action: (folder: string) => void): void => {
    try {
      action(folder);
    } catch (error) {
      diagnostics.push(unreadable(folder, error));
    }
  };
  attempt(dir, visit);

  if (found.length === 0 && diagnostics.length === 0) {
    const [other] = others;
    const hint = other
      ? `There is ${other}: a declaration is called like ${other.replace(/\.\w+$/, '').replace(/\W?streams?$/i, '') || 'orders'}.stream.yaml.`
      : `Write the first one, for example ${slashed(join(dir, 'orders.stream.yaml'))}.`;
    diagnostics.push(
      diagnostic('PSPF001', `No declaration (*.stream.yaml) in ${slashed(dir)}`, { hint }),
    );
  }
  const paths = found.map(slashed).sort();
  return { value: paths.length > 0 ? paths : undefined, diagnostics };
}

function kindOf(entry: Dirent, path: string): 'file' | 'folder' | 'broken' | 'other' {
  if (!entry.isSymbolicLink()) {
    return entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'other';
  }
  try {
    const target = statSync(path);
    return target.isDirectory() ? 'folder' : target.isFile() ? 'file' : 'other';
  } catch {
    return 'broken';
  }
}

function unreadable(folder: string, error: unknown): Diagnostic {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const shown = slashed(folder);
  if (code === 'ENOENT') {
    const hint = 'Name the directory that holds your *.stream.yaml files.';
    return diagnostic('PSPF001', `There is no directory ${shown}`, { hint });
  }
  if (code === 'ENOTDIR') {
    const hint = 'Name the directory that holds it.';
    return diagnostic('PSPF001', `${shown} is a file, not a directory`, { hint });
  }
  return diagnostic('PSPF002', `The directory ${shown} cannot be read (${code})`, {
    hint: 'Check its permissions.',
  });
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : 1;
}

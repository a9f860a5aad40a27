import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { ImportExtension } from './generation.js';

/**
 * How modules in the out directory name each other, by the nearest tsconfig.json at or above it that has
 * compilerOptions: `.ts` where TypeScript is told to take or rewrite it, none where a bundler resolves and for
 * CommonJS without an `exports`-aware resolution, else `.js`, which TypeScript always takes.
 */
export function detectImportExtension(out: string): ImportExtension {
  for (let folder = resolve(out); ; folder = dirname(folder)) {
    const options = compilerOptions(join(folder, 'tsconfig.json'), new Set());
    if (options) return extensionFor(options);
    if (folder === dirname(folder)) return '.js';
  }
}

type Options = Readonly<Record<string, unknown>>;

function extensionFor(options: Options): ImportExtension {
  if (
    options.allowImportingTsExtensions === true ||
    options.rewriteRelativeImportExtensions === true
  ) {
    return '.ts';
  }
  const lower = (name: string) => String(options[name] ?? '').toLowerCase();
  const resolution = lower('moduleResolution');
  if (resolution) return resolution === 'bundler' ? '' : '.js';
  return lower('module') === 'preserve' ? '' : '.js';
}

/** Merged over `extends`; nothing where the file is absent, unreadable or says nothing of it. */
function compilerOptions(path: string, visited: Set<string>): Options | undefined {
  if (visited.has(path) || !existsSync(path) || !statSync(path).isFile()) return undefined;
  visited.add(path);
  const config = parseJsonc(readFileSync(path, 'utf8'));
  const bases = [config?.extends ?? []].flat().map((base) => resolveBase(path, String(base)));
  const layers = [
    ...bases.map((base) => base && compilerOptions(base, visited)),
    isOptions(config?.compilerOptions) ? config.compilerOptions : undefined,
  ].filter((layer) => layer !== undefined);
  return layers.length > 0 ? Object.assign({}, ...layers) : undefined;
}

function resolveBase(from: string, base: string): string | undefined {
  const candidates = [base, `${base}.json`, `${base}/tsconfig.json`];
  if (/^(?:\.{0,2}[\\/]|[A-Za-z]:)/.test(base) || base === '..') {
    const paths = candidates.map((each) => resolve(dirname(from), each));
    return paths.find((path) => existsSync(path) && statSync(path).isFile());
  }
  const require = createRequire(from);
  for (const candidate of candidates) {
    try {
      return require.resolve(candidate);
    } catch {}
  }
  return undefined;
}

/** JSON with comments and trailing commas, as TypeScript reads it. */
function parseJsonc(text: string): Options | undefined {
  const token =
    /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*[}\]])/g;
  const json = text
    .replace(/^\uFEFF/, '')
    .replace(token, (found) => (found[0] === '"' ? found : ''));
  try {
    const value: unknown = JSON.parse(json);
    return isOptions(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isOptions(value: unknown): value is Options {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

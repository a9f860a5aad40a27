import { createHash } from 'node:crypto';
import { type Diagnostic, diagnostic } from '../diagnostics.js';
import { SHARED_MODULE } from '../names.js';
import { contentHash } from '../source/content-hash.js';

export const MANIFEST = 'pspf.manifest';

/** What the last run read and made. */
export interface Manifest {
  readonly tool: string;
  /** What is recorded of each made file ({@link hashesOf}), by its path in the out directory. */
  readonly files: ReadonlyMap<string, ReadonlySet<string>>;
  /** By module. */
  readonly streams: ReadonlyMap<string, StreamRecord>;
}

export interface StreamRecord {
  /** Over all input and every option. */
  readonly hash: string;
  /** Relative to the out directory, `/` as separator; the declaration first. */
  readonly inputs: readonly string[];
}

const HEAD = [
  '# What pspf-gen read and made. Commit it with the generated files; do not edit.',
  '# After a merge conflict here, run pspf-gen again.',
];

/**
 * The hash of a made file's text; of the index, which every stream adds a line to, one of each such line and one of the
 * rest: two branches that add a stream would else always meet in its hash.
 */
export function hashesOf(path: string, text: string): ReadonlySet<string> {
  const lines = path === INDEX ? text.split(/\r?\n/) : [];
  const exports = lines.filter(isExport);
  if (!isInOrder(exports)) return new Set([contentHash(text)]);
  const rest = path === INDEX ? lines.filter((line) => !isExport(line)).join('\n') : text;
  return new Set([rest, ...exports].map(contentHash));
}

const INDEX = 'index.ts';

function isExport(line: string): boolean {
  return line.startsWith('export ');
}

/** By module, the shared one last, as the index is printed; a merge may leave it otherwise. */
function isInOrder(exports: readonly string[]): boolean {
  const modules = exports.map((line) => / from "\.\/([\w-]+)/.exec(line)?.[1] ?? '');
  const streams = modules.at(-1) === SHARED_MODULE ? modules.slice(0, -1) : modules;
  return streams.every(
    (module, index) =>
      module !== SHARED_MODULE && (index === 0 || (streams[index - 1] ?? '') < module),
  );
}

/** Whether a file's text is what a manifest records of it. */
export function isAsRecorded({ files }: Manifest, path: string, text: string): boolean {
  const recorded = files.get(path);
  const hashes = hashesOf(path, text);
  return recorded?.size === hashes.size && [...hashes].every((hash) => recorded.has(hash));
}

/**
 * One line each, sorted, so that two branches that add streams merge; what they add last above is kept apart from what
 * they add first below.
 */
export function printManifest({ tool, files, streams }: Manifest): string {
  const made = [...files].flatMap(([path, hashes]) =>
    [...hashes].map((hash) => `file ${escaped(path)} ${hash}`),
  );
  const read = [...streams].map(
    ([module, { hash, inputs }]) =>
      `stream ${escaped(module)} ${hash} ${inputs.map(escaped).join(' ')}`,
  );
  const sections = [[...HEAD, `tool ${tool}`], made.sort(), read.sort()];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** A manifest that is no longer one counts as absent, with a warning; a merge conflict in it is nothing to fear. */
export function parseManifest(
  text: string,
  shown: string,
): { readonly manifest: Manifest | undefined; readonly diagnostics: readonly Diagnostic[] } {
  let tool: string | undefined;
  const files = new Map<string, Set<string>>();
  const streams = new Map<string, StreamRecord>();
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const [kind, name, hash, ...inputs] = line.split(' ').map(unescaped);
    if (kind === 'tool' && name && hash === undefined) tool = name;
    else if (kind === 'file' && isFlat(name) && isHash(hash)) {
      files.set(name, (files.get(name) ?? new Set()).add(hash));
    } else if (kind === 'stream' && name && isHash(hash)) streams.set(name, { hash, inputs });
    else return { manifest: undefined, diagnostics: [broken(shown, index + 1, line)] };
  }
  if (tool === undefined) return { manifest: undefined, diagnostics: [broken(shown, 1, text)] };
  return { manifest: { tool, files, streams }, diagnostics: [] };
}

function broken(shown: string, number: number, line: string): Diagnostic {
  const conflict = /^(?:<{7}|={7}|>{7}|\|{7})/.test(line);
  const message = conflict
    ? `${shown} has a merge conflict, and counts as absent`
    : `${shown} is not as pspf-gen wrote it, and counts as absent`;
  const at = { file: shown, line: number, column: 1, endLine: number, endColumn: line.length + 1 };
  const hint = 'Generate again; it is written anew.';
  return diagnostic('PSPF062', message, { at, hint, severity: 'warning' });
}

/** A file of the out directory itself: a manifest must not name what lies elsewhere, for it may be removed. */
function isFlat(name: string | undefined): name is string {
  return name !== undefined && /^[\w-][\w.-]*\.ts$/.test(name);
}

function isHash(text: string | undefined): text is string {
  return text !== undefined && /^[0-9a-f]{64}$/.test(text);
}

function escaped(path: string): string {
  return path.replace(/[%\s]/gu, encodeURIComponent);
}

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path.replace(/%(?![0-9A-F]{2})/g, '%25'));
  } catch {
    return path;
  }
}

/** The hash of a stream's input: its files by name and content, and what else its code depends on. */
export function inputHash(
  inputs: readonly { readonly path: string; readonly hash: string }[],
  options: Readonly<Record<string, string>>,
): string {
  const sum = createHash('sha256').update(JSON.stringify(Object.entries(options).sort()));
  for (const { path, hash } of inputs) sum.update(`\n${escaped(path)} ${hash}`);
  return sum.digest('hex');
}

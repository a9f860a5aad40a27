import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { type Diagnostic, diagnostic, type Outcome, type Span } from '../diagnostics.js';
import { didYouMean } from '../near.js';
import { slashed } from '../paths.js';
import { parseSource, type SourceFile } from '../source.js';
import { contentHash } from './content-hash.js';

/** Reads source files, each once, whatever paths lead to it. The only part that reads them from disk. */
export class SourceLoader {
  readonly #cwd: string;
  readonly #read = new Map<string, Read>();

  constructor(options: { readonly cwd?: string } = {}) {
    this.#cwd = options.cwd ?? process.cwd();
  }

  /** Reads a file by its path, relative to the working directory. */
  open(path: string): Outcome<SourceFile> {
    return this.#load(resolve(this.#cwd, path), undefined);
  }

  /**
   * Reads a file by its path as another file names it, for example in a `$ref`; percent-encoding is the caller's.
   * `at` is where it is named: a file that is missing is a mistake there.
   */
  load(from: SourceFile, path: string, at?: Span): Outcome<SourceFile> {
    return this.#load(resolve(dirname(from.id), path), at);
  }

  /** Every file read so far, by id, with the hash of its contents (see {@link contentHash}). */
  hashes(): ReadonlyMap<string, string> {
    return new Map([...this.#read].map(([id, { hash }]) => [id, hash]));
  }

  /** The text of a file read before, by its path as shown in diagnostics; for code frames. */
  textOf(shown: string): string | undefined {
    for (const read of this.#read.values()) if (read.path === shown) return read.text;
    return undefined;
  }

  #load(absolute: string, at: Span | undefined): Outcome<SourceFile> {
    const shown = slashed(relative(this.#cwd, absolute)) || '.';
    let id: string;
    let bytes: Buffer;
    try {
      id = slashed(realpathSync.native(absolute));
      const before = this.#read.get(id);
      if (before) return before.outcome;
      bytes = readFileSync(absolute);
    } catch (error) {
      return { value: undefined, diagnostics: [unreadable(absolute, shown, error, at)] };
    }
    const read = decode(id, shown, bytes, at);
    this.#read.set(id, read);
    return read.outcome;
  }
}

interface Read {
  readonly path: string;
  readonly hash: string;
  readonly text: string;
  readonly outcome: Outcome<SourceFile>;
}

function decode(id: string, path: string, bytes: Buffer, at: Span | undefined): Read {
  const hash = contentHash(bytes);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const shown = text.replaceAll('\r\n', '\n');
    return { path, hash, text: shown, outcome: parseSource({ id, path, text }) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const utf16 = bytes[0] === 0xff || bytes[0] === 0xfe;
    const message = `${path} is not UTF-8${utf16 ? ' but UTF-16' : ''}`;
    const hint = 'Save it as UTF-8.';
    const outcome = {
      value: undefined,
      diagnostics: [diagnostic('PSPF002', message, { at, hint })],
    };
    return { path, hash, text: '', outcome };
  }
}

function unreadable(
  absolute: string,
  path: string,
  error: unknown,
  at: Span | undefined,
): Diagnostic {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [message, hint] = REASONS[code] ?? [`cannot be read (${code || error})`];
  const near = code === 'ENOENT' ? neighbour(absolute) : undefined;
  return diagnostic('PSPF002', `${path} ${message}`, { at, hint: near ?? hint });
}

/** Whether the file is nearly there. */
function neighbour(absolute: string): string | undefined {
  try {
    return didYouMean(basename(absolute), readdirSync(dirname(absolute)).sort());
  } catch {
    return `There is no directory ${basename(dirname(absolute))} there.`;
  }
}

const REASONS: Readonly<Record<string, readonly [message: string, hint?: string]>> = {
  ENOENT: ['does not exist', 'Paths are relative to the file that names them.'],
  ENOTDIR: ['does not exist: a part of its path is a file'],
  EISDIR: ['is a directory', 'Name a file in it.'],
  EACCES: ['may not be read', 'Check its permissions.'],
  EPERM: ['may not be read', 'Check its permissions.'],
  ELOOP: ['is a symbolic link that leads to itself'],
};

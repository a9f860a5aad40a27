import { type Diagnostic, diagnostic, type Outcome, type Span } from './diagnostics.js';
import { parseJson } from './source/json.js';
import { Lines } from './source/lines.js';
import { locate } from './source/tree.js';
import { parseYaml } from './source/yaml.js';

/** A YAML or JSON file, parsed, that still knows where everything in it stands. */
export interface SourceFile {
  /** Identity: the file's real path, `/` as separator. Never printed. */
  readonly id: string;
  /** The path as shown to people: relative to the working directory, `/` as separator. */
  readonly path: string;
  /** As read, without a byte order mark, and with `\n` at every line's end. */
  readonly text: string;
  /** The document as JSON data; objects have no prototype surprises: `__proto__` is an own property. */
  readonly value: unknown;
  /**
   * Where a key or value stands; the nearest ancestor where the pointer reaches nothing. Behind a YAML alias or
   * merge key: where the thing used was written.
   */
  locate(pointer: string, on: 'key' | 'value'): Span;
}

/** A place in a source file by JSON pointer (RFC 6901); `''` is the whole document. */
export interface Place {
  readonly file: SourceFile;
  readonly pointer: string;
}

/**
 * Reads a file's text: strict JSON where the path ends in `.json`, else YAML 1.2. There is a value, beside
 * diagnostics, where the mistakes leave one that later stages can go on with.
 */
export function parseSource(file: {
  readonly id: string;
  readonly path: string;
  readonly text: string;
}): Outcome<SourceFile> {
  const text = file.text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const lines = new Lines(file.path, text);
  const { tree, problems } = /\.json$/i.test(file.path) ? parseJson(text) : parseYaml(text);
  const diagnostics: Diagnostic[] = problems.map(({ code, message, hint, start, end }) =>
    diagnostic(code, message, { hint, at: lines.span(start, end) }),
  );
  if (!tree) return { value: undefined, diagnostics };
  const value: SourceFile = {
    id: file.id,
    path: file.path,
    text,
    value: tree.value,
    locate(pointer, on) {
      const { start, end } = locate(tree, pointer, on);
      return lines.span(start, end);
    },
  };
  return { value, diagnostics };
}

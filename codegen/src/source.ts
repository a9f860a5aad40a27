import type { Span } from './diagnostics.js';

/** A YAML or JSON file, parsed, that still knows where everything in it stands. */
export interface SourceFile {
  /** Identity: the file's real path, `/` as separator. Never printed. */
  readonly id: string;
  /** The path as shown to people: relative to the working directory, `/` as separator. */
  readonly path: string;
  readonly text: string;
  /** The document as JSON data; objects have no prototype surprises: `__proto__` is an own property. */
  readonly value: unknown;
  /** Where a key or value stands; the nearest ancestor where the pointer reaches nothing. */
  locate(pointer: string, on: 'key' | 'value'): Span;
}

/** A place in a source file by JSON pointer (RFC 6901); `''` is the whole document. */
export interface Place {
  readonly file: SourceFile;
  readonly pointer: string;
}

/**
 * A problem in a user's file. Stages return diagnostics and go on as far as they can, so that one run
 * shows all of them; only `cli.ts` prints and exits.
 */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  /** A warning never changes an exit code or stops an output. */
  readonly severity: 'error' | 'warning';
  /** What is wrong, in one sentence, naming the offending key or value. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Where; absent only for problems that have no place in a file. */
  readonly at?: Span;
}

/** A range in a file; lines and columns count from 1, columns in UTF-16 code units. `file` as shown to people. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Stable number of a kind of problem; the table below is its only home. */
export type DiagnosticCode = keyof typeof DIAGNOSTICS;

/** Every code with its title. Numbers are never reused. Ranges: 00x files, 01x declarations, 02x names, 03x-04x schemas, 05x output. */
export const DIAGNOSTICS = {
  PSPF001: 'The directory of declarations is not there, or holds none',
  PSPF002: 'A file cannot be read',
  PSPF003: 'A file is not valid YAML or JSON',
} as const;

/** A stage's answer: what it made, if it could, and every problem it met. */
export interface Outcome<T> {
  readonly value: T | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

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

/**
 * Every code with its title. Numbers are never reused. Ranges: 001-009 files, 010-029 declarations, 030-034 names,
 * 035-059 schemas, 060-069 output and check. Each is explained at length in `commands/explanations.ts`.
 */
export const DIAGNOSTICS = {
  PSPF001: 'The directory of declarations is not there, or holds none',
  PSPF002: 'A file cannot be read',
  PSPF003: 'A file is not valid YAML or JSON',
  PSPF004: 'A key appears twice in one mapping',
  PSPF005: 'A number cannot be held exactly',
  PSPF006: 'YAML that has no meaning in JSON',
  PSPF010: 'A key that declarations do not have',
  PSPF011: 'A required key is missing',
  PSPF012: 'A value is not one of those a key takes',
  PSPF013: 'Not a duration, or one out of bounds',
  PSPF014: 'Not supported by this version',
  PSPF015: 'Two declarations have one base name',
  PSPF016: 'Two declarations of one stream',
  PSPF017: 'A name that a stream cannot have',
  PSPF018: 'Dead letters would go into a declared stream',
  PSPF019: 'A name that a group cannot have',
  PSPF020: 'A file name that no module can be named by',
  PSPF021: 'A class name that is taken, or is no name',
  PSPF022: 'A backoff that shrinks',
  PSPF030: 'A type stands in two modules and is left out of the index',
  PSPF035: 'A $ref reaches nothing',
  PSPF036: 'A $ref names a schema that would have to be fetched',
  PSPF037: 'A schema refers to itself without a property or an item between',
  PSPF038: 'A keyword has a value that JSON Schema does not allow',
  PSPF039: 'A pattern is not a regular expression',
  PSPF040: 'A keyword that this version does not support',
  PSPF041: 'A $schema that names no known draft',
  PSPF042: 'A keyword that does nothing',
  PSPF043: 'A format that is not checked',
  PSPF044: 'A keyword that a $ref beside it hides',
  PSPF045: 'Two schemas have the same id or anchor',
  PSPF046: 'A file without $schema is read as two drafts',
  PSPF047: 'The ordering key is no required string or integer of the payload',
  PSPF048: 'Properties are described, but the value need not be an object',
  PSPF049: 'A required property is not described, but one of nearly its name is',
  PSPF060: 'The out directory cannot be used',
  PSPF061: 'A file that is not ours stands where one would be written',
  PSPF062: 'The manifest cannot be read',
  PSPF063: 'A generated file is stale',
  PSPF064: 'A generated file is missing',
  PSPF065: 'A generated file has no declaration any more',
  PSPF066: 'A generated file was edited',
  PSPF067: 'The out directory holds clients of declarations elsewhere',
} as const;

/** A stage's answer: what it made, if it could, and every problem it met. */
export interface Outcome<T> {
  readonly value: T | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Makes a diagnostic; an error unless it says otherwise. */
export function diagnostic(
  code: DiagnosticCode,
  message: string,
  more: { at?: Span | undefined; hint?: string | undefined; severity?: 'error' | 'warning' } = {},
): Diagnostic {
  return {
    code,
    severity: more.severity ?? 'error',
    message,
    ...(more.hint !== undefined && { hint: more.hint }),
    ...(more.at !== undefined && { at: more.at }),
  };
}

/** Whether any of them stops the run. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

/** The beginning of a span: a whole file or a long mapping is no place to point at. */
export function startOf({ file, line, column }: Span): Span {
  return { file, line, column, endLine: line, endColumn: column + 1 };
}

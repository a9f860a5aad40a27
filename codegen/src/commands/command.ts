import { type Diagnostic, hasErrors } from '../diagnostics.js';
import { jsonReport } from '../report/json.js';
import type { Style } from '../report/style.js';
import { type TextOf, textReport } from '../report/text.js';

export type Format = 'text' | 'json';

/** 0: as it should be; 1: findings; 2: a problem kept the command from its work. */
export type ExitCode = 0 | 1 | 2;

/** What a command would print; only the command line prints. */
export interface Output {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** How results are shown. */
export interface Shown {
  readonly format: Format;
  /** Of stdout and of stderr: one of them may be a pipe. */
  readonly style: Style;
  readonly errorStyle: Style;
}

/** What a command found, before it is text. */
export interface Result {
  readonly exitCode: ExitCode;
  readonly diagnostics: readonly Diagnostic[];
  /** For people. */
  readonly text: string;
  /** For programs; printed beside the diagnostics. */
  readonly data?: object;
}

/** Diagnostics go to stderr as text; as JSON everything is one object on stdout. */
export function toOutput(result: Result, textOf: TextOf, shown: Shown): Output {
  const { exitCode, diagnostics, text, data } = result;
  if (shown.format === 'json') {
    return { exitCode, stdout: jsonReport(diagnostics, data), stderr: '' };
  }
  return { exitCode, stdout: text, stderr: textReport(diagnostics, textOf, shown.errorStyle) };
}

export function exitFor(diagnostics: readonly Diagnostic[], otherwise: 0 | 1): ExitCode {
  return hasErrors(diagnostics) ? 2 : otherwise;
}

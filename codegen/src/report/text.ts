import type { Diagnostic, Span } from '../diagnostics.js';
import { codeFrame } from './code-frame.js';
import { inOrder } from './order.js';
import type { Style } from './style.js';

/** Text of a file, by its path as shown in diagnostics. */
export type TextOf = (file: string) => string | undefined;

/** Every problem with its place, code, frame and hint, and a line that sums them up. */
export function textReport(
  diagnostics: readonly Diagnostic[],
  textOf: TextOf,
  style: Style,
): string {
  const ordered = inOrder(diagnostics);
  if (ordered.length === 0) return '';
  const linesOf = linesReader(textOf);
  const blocks = alike(ordered).map((each) => problem(each, linesOf, style));
  return `${blocks.join('\n\n')}\n\n${summary(ordered, style)}\n`;
}

/** A problem, and where else it is met. */
interface Problem {
  readonly first: Diagnostic;
  readonly others: readonly Span[];
}

/** A large schema warns of one thing in a hundred places; each error is to be mended, and stands by itself. */
function alike(diagnostics: readonly Diagnostic[]): Problem[] {
  const problems = new Map<unknown, { first: Diagnostic; others: Span[] }>();
  for (const each of diagnostics) {
    const { at, severity, code, message } = each;
    const key = at && severity === 'warning' ? `${code} ${message}` : each;
    const known = problems.get(key);
    if (known && at) known.others.push(at);
    else problems.set(key, { first: each, others: [] });
  }
  return [...problems.values()];
}

type LinesOf = (file: string) => readonly string[] | undefined;

function linesReader(textOf: TextOf): LinesOf {
  const read = new Map<string, readonly string[] | undefined>();
  return (file) => {
    if (!read.has(file)) read.set(file, textOf(file)?.split('\n'));
    return read.get(file);
  };
}

function problem({ first, others }: Problem, linesOf: LinesOf, style: Style): string {
  const { at, code, severity, message, hint } = first;
  const colour = severity === 'error' ? style.red : style.yellow;
  const place = at ? `${style.bold(placeOf(at))} ` : '';
  const lines = [`${place}${colour(`${severity} ${code}`)}: ${printable(message)}`];
  const text = at && linesOf(at.file);
  if (at && text) lines.push(codeFrame(text, at, style));
  if (hint) lines.push(`  ${style.dim('hint:')} ${printable(hint)}`);
  if (others.length > 0) lines.push(`  ${style.dim('also at:')} ${places(others)}`);
  return lines.join('\n');
}

const PLACES = 5;

function places(spans: readonly Span[]): string {
  const shown = spans.slice(0, PLACES).map(placeOf).join(', ');
  return spans.length > PLACES ? `${shown} and ${spans.length - PLACES} more` : shown;
}

function placeOf({ file, line, column }: Span): string {
  return `${printable(file)}:${line}:${column}`;
}

function summary(diagnostics: readonly Diagnostic[], style: Style): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const warnings = diagnostics.length - errors.length;
  const counts = [
    errors.length > 0 ? style.red(count(errors.length, 'error')) : '',
    warnings > 0 ? style.yellow(count(warnings, 'warning')) : '',
  ].filter(Boolean);
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const explain = `pspf-gen explain ${codes.length === 1 ? codes[0] : 'CODE'}`;
  return `${counts.join(', ')}. ${style.dim(`More about ${codes.length === 1 ? 'it' : 'one'}: ${explain}`)}`;
}

export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

/** Messages quote what users wrote, which must not steer their terminals. */
function printable(text: string): string {
  return text.replace(
    /\p{Cc}/gu,
    (mark) => `\\x${(mark.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`,
  );
}

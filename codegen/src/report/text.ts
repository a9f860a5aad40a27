import type { Diagnostic } from '../diagnostics.js';
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
  const blocks = ordered.map((each) => problem(each, textOf, style));
  return `${blocks.join('\n\n')}\n\n${summary(ordered, style)}\n`;
}

function problem(
  { at, code, severity, message, hint }: Diagnostic,
  textOf: TextOf,
  style: Style,
): string {
  const colour = severity === 'error' ? style.red : style.yellow;
  const place = at ? `${style.bold(`${printable(at.file)}:${at.line}:${at.column}`)} ` : '';
  const lines = [`${place}${colour(`${severity} ${code}`)}: ${printable(message)}`];
  const text = at && textOf(at.file);
  if (at && text) lines.push(codeFrame(text, at, style));
  if (hint) lines.push(`  ${style.dim('hint:')} ${printable(hint)}`);
  return lines.join('\n');
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

import { DIAGNOSTICS, type DiagnosticCode } from '../diagnostics.js';
import { nearest } from '../near.js';
import type { Output, Shown } from './command.js';
import { EXPLANATIONS } from './explanations.js';

/** What a code means and what to do; every code with its title where none is given. */
export function explainCommand(given: string | undefined, { format, style }: Shown): Output {
  const codes = Object.keys(DIAGNOSTICS).sort().filter(isCode);
  const entry = (code: DiagnosticCode) => ({
    code,
    title: DIAGNOSTICS[code],
    explanation: EXPLANATIONS[code].trim(),
  });
  if (given === undefined) {
    const text = codes.map((code) => `${style.bold(code)}  ${DIAGNOSTICS[code]}`).join('\n');
    return ok(format === 'json' ? json({ codes: codes.map(entry) }) : `${text}\n`);
  }
  const wanted = given
    .toUpperCase()
    .replace(/^(?:PSPF)?(\d{1,3})$/, (_, digits: string) => `PSPF${digits.padStart(3, '0')}`);
  if (!isCode(wanted)) {
    const near = nearest(wanted, codes);
    const hint = near ? `Did you mean ${near}? ` : '';
    const stderr = `There is no code ${given}. ${hint}'pspf-gen explain' lists them all.\n`;
    return { exitCode: 2, stdout: '', stderr };
  }
  if (format === 'json') return ok(json(entry(wanted)));
  const { code, title, explanation } = entry(wanted);
  return ok(`${style.bold(`${code}: ${title}`)}\n\n${explanation}\n`);
}

function isCode(code: string): code is DiagnosticCode {
  return Object.hasOwn(DIAGNOSTICS, code);
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function ok(stdout: string): Output {
  return { exitCode: 0, stdout, stderr: '' };
}

import { DIAGNOSTICS, type Diagnostic } from '../diagnostics.js';
import { inOrder } from './order.js';

/** One JSON object for programs: `{ diagnostics: [...], errors, warnings }`, each diagnostic with its code's title. */
export function jsonReport(diagnostics: readonly Diagnostic[], extra: object = {}): string {
  const ordered = inOrder(diagnostics);
  const errors = ordered.filter(({ severity }) => severity === 'error').length;
  const report = {
    ...extra,
    diagnostics: ordered.map((each) => ({ ...each, title: DIAGNOSTICS[each.code] })),
    errors,
    warnings: ordered.length - errors,
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

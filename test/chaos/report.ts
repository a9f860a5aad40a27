import type { Audit, FaultRow } from './audit.js';

/** Violations of one promise that are shown; the rest is counted. */
const SHOWN = 5;

const COLUMNS: readonly (keyof FaultRow)[] = [
  'fault',
  'rounds',
  'emitted',
  'handled',
  'deadLettered',
  'duplicates',
  'lost',
  'lostLastSecond',
  'unordered',
  'unorderedAcross',
  'recoverySeconds',
];

/** A table in Markdown that can be read as it is. */
export function table(rows: readonly FaultRow[]): string {
  const cells = [COLUMNS.map(String), ...rows.map((row) => COLUMNS.map((name) => cell(row[name])))];
  const widths = COLUMNS.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0)));
  const lines = cells.map((line) => {
    const padded = line.map((text, at) =>
      at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0),
    );
    return `| ${padded.join(' | ')} |`;
  });
  const rule = widths.map((width, at) =>
    at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [lines[0], `| ${rule.join(' | ')} |`, ...lines.slice(1)].join('\n');
}

/** What was found, for people. */
export function findings({ violations }: Audit): string {
  if (violations.length === 0) return 'Every promise was kept.';
  const promises = [...new Set(violations.map(({ promise }) => promise))];
  return promises
    .flatMap((promise) => {
      const broken = violations.filter((violation) => violation.promise === promise);
      const shown = broken.slice(0, SHOWN).map(({ what }) => `  ${what}`);
      return [`BROKEN: ${promise} (${broken.length})`, ...shown];
    })
    .join('\n');
}

function cell(value: string | number): string {
  return typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(1) : String(value);
}

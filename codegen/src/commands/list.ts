import type { Declaration } from '../declaration/declaration.js';
import { formatDuration } from '../declaration/duration.js';
import { loadDeclarations } from '../declaration/load.js';
import { dlqName } from '../declaration/stream-name.js';
import type { Style } from '../report/style.js';
import { SourceLoader } from '../source/loader.js';
import { exitFor, type Output, type Shown, toOutput } from './command.js';

/** Every declared stream, a line each. */
export function listCommand(dir: string, shown: Shown): Output {
  const loader = new SourceLoader();
  const { value = [], diagnostics } = loadDeclarations(dir, loader);
  const rows = value.map((declaration) => [
    declaration.stream,
    declaration.group,
    deadLetters(declaration),
    shownRetry(declaration),
    declaration.className,
    `${declaration.module}.ts`,
  ]);
  const text = rows.length > 0 ? table(HEAD, rows, shown.style) : '';
  const streams = value.map((declaration) => ({
    stream: declaration.stream,
    group: declaration.group,
    dlq: deadLetters(declaration),
    retry: declaration.retry,
    timeout: declaration.timeout,
    class: declaration.className,
    module: `${declaration.module}.ts`,
    file: declaration.file.path,
  }));
  const exitCode = exitFor(diagnostics, 0);
  return toOutput(
    { exitCode, diagnostics, text, data: { streams } },
    (file) => loader.textOf(file),
    shown,
  );
}

const HEAD = ['STREAM', 'GROUP', 'DLQ', 'RETRY', 'CLASS', 'MODULE'];

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
): string {
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return `${[style.dim(line(head)), ...rows.map(line)].join('\n')}\n`;
}

function deadLetters({ dlq, stream }: Declaration): string {
  return dlq.name ?? dlqName(stream);
}

function shownRetry({ retry: { limit, backoff } }: Declaration): string {
  if (limit === 0) return 'never';
  const [initial, max] = [backoff.initial, backoff.max].map(formatDuration);
  return `${limit}, ${initial} ×${backoff.factor} up to ${max}`;
}

import type { Span } from '../diagnostics.js';
import type { Style } from './style.js';

const TAB = '    ';
const MAX_WIDTH = 100;

/** The line of a file that a span begins in, one line before and one after, and carets under the span. */
export function codeFrame(lines: readonly string[], span: Span, style: Style): string {
  const first = Math.max(1, span.line - 1);
  const last = Math.min(lines.length - (lines.at(-1) === '' ? 1 : 0), span.line + 1);
  const gutter = String(Math.max(last, span.line)).length;
  const cut = window(lines[span.line - 1] ?? '', span.column - 1);

  const frame: string[] = [];
  for (let number = first; number <= Math.max(last, span.line); number++) {
    const line = lines[number - 1] ?? '';
    const label = String(number).padStart(gutter);
    const marked = number === span.line;
    const shown = cut.apply(line).text;
    const mark = marked ? style.red('>') : ' ';
    frame.push(`${mark} ${style.dim(`${label} |`)}${shown && ' '}${shown}`);
    if (marked)
      frame.push(`  ${style.dim(`${' '.repeat(gutter)} |`)} ${carets(line, span, cut, style)}`);
  }
  return frame.join('\n');
}

interface Cut {
  /** A line's visible part, tabs as spaces, and where its column 0 stands in it. */
  apply(line: string): { text: string; from: number };
}

/** Which part of long lines is shown: a stretch around the column in question. */
function window(line: string, column: number): Cut {
  const from = expand(line.slice(0, column)).length > MAX_WIDTH - 30 ? Math.max(0, column - 40) : 0;
  return {
    apply(each) {
      const expanded = expand(each.slice(from));
      const more = expanded.length > MAX_WIDTH;
      const text = `${from > 0 && each.length > from ? '…' : ''}${more ? `${expanded.slice(0, MAX_WIDTH)}…` : expanded}`;
      return { text, from };
    },
  };
}

function carets(line: string, span: Span, cut: Cut, style: Style): string {
  const { text, from } = cut.apply(line);
  const lead = from > 0 ? 1 : 0;
  const start = lead + width(line.slice(from, span.column - 1));
  const endColumn = span.endLine === span.line ? span.endColumn - 1 : line.trimEnd().length;
  const length = Math.max(1, width(line.slice(span.column - 1, endColumn)));
  const visible = Math.max(1, Math.min(length, lead + MAX_WIDTH - start));
  return `${' '.repeat(Math.min(start, width(text)))}${style.red('^'.repeat(visible))}`;
}

/** Control characters would move the cursor of whoever reads this. */
function expand(text: string): string {
  return text.replaceAll('\t', TAB).replace(/\p{Cc}/gu, '\uFFFD');
}

/** Columns on a terminal: wide characters take two, combining marks none. */
function width(text: string): number {
  let columns = 0;
  for (const character of expand(text)) {
    if (/\p{M}|\u200D|\uFE0F/u.test(character)) continue;
    columns +=
      /\p{Emoji_Presentation}|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return columns;
}

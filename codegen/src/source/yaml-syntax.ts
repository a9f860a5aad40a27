import type { CST, Document, YAMLError } from 'yaml';
import type { Problem } from './tree.js';

/** What the tokens alone tell. */
export interface TokenScan {
  /** Where the nesting passes the limit; the composer would run out of stack there. */
  readonly tooDeep: number | undefined;
  /** Quotes and brackets that are never closed. */
  readonly unclosed: readonly { readonly start: number; readonly bracket: boolean }[];
}

/** Walks the tokens without recursion. */
export function scanTokens(tokens: readonly CST.Token[], maxDepth: number): TokenScan {
  const unclosed: { start: number; bracket: boolean }[] = [];
  const open = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    if (depth > maxDepth) return { tooDeep: token.offset, unclosed: [] };
    if (isUnclosed(token)) {
      unclosed.push({ start: token.offset, bracket: token.type === 'flow-collection' });
    }
    for (const child of children(token)) open.push({ token: child, depth: depth + 1 });
  }
  return { tooDeep: undefined, unclosed };
}

function children(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!('items' in token)) return [];
  return token.items.flatMap((item) => [item.key, item.value]).filter((child) => child != null);
}

function isUnclosed(token: CST.Token): boolean {
  if (token.type === 'flow-collection') {
    return !token.end.some(({ type }) => type === 'flow-map-end' || type === 'flow-seq-end');
  }
  if (token.type === 'double-quoted-scalar') {
    return !/^"(?:[^"\\]|\\[\s\S])*"$/.test(token.source);
  }
  return token.type === 'single-quoted-scalar' && !/^'(?:[^']|'')*'$/.test(token.source);
}

/** Every syntax error, at most one a line: what follows it in a line is nearly always its echo. */
export function syntaxProblems(
  documents: readonly Document.Parsed[],
  scan: TokenScan,
  text: string,
): Problem[] {
  const problems: Problem[] = [];
  for (const document of documents) {
    const errors = [...document.errors, ...document.warnings.filter(isDirective)];
    problems.push(...errors.map((error) => translate(error, text)));
    if (document.directives.yaml.version !== '1.2') problems.push(oldVersion(document, text));
  }
  const second = documents[1];
  if (second) problems.push(secondDocument(second, text));

  const opened = scan.unclosed.map((token) => notClosed(token, text));
  const from = Math.min(...opened.map(({ start }) => start));
  const found = [...opened, ...problems.filter(({ start }) => start < from)];
  found.sort((a, b) => a.start - b.start);
  const lines = new Set<number>();
  return found.filter(({ start }) => {
    const line = text.lastIndexOf('\n', start - 1);
    return !lines.has(line) && lines.add(line);
  });
}

/** What the composer says of these comes at the end of the text; they are told where they begin. */
function notClosed(token: { start: number; bracket: boolean }, text: string): Problem {
  const { start, bracket } = token;
  const mark = text[start];
  return syntax(
    start,
    start + 1,
    bracket ? `This ${mark} is never closed` : `The text that begins with this ${mark} never ends`,
    bracket
      ? 'All lines up to its closing bracket must be indented further than the line it stands in.'
      : 'Text that itself begins with a quote needs the other kind of quotes around it.',
  );
}

function oldVersion(document: Document.Parsed, text: string): Problem {
  const start = Math.max(0, text.lastIndexOf('%YAML', document.range[0]));
  return syntax(start, start + '%YAML 1.1'.length, 'Only YAML 1.2 is read', 'Remove the line.');
}

function secondDocument(second: Document.Parsed, text: string): Problem {
  const marker = text.lastIndexOf('---', second.contents?.range[0] ?? second.range[0]);
  const start = marker === -1 ? second.range[0] : marker;
  const hint = 'One file holds one document: move this one to a file of its own.';
  return syntax(start, start + 3, 'A second YAML document begins here', hint);
}

function isDirective(warning: YAMLError): boolean {
  return warning.code === 'BAD_DIRECTIVE';
}

/** The library's words where they are plain; ours where people stumble most. */
function translate({ code, message, pos: [start, end] }: YAMLError, text: string): Problem {
  const line = text.slice(start).split('\n', 1)[0] ?? '';
  for (const [pattern, plain, hint] of PLAINER) {
    if (pattern.test(`${code} ${message} @ ${line}`)) return syntax(start, end, plain, hint);
  }
  const token = /token in YAML stream: "(.*)"$/.exec(message)?.[1];
  return syntax(start, end, token === undefined ? message : `Unexpected '${token}'`);
}

const PLAINER: readonly (readonly [pattern: RegExp, message: string, hint: string])[] = [
  [/^TAB_AS_INDENT/, 'This line is indented by a tab', 'YAML is indented by spaces only.'],
  [
    /^BLOCK_AS_IMPLICIT_KEY .* @ .*:(\s|$)/,
    "A second ': ' in one line",
    'Put quotes around text that contains a colon and a space, or begin the nested mapping on a line of its own.',
  ],
  [
    /^(BLOCK_AS|MULTILINE)_IMPLICIT_KEY/,
    'This value goes on in a line that looks like a key',
    'Indent the next line like the key it stands beside.',
  ],
  [/^MISSING_CHAR Implicit map keys/, 'This key has no colon', "Write 'key: value'."],
  [
    /^BAD_INDENT All (mapping|collection|sequence)/,
    'This line is indented like nothing above it',
    'Lines of one mapping or list begin in the same column.',
  ],
  [/^BAD_SCALAR_START/, 'Text cannot begin with this character', 'Put the text in quotes.'],
  [
    /scalar at node end/,
    'Text after the end of a value',
    "Is a quote closed too early (within '…' it is written ''), or the indentation off?",
  ],
  [
    /block-seq-ind on same line/,
    "A list cannot begin in its key's line",
    "Begin each '- ' on a line of its own, or write [a, b].",
  ],
];

function syntax(start: number, end: number, message: string, hint?: string): Problem {
  return { code: 'PSPF003', start, end, message, ...(hint !== undefined && { hint }) };
}

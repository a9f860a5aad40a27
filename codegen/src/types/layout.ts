const MAX_LINE = 80;
const TOKEN = /\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|[\w$]+|\n| +|[\s\S]/g;

/**
 * Lays out what the printer printed without a formatter: one member a line, ended by a semicolon and indented by
 * depth; no parentheses around a member's whole type; a long union one alternative a line.
 */
export function layout(text: string): string {
  return indent(breakUnions(unwrap(text.match(TOKEN) ?? [])));
}

type Tokens = readonly string[];

interface Brackets {
  /** The index of each opening bracket's partner. */
  readonly partner: ReadonlyMap<number, number>;
  /** For each token, the bracket it stands in. */
  readonly around: readonly (string | undefined)[];
}

function brackets(tokens: Tokens): Brackets {
  const partner = new Map<number, number>();
  const open: number[] = [];
  const around = tokens.map((token, index) => {
    if (')]}'.includes(token)) partner.set(open.pop() ?? -1, index);
    const bracket = tokens[open.at(-1) ?? -1];
    if ('([{'.includes(token)) open.push(index);
    return bracket;
  });
  return { partner, around };
}

/** Whether a member's type, or an alias's, begins here; labels of a tuple have a colon too. */
function startsType(tokens: Tokens, index: number, { around }: Brackets): boolean {
  if (tokens[index - 1] !== ' ' || (around[index] ?? '{') !== '{') return false;
  return tokens[index - 2] === ':' || tokens[index - 2] === '=';
}

function endsMember(tokens: Tokens, index: number): boolean {
  const next = tokens[index + 1];
  return next === undefined || next === '\n' || next === ';';
}

function unwrap(tokens: Tokens): Tokens {
  const gone = new Set<number>();
  const pairs = brackets(tokens);
  for (const [start, end] of pairs.partner) {
    if (tokens[start] !== '(' || !startsType(tokens, start, pairs) || !endsMember(tokens, end))
      continue;
    gone.add(start).add(end);
  }
  return tokens.filter((_, index) => !gone.has(index));
}

function breakUnions(tokens: Tokens): Tokens {
  const pairs = brackets(tokens);
  const result = [...tokens];
  for (let start = 0; start < tokens.length; start += 1) {
    if (!startsType(tokens, start, pairs)) continue;
    const { bars, length } = measure(tokens, start, pairs.partner);
    if (bars.length === 0 || length <= MAX_LINE) continue;
    result[start - 1] = '\n| ';
    for (const bar of bars) result[bar - 1] = '\n';
  }
  return result.flatMap((token) => (token === '\n| ' ? ['\n', '|', ' '] : [token]));
}

/** The length of a type that stands on one line, and where the bars of its union are; none where it takes several. */
function measure(
  tokens: Tokens,
  start: number,
  partner: ReadonlyMap<number, number>,
): { bars: readonly number[]; length: number } {
  const bars: number[] = [];
  let length = 0;
  let inner = start;
  for (let index = start; tokens[index] !== undefined && tokens[index] !== '\n'; index += 1) {
    if (tokens[index] === '{') return { bars: [], length: 0 };
    if (tokens[index] === '|' && index >= inner) bars.push(index);
    length += tokens[index]?.length ?? 0;
    inner = Math.max(inner, partner.get(index) ?? 0);
  }
  return { bars, length };
}

function indent(tokens: Tokens): string {
  const lines: { text: string; depth: number }[] = [];
  let depth = 0;
  let line: string[] = [];
  for (const token of [...tokens, '\n']) {
    if (token !== '\n') {
      line.push(token);
      continue;
    }
    const text = line.join('').trim();
    const closing = /^[}\])]/.test(text) ? 1 : 0;
    const bar = text.startsWith('| ') ? 1 : 0;
    if (text !== '') lines.push({ text, depth: depth - closing + bar });
    depth += count(line, '{') - count(line, '}');
    line = [];
  }
  return lines
    .map(({ text, depth }, index) => `${shift(text, depth)}${endOf(text, lines[index + 1])}`)
    .join('\n');

  function endOf(text: string, next: { text: string; depth: number } | undefined): string {
    if (!next || next.text.startsWith('| ')) return '';
    return /[{:=]$|\*\/$/.test(text) ? '' : ';';
  }
}

function count(tokens: Tokens, wanted: string): number {
  return tokens.filter((token) => token === wanted).length;
}

function shift(text: string, depth: number): string {
  const margin = '  '.repeat(depth);
  return text
    .split('\n')
    .map((part) => `${margin}${part}`)
    .join('\n');
}

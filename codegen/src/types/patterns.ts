import { type Piece, readAlternatives } from './regex.js';

/** A key type for an index signature: `x-${string}` is `['x-', 'string']`, in which `string` and `number` are holes. */
export interface Template {
  readonly parts: readonly TemplatePart[];
  /** Whether every name of this form matches the pattern, so that nothing else can be said of such a name. */
  readonly exact: boolean;
}

export type TemplatePart = { readonly text: string } | { readonly hole: 'string' | 'number' };

/** What a pattern for names says in TypeScript's terms. */
export interface NamePattern {
  /** Names it matches, where they can be listed. */
  readonly names: readonly string[];
  readonly templates: readonly Template[];
  /** It matches every name (`all`), or names of no particular form (`some`). */
  readonly free: 'all' | 'some' | undefined;
}

const SOME: NamePattern = { names: [], templates: [], free: 'some' };
const MAX_TEMPLATES = 16;
const known = new Map<string, NamePattern>();

/**
 * Reads a pattern for property names. Names with a line break are let go: `.*` counts as every name.
 * A pattern out of this reader's reach is `some`, never a guess.
 */
export function namePattern(source: string): NamePattern {
  const read = known.get(source) ?? analyse(source);
  known.set(source, read);
  return read;
}

function analyse(source: string): NamePattern {
  const alternatives = readAlternatives(source);
  if (!alternatives) return SOME;
  const forms = alternatives.map(toTemplate);
  if (forms.some((form) => isFree(form) && form.exact)) return { ...SOME, free: 'all' };
  const templates = forms.filter((form) => form.parts.some((part) => 'hole' in part));
  if (forms.some(isFree) || templates.length > MAX_TEMPLATES) return SOME;
  const names = forms.filter((form) => !templates.includes(form));
  return {
    names: [...new Set(names.map((form) => form.parts.map(textOf).join('')))],
    templates: unique(templates),
    free: undefined,
  };
}

function isFree({ parts }: Template): boolean {
  const [part] = parts;
  return parts.length === 1 && part !== undefined && 'hole' in part && part.hole === 'string';
}

/**
 * Holes that touch become one, and `${number}` stays only where TypeScript is sure to find its end: it takes the
 * shortest text up to the next literal, so that literal must not begin with a digit, and no `${string}` may come before.
 */
function toTemplate(pieces: readonly Piece[]): Template {
  const merged: Piece[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (last?.kind === 'text' && piece.kind === 'text') {
      merged.splice(-1, 1, { kind: 'text', text: last.text + piece.text });
    } else if (last && last.kind !== 'text' && piece.kind !== 'text') {
      merged.splice(-1, 1, join(last, piece));
    } else if (piece.kind !== 'text' || piece.text !== '') {
      merged.push(piece);
    }
  }
  let settled = true;
  const parts = merged.map((piece, index): TemplatePart => {
    if (piece.kind === 'text') return { text: piece.text };
    const next = merged[index + 1];
    settled &&= piece.kind === 'digits' && !(next?.kind === 'text' && /^\d/.test(next.text));
    return { hole: settled ? 'number' : 'string' };
  });
  return { parts, exact: merged.every((piece) => piece.kind === 'text' || piece.kind === 'all') };
}

function join(a: Piece, b: Piece): Piece {
  return a.kind === b.kind ? a : { kind: 'some' };
}

function unique(templates: readonly Template[]): readonly Template[] {
  const byText = new Map<string, Template>();
  for (const template of templates) {
    const text = JSON.stringify(template.parts);
    if (!byText.get(text)?.exact) byText.set(text, template);
  }
  return [...byText.values()];
}

function textOf(part: TemplatePart | undefined): string {
  return part && 'text' in part ? part.text : '';
}

const expressions = new Map<string, RegExp | undefined>();

/** Whether a name matches a pattern; `undefined` where the pattern is no regular expression. */
export function matchesPattern(source: string, name: string): boolean | undefined {
  if (!expressions.has(source)) {
    let expression: RegExp | undefined;
    try {
      expression = new RegExp(source, 'u');
    } catch {
      // The lowering reports it; here it only means that nothing is known.
    }
    expressions.set(source, expression);
  }
  return expressions.get(source)?.test(name);
}

/** Whether TypeScript may apply the template's index signature to a name; true in doubt. */
export function mayFit(template: Template, name: string): boolean {
  const { head, tail } = ends(template);
  return name.length >= head.length + tail.length && name.startsWith(head) && name.endsWith(tail);
}

/** Whether one name may fit both templates; true in doubt. */
export function mayOverlap(a: Template, b: Template): boolean {
  const left = ends(a);
  const right = ends(b);
  return (
    (left.head.startsWith(right.head) || right.head.startsWith(left.head)) &&
    (left.tail.endsWith(right.tail) || right.tail.endsWith(left.tail))
  );
}

function ends({ parts }: Template): { head: string; tail: string } {
  return { head: textOf(parts[0]), tail: parts.length > 1 ? textOf(parts.at(-1)) : '' };
}

import { type Diagnostic, diagnostic, type Span } from '../diagnostics.js';
import { didYouMean } from '../near.js';
import { shown } from './keyword-rules.js';
import { keywordsIn, placeKey, refOf, type SchemaNode } from './node.js';
import { isRecord, pointerTo, pointerTokens, step } from './pointer.js';
import { splitFragment } from './uri.js';

export function nothingThere(
  node: SchemaNode,
  resource: SchemaNode,
  fragment: string,
  reached: string,
): Diagnostic {
  const depth = pointerTokens(reached).length - pointerTokens(resource.pointer).length;
  const missing = pointerTokens(fragment)[depth] ?? '';
  const parent = pointerTokens(reached).reduce<unknown>(step, resource.file.value);
  const names = isRecord(parent) ? Object.keys(parent) : [];
  const where = pointerTo('', ...pointerTokens(fragment).slice(0, depth)) || 'the schema';
  const message = `$ref ${shown(refOf(node))} reaches nothing: there is no ${shown(missing)} in ${where}`;
  let hint = didYouMean(missing, names);
  if (hint !== undefined) return atRef(node, 'PSPF035', message, hint);
  if (resource.pointer !== '' && fragment.startsWith(`${resource.pointer}/`)) {
    const inside = fragment.slice(resource.pointer.length);
    hint = `Inside this schema \`#\` is the schema itself: write \`#${inside}\`.`;
  } else if (names.length > 0 && names.length <= 20) {
    hint = `There is ${names.map((name) => shown(name)).join(', ')}.`;
  }
  return atRef(node, 'PSPF035', message, hint);
}

export function notAReference(node: SchemaNode): Diagnostic {
  return atRef(node, 'PSPF035', `$ref ${shown(refOf(node))} is not a URI reference (RFC 3986)`);
}

export function twoDrafts(node: SchemaNode, root: SchemaNode): Diagnostic {
  const message = `${root.file.path} has no $schema and is read as ${root.draft} elsewhere, here as ${node.draft}`;
  return atRef(node, 'PSPF046', message, `Write $schema in ${root.file.path}.`);
}

/** Two schemas of one id or anchor are a mistake where one of them is in use. */
export function clash(
  uri: string,
  nodes: readonly SchemaNode[],
  used: ReadonlySet<string>,
): readonly Diagnostic[] {
  const [first, ...others] = nodes.filter((node) => used.has(placeKey(node))).sort(byPlace);
  if (first === undefined) return [];
  const { fragment } = splitFragment(uri);
  const name = fragment ? `anchor ${shown(fragment)}` : `id ${uri}`;
  return others.map((node) => {
    const { line } = first.file.locate(first.pointer, 'key');
    const message = `The ${name} is already that of the schema in ${first.file.path}, line ${line}`;
    return diagnostic('PSPF045', message, { at: node.file.locate(idPointer(node), 'value') });
  });
}

function byPlace(a: SchemaNode, b: SchemaNode): number {
  if (a.file.id !== b.file.id) return a.file.id < b.file.id ? -1 : 1;
  const [here, there] = [a, b].map(({ file, pointer }) => file.locate(pointer, 'value'));
  return here && there ? here.line - there.line || here.column - there.column : 0;
}

function idPointer(node: SchemaNode): string {
  for (const [name] of keywordsIn(node)) {
    if (['$id', 'id', '$anchor', '$dynamicAnchor'].includes(name))
      return pointerTo(node.pointer, name);
  }
  return node.pointer;
}

export function refSpan(node: SchemaNode): Span {
  return node.file.locate(pointerTo(node.pointer, '$ref'), 'value');
}

export function atRef(
  node: SchemaNode,
  code: 'PSPF035' | 'PSPF046',
  message: string,
  hint?: string,
): Diagnostic {
  return diagnostic(code, message, { at: refSpan(node), hint });
}

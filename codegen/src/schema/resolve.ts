import { type Diagnostic, diagnostic, type Outcome, type Span } from '../diagnostics.js';
import { didYouMean } from '../near.js';
import type { Place, SourceFile } from '../source.js';
import { checkSchema } from './check.js';
import { Documents } from './documents.js';
import { DEFAULT_DRAFT, draftOf } from './draft.js';
import { shown } from './keyword-rules.js';
import { childrenOf, keywordsIn, placeKey, type SchemaNode } from './node.js';
import { isRecord, pointerTo, pointerTokens, step } from './pointer.js';
import { filePath, fileUri, resolveUri, splitFragment } from './uri.js';

/** What reads the files that a `$ref` names, by path from the file that holds it. */
export interface Loader {
  load(from: SourceFile, path: string, at?: Span): Outcome<SourceFile>;
}

/** The schemas that payloads consist of, with every reference resolved. */
export interface Resolved {
  /** Each payload as it stands in its declaration. */
  readonly roots: readonly Payload[];
  /** What a schema's `$ref` leads to; `undefined` where it has none, or a broken one. */
  targetOf(node: SchemaNode): SchemaNode | undefined;
  /** Whether some `$ref` leads to it. */
  isTarget(node: SchemaNode): boolean;
  nodeAt(place: Place): SchemaNode;
  /** The subschemas of a node that count; definitions only where they are used, or in a declaration. */
  childrenOf(node: SchemaNode): readonly SchemaNode[];
}

export interface Payload {
  readonly module: string;
  readonly node: SchemaNode;
}

/** Finds, reads and checks every schema that the payloads reach. All problems are reported at once. */
export function resolve(
  payloads: readonly { readonly module: string; readonly place: Place }[],
  loader: Loader,
): { readonly resolved: Resolved; readonly diagnostics: readonly Diagnostic[] } {
  const documents = new Documents();
  const diagnostics: Diagnostic[] = [];
  const targets = new Map<string, SchemaNode>();
  const own = new Set(payloads.map(({ place }) => place.file.id));
  const roots = payloads.map(({ module, place }) => ({
    module,
    node: addPayload(documents, place),
  }));
  const children = (node: SchemaNode): SchemaNode[] =>
    reachedChildren(node, own).map((place) => documents.nodeAt(place));
  const seen = new Set<string>();
  const open: SchemaNode[] = [];
  let unresolved: SchemaNode[] = [];

  const visit = (node: SchemaNode): void => {
    if (seen.has(placeKey(node))) return;
    seen.add(placeKey(node));
    open.push(node);
  };
  const settle = (node: SchemaNode, answer: Answer): boolean => {
    if (answer.diagnostic) diagnostics.push(answer.diagnostic);
    if (!answer.target) return answer.diagnostic !== undefined;
    targets.set(placeKey(node), answer.target);
    visit(answer.target);
    return true;
  };
  const followAll = (find: (node: SchemaNode, reference: Reference) => Answer): void => {
    const waiting = unresolved;
    unresolved = [];
    for (const node of waiting) {
      const reference = referenceOf(node);
      if (!reference || !settle(node, find(node, reference))) unresolved.push(node);
    }
  };
  const drain = (): void => {
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      diagnostics.push(...checkSchema(node));
      children(node).forEach(visit);
      if (refOf(node) === undefined) continue;
      const reference = referenceOf(node);
      if (reference === undefined) diagnostics.push(notAReference(node));
      else if (!settle(node, find(documents, loader, node, reference))) unresolved.push(node);
    }
  };

  for (const { node } of roots) visit(node);
  // A schema may be found by an id that only a file read later declares; so those not found yet are asked again.
  for (let before = -1; before !== unresolved.length || open.length > 0; ) {
    drain();
    before = unresolved.length;
    followAll((node, reference) => findElsewhere(documents, node, reference));
    if (before === unresolved.length) {
      followAll((node, reference) => findBeside(documents, loader, node, reference));
    }
  }
  for (const node of unresolved) diagnostics.push(...notFound(node, loader));
  for (const [uri, nodes] of documents.clashes()) diagnostics.push(...clash(uri, nodes, seen));

  const targetKeys = new Set([...targets.values()].map(placeKey));
  const resolved: Resolved = {
    roots,
    targetOf: (node) => targets.get(placeKey(node)),
    isTarget: (node) => targetKeys.has(placeKey(node)),
    nodeAt: (place) => documents.nodeAt(place),
    childrenOf: children,
  };
  return { resolved, diagnostics };
}

/** The subschemas of a node that count: all of a declaration's own payload; elsewhere definitions only where used. */
function reachedChildren(node: SchemaNode, own: ReadonlySet<string>): Place[] {
  return childrenOf(node)
    .filter(({ path: [keyword] }) => !DEFINITIONS.has(keyword) || own.has(node.file.id))
    .filter(({ path: [keyword] }) => keyword !== 'contentSchema')
    .map(({ pointer }) => ({ file: node.file, pointer }));
}

const DEFINITIONS: ReadonlySet<string> = new Set(['$defs', 'definitions']);

/** The schema's `$ref`, if it has one that is a text. */
export function refOf(node: SchemaNode): string | undefined {
  if (!isRecord(node.value) || !Object.hasOwn(node.value, '$ref')) return undefined;
  return typeof node.value.$ref === 'string' ? node.value.$ref : undefined;
}

interface Reference {
  readonly text: string;
  /** Without the fragment. */
  readonly uri: string;
  readonly fragment: string;
}

interface Answer {
  readonly target?: SchemaNode;
  readonly diagnostic?: Diagnostic;
}

function addPayload(documents: Documents, { file, pointer }: Place): SchemaNode {
  const value = pointerTokens(pointer).reduce<unknown>(
    (value, token) => step(value, token),
    file.value,
  );
  const scope = { draft: DEFAULT_DRAFT, base: fileUri(file.id) };
  return documents.addResource(file, pointer, value, scope);
}

function referenceOf(node: SchemaNode): Reference | undefined {
  const text = refOf(node);
  const absolute = text === undefined ? undefined : resolveUri(text, node.base);
  if (text === undefined || absolute === undefined) return undefined;
  const { uri, fragment } = splitFragment(absolute);
  return fragment === undefined ? undefined : { text, uri, fragment };
}

/** In the schema's own resource, its own file, or the file that the reference names. */
function find(
  documents: Documents,
  loader: Loader,
  node: SchemaNode,
  reference: Reference,
): Answer {
  if (reference.text === '' || reference.text.startsWith('#')) {
    const resource = documents.nodeAt({ file: node.file, pointer: node.resource });
    return inResource(documents, node, reference, resource);
  }
  const here = documents.named(reference.uri).find(({ file }) => file.id === node.file.id);
  if (here) return inResource(documents, node, reference, here);
  const path = filePath(reference.uri);
  return path === undefined ? {} : inFile(documents, loader, node, reference, path);
}

/** In any file read so far that declares the id. */
function findElsewhere(documents: Documents, node: SchemaNode, reference: Reference): Answer {
  const [first] = documents.named(reference.uri);
  return first === undefined ? {} : inResource(documents, node, reference, first);
}

/** In a file beside the schema's own, where ids say that both stand on a web server. */
function findBeside(
  documents: Documents,
  loader: Loader,
  node: SchemaNode,
  reference: Reference,
): Answer {
  const { uri: path } = splitFragment(reference.text);
  if (/^[a-z][a-z0-9+.-]*:/i.test(path) || path.startsWith('/')) return {};
  const beside = resolveUri(path, fileUri(node.file.id));
  const file = beside === undefined ? undefined : filePath(beside);
  return file === undefined ? {} : inFile(documents, loader, node, reference, file);
}

function inFile(
  documents: Documents,
  loader: Loader,
  node: SchemaNode,
  reference: Reference,
  path: string,
): Answer {
  const { value: file, diagnostics } = loader.load(node.file, path);
  if (file === undefined) {
    // Only what was read and is wrong is reported here: one that is missing may be found otherwise.
    const wrong = diagnostics.find(({ code }) => code !== 'PSPF002');
    return wrong === undefined ? {} : { diagnostic: wrong };
  }
  const base = fileUri(file.id);
  const payload = step(file.value, 'payload');
  if (DECLARATION.test(file.id) && payload !== undefined) {
    documents.addResource(file, '/payload', payload, { draft: DEFAULT_DRAFT, base });
  }
  const root = documents.addFile(file, { draft: node.draft, base });
  if (root.draft !== node.draft && !hasDraft(file.value)) {
    return { diagnostic: twoDrafts(node, root) };
  }
  return inResource(documents, node, reference, root);
}

const DECLARATION = /\.stream\.(ya?ml|json)$/i;

function hasDraft(value: unknown): boolean {
  const uri = step(value, '$schema');
  return typeof uri === 'string' && draftOf(uri) !== undefined;
}

function inResource(
  documents: Documents,
  node: SchemaNode,
  { fragment, text }: Reference,
  resource: SchemaNode,
): Answer {
  if (fragment === '') return { target: resource };
  if (!fragment.startsWith('/')) {
    const anchored = documents.named(`${resource.base}#${fragment}`);
    const target = anchored.find(({ file }) => file.id === resource.file.id) ?? anchored[0];
    if (target) return { target };
    const message = `$ref ${shown(text)} reaches nothing: there is no anchor ${shown(fragment)}`;
    const hint = 'A path inside a schema begins with `#/`, for example `#/$defs/Item`.';
    return { diagnostic: atRef(node, 'PSPF035', message, hint) };
  }
  const found = documents.descend(resource, fragment);
  if ('reached' in found)
    return { diagnostic: nothingThere(node, resource, fragment, found.reached) };
  if (isRecord(found.value) || typeof found.value === 'boolean') return { target: found };
  const message = `$ref ${shown(text)} leads to ${shown(found.value)}, which is no schema`;
  return { diagnostic: atRef(node, 'PSPF035', message) };
}

function nothingThere(
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

function notAReference(node: SchemaNode): Diagnostic {
  return atRef(node, 'PSPF035', `$ref ${shown(refOf(node))} is not a URI reference (RFC 3986)`);
}

function notFound(node: SchemaNode, loader: Loader): readonly Diagnostic[] {
  const reference = referenceOf(node);
  if (reference === undefined) return [];
  const path = filePath(reference.uri);
  const at = refSpan(node);
  if (path !== undefined) return loader.load(node.file, path, at).diagnostics;
  const from = reference.uri === reference.text ? '' : ` (${reference.uri})`;
  const message = `$ref ${shown(reference.text)}${from} names a schema that no file here declares, and schemas are never fetched`;
  const hint = 'Save that schema in a file and refer to it by a relative path.';
  return [diagnostic('PSPF036', message, { at, hint })];
}

function twoDrafts(node: SchemaNode, root: SchemaNode): Diagnostic {
  const message = `${root.file.path} has no $schema and is read as ${root.draft} elsewhere, here as ${node.draft}`;
  return atRef(node, 'PSPF046', message, `Write $schema in ${root.file.path}.`);
}

/** Two schemas of one id or anchor are a mistake where one of them is in use. */
function clash(
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

function refSpan(node: SchemaNode): Span {
  return node.file.locate(pointerTo(node.pointer, '$ref'), 'value');
}

function atRef(
  node: SchemaNode,
  code: 'PSPF035' | 'PSPF046',
  message: string,
  hint?: string,
): Diagnostic {
  return diagnostic(code, message, { at: refSpan(node), hint });
}

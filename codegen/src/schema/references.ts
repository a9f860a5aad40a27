import { type Diagnostic, diagnostic, type Outcome, type Span } from '../diagnostics.js';
import type { SourceFile } from '../source.js';
import type { Documents } from './documents.js';
import { DEFAULT_DRAFT, draftOf } from './draft.js';
import { shown } from './keyword-rules.js';
import { refOf, type SchemaNode } from './node.js';
import { isRecord, step } from './pointer.js';
import { atRef, nothingThere, refSpan, twoDrafts } from './reference-problems.js';
import { filePath, fileUri, resolveUri, splitFragment } from './uri.js';

/** What reads the files that a `$ref` names, by path from the file that holds it. */
export interface Loader {
  load(from: SourceFile, path: string, at?: Span): Outcome<SourceFile>;
}

/** A `$ref`, absolute. */
export interface Reference {
  readonly text: string;
  /** Without the fragment. */
  readonly uri: string;
  readonly fragment: string;
}

/** What a reference leads to, or why it cannot; neither where it may be found later. */
export interface Answer {
  readonly target?: SchemaNode;
  readonly diagnostics?: readonly Diagnostic[];
}

export function referenceOf(node: SchemaNode): Reference | undefined {
  const text = refOf(node);
  const absolute = text === undefined ? undefined : resolveUri(text, node.base);
  if (text === undefined || absolute === undefined) return undefined;
  const { uri, fragment } = splitFragment(absolute);
  return fragment === undefined ? undefined : { text, uri, fragment };
}

/** In the schema's own resource, its own file, or the file that the reference names. */
export function find(
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
export function findElsewhere(
  documents: Documents,
  node: SchemaNode,
  reference: Reference,
): Answer {
  const [first] = documents.named(reference.uri);
  return first === undefined ? {} : inResource(documents, node, reference, first);
}

/** In a file beside the schema's own, where ids say that both stand on a web server. */
export function findBeside(
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
    const wrong = diagnostics.filter(({ code }) => code !== 'PSPF002');
    return wrong.length === 0 ? {} : { diagnostics: wrong };
  }
  const base = fileUri(file.id);
  const payload = step(file.value, 'payload');
  if (DECLARATION.test(file.id) && payload !== undefined) {
    documents.addResource(file, '/payload', payload, { draft: DEFAULT_DRAFT, base });
  }
  const root = documents.addFile(file, { draft: node.draft, base });
  if (root.draft !== node.draft && !hasDraft(file.value)) {
    return { diagnostics: [...diagnostics, twoDrafts(node, root)] };
  }
  const answer = inResource(documents, node, reference, root);
  return { ...answer, diagnostics: [...diagnostics, ...(answer.diagnostics ?? [])] };
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
    return { diagnostics: [atRef(node, 'PSPF035', message, hint)] };
  }
  const found = documents.descend(resource, fragment);
  if ('reached' in found)
    return { diagnostics: [nothingThere(node, resource, fragment, found.reached)] };
  if (isRecord(found.value) || typeof found.value === 'boolean') return { target: found };
  const message = `$ref ${shown(text)} leads to ${shown(found.value)}, which is no schema`;
  return { diagnostics: [atRef(node, 'PSPF035', message)] };
}

/** What to say of a reference that led nowhere in the end. */
export function notFound(node: SchemaNode, loader: Loader): readonly Diagnostic[] {
  const reference = referenceOf(node);
  if (reference === undefined) return [];
  const path = filePath(reference.uri);
  const at = refSpan(node);
  if (path !== undefined) return loader.load(node.file, path, at).diagnostics;
  const from = reference.uri === reference.text ? '' : ` (${reference.uri})`;
  const message = `$ref "${reference.text}"${from} names a schema that no file here declares, and schemas are never fetched`;
  const hint = 'Save that schema in a file and refer to it by a relative path.';
  return [diagnostic('PSPF036', message, { at, hint })];
}

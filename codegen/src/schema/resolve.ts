import type { Diagnostic } from '../diagnostics.js';
import type { Place } from '../source.js';
import { checkSchema } from './check.js';
import { Documents } from './documents.js';
import { DEFAULT_DRAFT } from './draft.js';
import { childrenOf, placeKey, refOf, type SchemaNode } from './node.js';
import { pointerTokens, step } from './pointer.js';
import { clash, notAReference } from './reference-problems.js';
import {
  type Answer,
  find,
  findBeside,
  findElsewhere,
  type Loader,
  notFound,
  type Reference,
  referenceOf,
} from './references.js';
import { fileUri } from './uri.js';

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
    diagnostics.push(...(answer.diagnostics ?? []));
    if (!answer.target) return answer.diagnostics !== undefined;
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

function addPayload(documents: Documents, { file, pointer }: Place): SchemaNode {
  const value = pointerTokens(pointer).reduce<unknown>(
    (value, token) => step(value, token),
    file.value,
  );
  const scope = { draft: DEFAULT_DRAFT, base: fileUri(file.id) };
  return documents.addResource(file, pointer, value, scope);
}

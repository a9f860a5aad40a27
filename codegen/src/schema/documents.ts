import type { SourceFile } from '../source.js';
import { type Draft, draftOf, idKeyword, refHidesSiblings } from './draft.js';
import { childrenOf, placeKey, type SchemaNode, type Scope } from './node.js';
import { isRecord, pointerTokens, step } from './pointer.js';
import { resolveUri, splitFragment } from './uri.js';

/** Every schema of the files read so far, by place, by URI and by anchor. */
export class Documents {
  readonly #nodes = new Map<string, SchemaNode>();
  readonly #uris = new Map<string, SchemaNode[]>();
  /** Files whose whole document was indexed, with the draft they were given. */
  readonly #files = new Map<string, SchemaNode>();

  /** Indexes a file as one schema document; again where it was indexed before. */
  addFile(file: SourceFile, scope: { readonly draft: Draft; readonly base: string }): SchemaNode {
    const before = this.#files.get(file.id);
    if (before !== undefined) return before;
    const root = this.addResource(file, '', file.value, scope);
    this.#files.set(file.id, root);
    return root;
  }

  /** Indexes a schema that is a resource of its own, such as the payload inside a declaration. */
  addResource(
    file: SourceFile,
    pointer: string,
    value: unknown,
    { draft, base }: { readonly draft: Draft; readonly base: string },
  ): SchemaNode {
    this.#walk(file, pointer, value, { draft, base, resource: pointer });
    return this.nodeAt({ file, pointer });
  }

  /** A node that was indexed. */
  nodeAt(place: { readonly file: SourceFile; readonly pointer: string }): SchemaNode {
    const node = this.#nodes.get(placeKey(place));
    if (node === undefined) throw new Error(`documents: no schema at ${place.pointer}`);
    return node;
  }

  /** The schemas that a URI names, with an anchor after `#` where it has one: several where files disagree. */
  named(uri: string): readonly SchemaNode[] {
    return this.#uris.get(uri) ?? [];
  }

  /** Every URI that more than one schema claims. */
  *clashes(): Generator<readonly [uri: string, nodes: readonly SchemaNode[]]> {
    for (const entry of this.#uris) if (entry[1].length > 1) yield entry;
  }

  /**
   * Follows a pointer from a schema, also into keywords that hold no schemas; where it leads to something that can
   * be none, or to nothing, `reached` is the part that exists.
   */
  descend(from: SchemaNode, pointer: string): SchemaNode | { readonly reached: string } {
    let value = from.value;
    let reached = from.pointer;
    let scope: SchemaNode = from;
    for (const token of pointerTokens(pointer)) {
      const next = step(value, token);
      if (next === undefined) return { reached };
      value = next;
      reached = `${reached}/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      scope = this.#nodes.get(placeKey({ file: from.file, pointer: reached })) ?? scope;
    }
    const place = { file: from.file, pointer: reached };
    if (!this.#nodes.has(placeKey(place))) this.#walk(from.file, reached, value, scope);
    return this.nodeAt(place);
  }

  #walk(file: SourceFile, pointer: string, value: unknown, scope: Scope): void {
    const open: { pointer: string; value: unknown; scope: Scope }[] = [{ pointer, value, scope }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const node = this.#enter(file, next.pointer, next.value, next.scope);
      for (const child of childrenOf(node)) {
        // The payload of a declaration keeps its own scope when the file is read as a whole.
        if (!this.#nodes.has(placeKey({ file, pointer: child.pointer }))) {
          open.push({ pointer: child.pointer, value: child.value, scope: node });
        }
      }
    }
  }

  #enter(file: SourceFile, pointer: string, value: unknown, scope: Scope): SchemaNode {
    const isRoot = pointer === scope.resource;
    const said =
      isRecord(value) && typeof value.$schema === 'string' ? draftOf(value.$schema) : undefined;
    const own = said ?? scope.draft;
    const id = idOf(value, own);
    const isResource = id !== undefined && !id.startsWith('#');
    const draft = isRoot || isResource ? own : scope.draft;
    const uri = isResource ? resolveUri(id, scope.base) : undefined;
    const base = uri === undefined ? scope.base : splitFragment(uri).uri;
    const resource = isResource ? pointer : scope.resource;
    const node: SchemaNode = { file, pointer, value, draft, base, resource };
    this.#nodes.set(placeKey(node), node);
    if (isResource) this.#name(base, node);
    // Before 2019-09 the fragment of an id was the anchor.
    const fragment = id === undefined ? '' : (splitFragment(id).fragment ?? '');
    if (fragment !== '' && !fragment.startsWith('/')) this.#name(`${base}#${fragment}`, node);
    for (const anchor of anchorsOf(value, draft)) this.#name(`${base}#${anchor}`, node);
    return node;
  }

  #name(uri: string, node: SchemaNode): void {
    const nodes = this.#uris.get(uri);
    if (nodes === undefined) this.#uris.set(uri, [node]);
    else if (!nodes.some((each) => placeKey(each) === placeKey(node))) nodes.push(node);
  }
}

function idOf(value: unknown, draft: Draft): string | undefined {
  if (!isRecord(value)) return undefined;
  if (refHidesSiblings(draft) && Object.hasOwn(value, '$ref')) return undefined;
  const name = idKeyword(draft);
  const id = Object.hasOwn(value, name) ? value[name] : undefined;
  return typeof id === 'string' ? id : undefined;
}

function anchorsOf(value: unknown, draft: Draft): string[] {
  if (!isRecord(value) || refHidesSiblings(draft)) return [];
  const names = [value.$anchor, draft === '2020-12' ? value.$dynamicAnchor : undefined];
  return [...new Set(names)].filter((name) => typeof name === 'string');
}

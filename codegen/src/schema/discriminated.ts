import { childrenOf, placeKey, type SchemaNode } from './node.js';
import { isRecord, step } from './pointer.js';
import type { Resolved } from './resolve.js';

/** A union whose every branch requires a distinct constant of one property. */
export interface TaggedUnion {
  readonly property: string;
  /** The constant of each branch, in the order of the branches. */
  readonly branches: readonly { readonly node: SchemaNode; readonly tag: string }[];
}

/** The tagged union that a schema is, if it is one. */
export function taggedUnion(node: SchemaNode, resolved: Resolved): TaggedUnion | undefined {
  const branches = childrenOf(node)
    .filter(({ path: [keyword] }) => keyword === 'oneOf' || keyword === 'anyOf')
    .map(({ pointer }) => resolved.nodeAt({ file: node.file, pointer }));
  const [first, ...others] = branches.map((branch) => tagsOf(branch, resolved));
  if (first === undefined || others.length === 0) return undefined;
  for (const [property, tag] of first) {
    const tags = [tag, ...others.map((each) => each.get(property))];
    if (new Set(tags).size < tags.length || tags.includes(undefined)) continue;
    return {
      property,
      branches: branches.map((branch, index) => ({ node: branch, tag: tags[index] ?? '' })),
    };
  }
  return undefined;
}

/** The properties that a schema requires to be one text. */
function tagsOf(branch: SchemaNode, resolved: Resolved): ReadonlyMap<string, string> {
  const seen = new Set<string>();
  let node = branch;
  for (let next = resolved.targetOf(node); next && !seen.has(placeKey(node)); ) {
    seen.add(placeKey(node));
    node = next;
    next = resolved.targetOf(node);
  }
  const tags = new Map<string, string>();
  const properties = step(node.value, 'properties');
  const required = step(node.value, 'required');
  if (!isRecord(properties) || !Array.isArray(required)) return tags;
  for (const [name, schema] of Object.entries(properties)) {
    const values = step(schema, 'enum');
    const only = Array.isArray(values) && values.length === 1 ? values[0] : undefined;
    const tag = step(schema, 'const') ?? only;
    if (typeof tag === 'string' && required.includes(name)) tags.set(name, tag);
  }
  return tags;
}

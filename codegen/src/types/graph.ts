import type { DefinitionId, LoweredSet, Schema, SchemaObject } from '../schema/dialect.js';

/** A group of definitions that lead back to each other, or one that does not. */
export interface Group {
  readonly members: ReadonlySet<DefinitionId>;
  readonly isCycle: boolean;
}

/** The schemas that a value must match, or be tried against, where it matches this one. */
export function partsInPlace(schema: SchemaObject): readonly Schema[] {
  const { allOf, anyOf, oneOf, not, dependentSchemas } = schema;
  const lone = [not, schema.if, schema.then, schema.else].filter((part) => part !== undefined);
  const dependents = dependentSchemas?.map(([, dependent]) => dependent) ?? [];
  return [...(allOf ?? []), ...(anyOf ?? []), ...(oneOf ?? []), ...lone, ...dependents];
}

/** The schemas of what is inside a value: properties, items, names. */
export function partsWithin(schema: SchemaObject): readonly Schema[] {
  const pairs = [...(schema.properties ?? []), ...(schema.patternProperties ?? [])];
  const lone = [
    schema.additionalProperties,
    schema.propertyNames,
    schema.rest,
    schema.contains?.schema,
    schema.remaining?.schema,
  ].filter((part) => part !== undefined);
  return [...pairs.map(([, part]) => part), ...lone, ...(schema.prefix ?? [])];
}

/** Definitions that a value must match, or is tried against, where it matches this schema. */
export function callsInPlace(schema: Schema): readonly DefinitionId[] {
  return collectCalls(schema, partsInPlace);
}

/** Every definition a schema mentions. */
export function allCalls(schema: Schema): readonly DefinitionId[] {
  return collectCalls(schema, (part) => [...partsInPlace(part), ...partsWithin(part)]);
}

function collectCalls(
  schema: Schema,
  parts: (schema: SchemaObject) => readonly Schema[],
): readonly DefinitionId[] {
  const calls = new Set<DefinitionId>();
  const work: Schema[] = [schema];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (typeof next === 'boolean') continue;
    if (next.call !== undefined) calls.add(next.call);
    work.push(...parts(next));
  }
  return [...calls];
}

/**
 * Groups the definitions reachable from `ids` into strongly connected components (Tarjan, without recursion), each
 * after all those it calls.
 */
export function groupsOf(
  set: LoweredSet,
  ids: readonly DefinitionId[],
  callsOf: (schema: Schema) => readonly DefinitionId[],
): ReadonlyMap<DefinitionId, Group> {
  const groups = new Map<DefinitionId, Group>();
  const nodes = new Map<DefinitionId, Node>();
  const open: Node[] = [];
  for (const root of ids) {
    const path = nodes.has(root) ? [] : [enter(root)];
    for (let node = path.at(-1); node; node = path.at(-1)) {
      const next = node.calls[node.next];
      node.next += 1;
      if (next !== undefined) {
        const seen = nodes.get(next);
        if (!seen) path.push(enter(next));
        else if (!groups.has(next)) node.low = Math.min(node.low, seen.index);
      } else {
        path.pop();
        const caller = path.at(-1);
        if (caller) caller.low = Math.min(caller.low, node.low);
        if (node.low === node.index) close(node);
      }
    }
  }
  return groups;

  function enter(id: DefinitionId): Node {
    const schema = set.definitions.get(id)?.schema ?? true;
    const node = { id, calls: callsOf(schema), next: 0, index: nodes.size, low: nodes.size };
    nodes.set(id, node);
    open.push(node);
    return node;
  }

  function close(first: Node): void {
    const members = open.splice(open.indexOf(first)).map(({ id }) => id);
    const isCycle = members.length > 1 || first.calls.includes(first.id);
    const group = { members: new Set(members), isCycle };
    for (const id of members) groups.set(id, group);
  }
}

interface Node {
  readonly id: DefinitionId;
  readonly calls: readonly DefinitionId[];
  next: number;
  readonly index: number;
  low: number;
}

import type { DefinitionId, LoweredSet, Schema } from './dialect.js';
import { subschemas } from './subschemas.js';

type Definitions = LoweredSet['definitions'];

/** The definitions that one leads to, itself included, sorted. */
export function reach(set: Pick<LoweredSet, 'definitions'>, root: DefinitionId): DefinitionId[] {
  const seen = new Set<DefinitionId>([root]);
  for (const id of seen) for (const called of callsOf(set.definitions, id)) seen.add(called);
  return [...seen].sort();
}

/** The modules whose payloads reach each definition: several, and it is shared. */
export function usage(set: LoweredSet): ReadonlyMap<DefinitionId, ReadonlySet<string>> {
  const users = new Map<DefinitionId, Set<string>>();
  for (const id of set.definitions.keys()) users.set(id, new Set());
  for (const [module, root] of [...set.roots].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const id of reach(set, root)) users.get(id)?.add(module);
  }
  return users;
}

/** Only what the roots reach, sorted by id. */
export function onlyReached(set: LoweredSet): LoweredSet {
  const reached = new Set([...set.roots.values()].flatMap((root) => reach(set, root)));
  const definitions = new Map(
    [...reached].sort().flatMap((id) => {
      const definition = set.definitions.get(id);
      return definition === undefined ? [] : [[id, definition] as const];
    }),
  );
  return { definitions, roots: set.roots };
}

function callsOf(definitions: Definitions, id: DefinitionId): Set<DefinitionId> {
  const calls = new Set<DefinitionId>();
  const open: Schema[] = [definitions.get(id)?.schema ?? true];
  for (let schema = open.pop(); schema !== undefined; schema = open.pop()) {
    if (typeof schema === 'boolean') continue;
    if (schema.call !== undefined) calls.add(schema.call);
    open.push(...subschemas(schema).map(([sub]) => sub));
  }
  return calls;
}

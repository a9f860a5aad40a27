import { createHash } from 'node:crypto';
import type { Definition, DefinitionId } from './schema/dialect.js';

/** Where one definition is printed and what it is called there. */
export interface DefinitionName {
  /** Base name of the module that holds it: a stream's own, or {@link SHARED_MODULE}. */
  readonly module: string;
  /** Its TypeScript type. */
  readonly type: string;
}

/** The module of what several streams use. */
export const SHARED_MODULE = '_shared';

/** What the names of one generated module are made from. */
export interface NameRequest {
  /** Every definition, with the base names of the modules whose streams reach it. */
  readonly users: ReadonlyMap<DefinitionId, ReadonlySet<string>>;
  readonly definitions: ReadonlyMap<DefinitionId, Definition>;
  /** The payload of each module. */
  readonly roots: ReadonlyMap<string, DefinitionId>;
  /** The class of each module. */
  readonly classes: ReadonlyMap<string, string>;
}

/**
 * Give every definition a module and a name that is unique wherever it is seen.
 *
 * A name comes from where the definition stands, never from the order of meeting: of two that want the
 * same name, both take the next longer name from their paths, so that adding a third renames no other.
 * A payload keeps its name before its parts.
 */
export function allotNames(request: NameRequest): ReadonlyMap<DefinitionId, DefinitionName> {
  const modules = new Map<string, DefinitionId[]>();
  for (const [id, users] of request.users) {
    const [first = SHARED_MODULE] = users;
    const module = users.size === 1 ? first : SHARED_MODULE;
    modules.set(module, [...(modules.get(module) ?? []), id]);
  }
  const names = new Map<DefinitionId, DefinitionName>();
  const classes = [...request.classes.values()];
  const shared = allotModule(request, modules.get(SHARED_MODULE) ?? [], new Set(classes));
  for (const [id, type] of shared) names.set(id, { module: SHARED_MODULE, type });
  for (const [module, ids] of modules) {
    if (module === SHARED_MODULE) continue;
    const className = request.classes.get(module);
    const taken = new Set([...shared.values(), ...(className === undefined ? [] : [className])]);
    for (const [id, type] of allotModule(request, ids, taken)) names.set(id, { module, type });
  }
  return names;
}

/** Names that the generated module itself uses. */
const RESERVED: ReadonlySet<string> = new Set(['Stream', 'StreamDefinition', 'StreamOptions']);

function allotModule(
  { definitions, roots }: NameRequest,
  ids: readonly DefinitionId[],
  taken: ReadonlySet<string>,
): Map<DefinitionId, string> {
  const payloads = new Set(roots.values());
  const free = (name: string): boolean => !taken.has(name) && !RESERVED.has(name);
  const level = new Map(ids.map((id) => [id, 0]));
  for (;;) {
    const wanted = groupBy(ids, (id) => nameAt(definitions.get(id), id, level.get(id) ?? 0));
    const losers = [...wanted].flatMap(([name, claimants]) => {
      if (!free(name)) return claimants;
      if (claimants.length === 1) return [];
      const first = claimants.filter((id) => payloads.has(id));
      return first.length === 1 ? claimants.filter((id) => !payloads.has(id)) : claimants;
    });
    if (losers.length === 0) {
      return new Map([...wanted].flatMap(([name, claimants]) => claimants.map((id) => [id, name])));
    }
    for (const id of losers) level.set(id, (level.get(id) ?? 0) + 1);
  }
}

/** The n-th choice of a definition's name; after its alternatives, one with a hash of its place. */
function nameAt(definition: Definition | undefined, id: DefinitionId, level: number): string {
  if (definition === undefined) throw new Error(`names: no definition ${id}`);
  const choices = [definition.name, ...definition.alternatives];
  const choice = choices[level];
  if (choice !== undefined) return choice;
  const digest = createHash('sha256').update(id).digest('hex');
  return `${choices.at(-1)}_${digest.slice(0, 6 + level - choices.length)}`;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

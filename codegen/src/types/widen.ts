import type { DefinitionId, LoweredSet, Schema } from '../schema/dialect.js';
import { complement } from './complement.js';
import { allCalls, callsInPlace, groupsOf } from './graph.js';
import { NEVER, type Type, UNKNOWN } from './ir.js';
import { meet } from './meet.js';
import { RULES } from './rules.js';
import type { Scope } from './scope.js';
import { weightOf } from './weight.js';

export interface Widener {
  typeOf(id: DefinitionId): Type;
  /** Whether a definition mentions another that, by whatever way, mentions it. */
  leadsBack(from: DefinitionId, to: DefinitionId): boolean;
}

/** Levels of nesting within one definition; deeper is `unknown`. Compilers and printers overflow somewhere beyond. */
const MAX_DEPTH = 1_000;
/** Meets that one definition may cost. */
const MAX_STEPS = 20_000;

/**
 * Makes types of lowered definitions. Every value that matches a definition's schema is of its type; the type may
 * admit more where TypeScript has no words for a keyword. The order in which definitions are asked for does not matter.
 */
export function createWidener(set: LoweredSet, ids: readonly DefinitionId[]): Widener {
  const inPlace = groupsOf(set, ids, callsInPlace);
  const cycles = groupsOf(set, ids, allCalls);
  const types = new Map<string, Type>();
  const behind = new Map<DefinitionId, Type>();
  const weights = new Map<DefinitionId, number>();
  // Each after those it is made of, so that a long chain of definitions does not become a deep recursion.
  for (const id of inPlace.keys()) widenDefinition(id, new Set());
  return {
    typeOf: (id) => widenDefinition(id, new Set()),
    leadsBack: (from, to) =>
      Boolean(cycles.get(from)?.isCycle && cycles.get(from)?.members.has(to)),
  };

  /** `path`: the definitions that this one is being worked out within; only those that it leads back to matter. */
  function widenDefinition(id: DefinitionId, outer: ReadonlySet<DefinitionId>): Type {
    const cycle = cycles.get(id)?.members ?? new Set();
    const path = new Set([...outer, id].filter((member) => cycle.has(member)));
    const key = JSON.stringify([id, ...[...path].sort()]);
    const known = types.get(key);
    if (known) return known;
    const definition = set.definitions.get(id);
    if (!definition) return UNKNOWN;
    const budget = { steps: MAX_STEPS };
    const place = {
      owner: id,
      path,
      depth: 0,
      inPlace: true,
      isDeferred: false,
      inverted: new Set<DefinitionId>(),
      budget,
    };
    const type = widenSchema(definition.schema, scopeOf(place));
    types.set(key, type);
    return type;
  }

  function isRecursive(id: DefinitionId): boolean {
    return cycles.get(id)?.isCycle ?? false;
  }

  /** The type behind a definition, and behind those that only name another. */
  function seeThrough(id: DefinitionId): Type {
    const known = behind.get(id);
    if (known) return known;
    const type = widenDefinition(id, new Set());
    const [atom] = type;
    const isName = type.length === 1 && atom?.kind === 'ref' && !isRecursive(atom.id);
    const seen = isName ? seeThrough(atom.id) : type;
    behind.set(id, seen);
    return seen;
  }

  function scopeOf(place: ScopePlace): Scope {
    const { owner, path, depth, budget } = place;
    const scope: Scope = {
      widen: (schema) =>
        depth < MAX_DEPTH ? widenSchema(schema, scopeOf({ ...place, depth: depth + 1 })) : UNKNOWN,
      complement: (schema) => complement(schema, scope),
      nested: (inside) => {
        const isDeferred = place.isDeferred || inside === 'object';
        return scopeOf({ ...place, depth: depth + 1, inPlace: false, isDeferred });
      },
      isDeferred: place.isDeferred,
      call: (id) => (isLoop(id) ? UNKNOWN : [{ kind: 'ref', id }]),
      expand: (id) => {
        if (path.has(id)) return undefined;
        if (!isRecursive(id)) return { type: seeThrough(id), scope };
        const inside = scopeOf({ ...place, owner: id, path: new Set([...path, id]) });
        return { type: widenDefinition(id, path), scope: inside };
      },
      inverted: (id) => {
        const schema = set.definitions.get(id)?.schema;
        if (schema === undefined || place.inverted.has(id)) return undefined;
        const inverted = new Set([...place.inverted, id]);
        return { schema, scope: scopeOf({ ...place, inverted }) };
      },
      isObject: (id) => {
        const schema = set.definitions.get(id)?.schema;
        return typeof schema === 'object' && schema.type?.join() === 'object';
      },
      weight: (type) => weightOf(type, set, weights),
      spend: (steps) => {
        budget.steps -= steps;
        return budget.steps > 0 && depth < MAX_DEPTH;
      },
    };
    return scope;

    /** A definition made of itself at the same value: TypeScript refuses the alias, and the schema says nothing. */
    function isLoop(id: DefinitionId): boolean {
      const group = inPlace.get(owner);
      return Boolean(place.inPlace && group?.isCycle && group.members.has(id));
    }
  }
}

interface ScopePlace {
  readonly owner: DefinitionId;
  readonly path: ReadonlySet<DefinitionId>;
  readonly depth: number;
  /** Whether this is still the definition's own value, not something inside it. */
  readonly inPlace: boolean;
  readonly isDeferred: boolean;
  /** The definitions whose complement this is within. */
  readonly inverted: ReadonlySet<DefinitionId>;
  readonly budget: { steps: number };
}

function widenSchema(schema: Schema, scope: Scope): Type {
  if (typeof schema === 'boolean') return schema ? UNKNOWN : NEVER;
  let type = UNKNOWN;
  for (const rule of RULES) type = meet(type, rule(schema, scope, type), scope);
  return type;
}

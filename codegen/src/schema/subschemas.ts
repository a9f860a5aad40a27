import type { Evaluated, Schema, SchemaObject } from './dialect.js';

/** Where a subschema stands, by what its parent says of it. */
export type Role =
  /** Asserted of the same value: `allOf`. */
  | 'part'
  /** One of several for the same value: `anyOf`, `oneOf`. */
  | 'branch'
  /** Asserted of the same value under a condition: `then`, `else`, `dependentSchemas`. */
  | 'conditional'
  /** Asked of the same value, not asserted: `if`, `not`. */
  | 'question'
  /** Decides what a `remaining` is left with. */
  | 'guard'
  /** Asserted of the property of that name. */
  | 'property'
  /** Asserted of properties that are not named: by pattern, or all that are left. */
  | 'others'
  /** Asserted of an item. */
  | 'item'
  /** Counted among the items. */
  | 'counted'
  /** Asserted of a property's name. */
  | 'name';

const SINGLE = [
  ['additionalProperties', 'others'],
  ['propertyNames', 'name'],
  ['rest', 'item'],
  ['not', 'question'],
  ['if', 'question'],
  ['then', 'conditional'],
  ['else', 'conditional'],
] as const satisfies readonly (readonly [keyof SchemaObject, Role])[];

const LISTS = [
  ['prefix', 'item'],
  ['allOf', 'part'],
  ['anyOf', 'branch'],
  ['oneOf', 'branch'],
] as const satisfies readonly (readonly [keyof SchemaObject, Role])[];

const PAIRS = [
  ['properties', 'property'],
  ['patternProperties', 'others'],
  ['dependentSchemas', 'conditional'],
] as const satisfies readonly (readonly [keyof SchemaObject, Role])[];

type Change = (sub: Schema, role: Role, name: string) => Schema;

/** The schema with each direct subschema replaced; the same object where nothing changed. */
export function mapSubschemas(schema: SchemaObject, change: Change): SchemaObject {
  let next = schema;
  for (const [key, role] of SINGLE) {
    const sub = schema[key];
    if (sub === undefined) continue;
    const now = change(sub, role, '');
    if (now !== sub) next = { ...next, [key]: now };
  }
  for (const [key, role] of LISTS) {
    const subs = schema[key];
    const now = subs && mapList(subs, (sub) => change(sub, role, ''));
    if (now !== subs) next = { ...next, [key]: now };
  }
  for (const [key, role] of PAIRS) {
    const subs = schema[key];
    const now = subs && mapPairs(subs, (sub, name) => change(sub, role, name));
    if (now !== subs) next = { ...next, [key]: now };
  }
  const { contains, remaining } = schema;
  if (contains) {
    const now = change(contains.schema, 'counted', '');
    if (now !== contains.schema) next = { ...next, contains: { ...contains, schema: now } };
  }
  if (remaining) {
    const now = change(remaining.schema, 'others', '');
    const evaluated = mapGuards(remaining.evaluated, (when) => change(when, 'guard', ''));
    if (now !== remaining.schema || evaluated !== remaining.evaluated) {
      next = { ...next, remaining: { schema: now, evaluated } };
    }
  }
  return next;
}

/** Whether a subschema is about the value itself, not about one inside it. */
export function isInPlace(role: Role): boolean {
  return IN_PLACE.has(role);
}

const IN_PLACE: ReadonlySet<Role> = new Set(['part', 'branch', 'conditional', 'question', 'guard']);

/** Every direct subschema with its role. */
export function subschemas(schema: SchemaObject): (readonly [sub: Schema, role: Role])[] {
  const found: [Schema, Role][] = [];
  mapSubschemas(schema, (sub, role) => {
    found.push([sub, role]);
    return sub;
  });
  return found;
}

type Pair = readonly [name: string, sub: Schema];

function mapList<T>(items: readonly T[], change: (item: T) => T): readonly T[] {
  const now = items.map(change);
  return now.every((item, index) => item === items[index]) ? items : now;
}

function mapPairs(
  pairs: readonly Pair[],
  change: (sub: Schema, name: string) => Schema,
): readonly Pair[] {
  return mapList(pairs, (pair) => {
    const [name, sub] = pair;
    const now = change(sub, name);
    return now === sub ? pair : [name, now];
  });
}

function mapGuards(evaluated: Evaluated, change: (when: Schema) => Schema): Evaluated {
  const guarded = mapList(evaluated.guarded, (guard) => {
    const when = change(guard.when);
    const inner = mapGuards(guard.evaluated, change);
    return when === guard.when && inner === guard.evaluated ? guard : { when, evaluated: inner };
  });
  return guarded === evaluated.guarded ? evaluated : { ...evaluated, guarded };
}

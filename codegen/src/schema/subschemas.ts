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

/** The schema with each direct subschema replaced; the same object where nothing changed. */
export function mapSubschemas(
  schema: SchemaObject,
  change: (sub: Schema, role: Role, name: string) => Schema,
): SchemaObject {
  let changed = false;
  const one = (sub: Schema, role: Role, name = ''): Schema => {
    const now = change(sub, role, name);
    changed ||= now !== sub;
    return now;
  };
  const list = (subs: readonly Schema[], role: Role): Schema[] => subs.map((sub) => one(sub, role));
  const pairs = (subs: readonly (readonly [string, Schema])[], role: Role): [string, Schema][] =>
    subs.map(([name, sub]) => [name, one(sub, role, name)]);
  const { contains, remaining } = schema;
  const next: SchemaObject = {
    ...schema,
    ...(schema.properties && { properties: pairs(schema.properties, 'property') }),
    ...(schema.patternProperties && {
      patternProperties: pairs(schema.patternProperties, 'others'),
    }),
    ...has(schema.additionalProperties, (additionalProperties) => ({
      additionalProperties: one(additionalProperties, 'others'),
    })),
    ...has(schema.propertyNames, (sub) => ({ propertyNames: one(sub, 'name') })),
    ...(schema.dependentSchemas && {
      dependentSchemas: pairs(schema.dependentSchemas, 'conditional'),
    }),
    ...(schema.prefix && { prefix: list(schema.prefix, 'item') }),
    ...has(schema.rest, (rest) => ({ rest: one(rest, 'item') })),
    ...(contains && { contains: { ...contains, schema: one(contains.schema, 'counted') } }),
    ...(remaining && {
      remaining: {
        schema: one(remaining.schema, 'others'),
        evaluated: guards(remaining.evaluated, one),
      },
    }),
    ...(schema.allOf && { allOf: list(schema.allOf, 'part') }),
    ...(schema.anyOf && { anyOf: list(schema.anyOf, 'branch') }),
    ...(schema.oneOf && { oneOf: list(schema.oneOf, 'branch') }),
    ...has(schema.not, (not) => ({ not: one(not, 'question') })),
    ...has(schema.if, (sub) => ({ if: one(sub, 'question') })),
    ...has(schema.then, (sub) => ({ then: one(sub, 'conditional') })),
    ...has(schema.else, (sub) => ({ else: one(sub, 'conditional') })),
  };
  return changed ? next : schema;
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

function guards(evaluated: Evaluated, one: (sub: Schema, role: Role) => Schema): Evaluated {
  return {
    ...evaluated,
    guarded: evaluated.guarded.map((part) => ({
      when: one(part.when, 'guard'),
      evaluated: guards(part.evaluated, one),
    })),
  };
}

function has<T>(sub: Schema | undefined, then: (sub: Schema) => T): T | undefined {
  return sub === undefined ? undefined : then(sub);
}

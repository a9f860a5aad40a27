import type { Evaluated, Schema, SchemaObject } from './dialect.js';

/** Where a subschema stands, by what its parent says of it. */
export type Role =
  /** Asserted of the same value: `allOf`. */
  | 'part'
  /** One of several for the same value: `anyOf`, `oneOf`. */
  | 'branch'
  /** Asserted of the same value under a condition: `then`, `else`, `dependentSchemas`. */
  | 'conditional'
  /** Asked of the same value, not asserted: `if`, `not`, the guards of `remaining`. */
  | 'question'
  /** Asserted of a value inside. */
  | 'inner'
  /** Counted among the items. */
  | 'counted'
  /** Asserted of a property's name. */
  | 'name';

/** The schema with each direct subschema replaced; the same object where nothing changed. */
export function mapSubschemas(
  schema: SchemaObject,
  change: (sub: Schema, role: Role) => Schema,
): SchemaObject {
  let changed = false;
  const one = (sub: Schema, role: Role): Schema => {
    const now = change(sub, role);
    changed ||= now !== sub;
    return now;
  };
  const list = (subs: readonly Schema[], role: Role): Schema[] => subs.map((sub) => one(sub, role));
  const pairs = (subs: readonly (readonly [string, Schema])[], role: Role): [string, Schema][] =>
    subs.map(([name, sub]) => [name, one(sub, role)]);
  const { contains, remaining } = schema;
  const next: SchemaObject = {
    ...schema,
    ...(schema.properties && { properties: pairs(schema.properties, 'inner') }),
    ...(schema.patternProperties && {
      patternProperties: pairs(schema.patternProperties, 'inner'),
    }),
    ...has(schema.additionalProperties, (additionalProperties) => ({
      additionalProperties: one(additionalProperties, 'inner'),
    })),
    ...has(schema.propertyNames, (sub) => ({ propertyNames: one(sub, 'name') })),
    ...(schema.dependentSchemas && {
      dependentSchemas: pairs(schema.dependentSchemas, 'conditional'),
    }),
    ...(schema.prefix && { prefix: list(schema.prefix, 'inner') }),
    ...has(schema.rest, (rest) => ({ rest: one(rest, 'inner') })),
    ...(contains && { contains: { ...contains, schema: one(contains.schema, 'counted') } }),
    ...(remaining && {
      remaining: {
        schema: one(remaining.schema, 'inner'),
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
      when: one(part.when, 'question'),
      evaluated: guards(part.evaluated, one),
    })),
  };
}

function has<T>(sub: Schema | undefined, then: (sub: Schema) => T): T | undefined {
  return sub === undefined ? undefined : then(sub);
}

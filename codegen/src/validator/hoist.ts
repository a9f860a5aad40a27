import type {
  Definition,
  DefinitionId,
  Evaluated,
  LoweredSet,
  Schema,
  SchemaObject,
} from '../schema/dialect.js';
import { contentOf, hashOf } from './content.js';
import { isSimple } from './simple.js';
import type { Unit, Units } from './unit.js';

/** An inline schema at least this long, as text, gets a function of its own where its definition repeats it. */
const WORTH_SHARING = 250;

/**
 * Give a function of its own to everything that must be judged apart: branches of unions, `not`, `if`, `contains`,
 * guards, and what a definition repeats. What one definition becomes depends on that definition alone.
 */
export function hoist(set: LoweredSet, functionName: (id: DefinitionId) => string): Units {
  const units: Unit[] = [];
  for (const definition of set.definitions.values()) {
    units.push(...uniquelyNamed(hoistDefinition(definition, functionName), functionName));
  }
  return new Map(units.map((unit) => [unit.id, unit]));
}

interface Hoisting {
  readonly owner: Definition;
  readonly name: string;
  readonly nameOf: (id: DefinitionId) => string;
  /** Units by the content they were made from. */
  readonly made: Map<string, Unit>;
  readonly repeated: ReadonlySet<string>;
}

function hoistDefinition(owner: Definition, nameOf: (id: DefinitionId) => string): Unit[] {
  const made = new Map<string, Unit>();
  const name = nameOf(owner.id);
  const repeated = findRepeated(owner.schema, nameOf);
  const schema = rewrite(owner.schema, { owner, name, nameOf, made, repeated }, undefined);
  return [{ id: owner.id, name, owner: owner.id, label: owner.name, schema }, ...made.values()];
}

/** The schema with its parts hoisted. `hint` names a repeated one; the root of a unit has none. */
function rewrite(schema: Schema, hoisting: Hoisting, hint: string | undefined): Schema {
  if (typeof schema === 'boolean') return schema;
  if (hint !== undefined && hoisting.repeated.size > 0) {
    const content = contentOf(schema, hoisting.nameOf);
    if (hoisting.repeated.has(content)) return separate(schema, content, hoisting, hint);
  }
  const inline = (part: Schema, name: string): Schema => rewrite(part, hoisting, name);
  const judged = (part: Schema, name: string): Schema => predicate(part, hoisting, name);
  return mapParts(schema, inline, judged);
}

/** The schema as something one expression decides. */
function predicate(schema: Schema, hoisting: Hoisting, hint: string): Schema {
  if (isSimple(schema) || typeof schema === 'boolean') return schema;
  return separate(schema, contentOf(schema, hoisting.nameOf), hoisting, hint);
}

function separate(
  schema: SchemaObject,
  content: string,
  hoisting: Hoisting,
  hint: string,
): SchemaObject {
  const known = hoisting.made.get(content);
  if (known !== undefined) return { call: known.id, at: schema.at };
  const unit: Unit = {
    id: `${hoisting.owner.id}\n${hashOf(content)}`,
    // Two underscores keep these names apart from those of definitions.
    name: `${hoisting.name}__${identifierPart(tagOf(schema) ?? hint)}`,
    owner: hoisting.owner.id,
    label: schema.notes?.title ?? tagOf(schema),
    schema: rewrite(schema, hoisting, undefined),
  };
  hoisting.made.set(content, unit);
  return { call: unit.id, at: schema.at };
}

/** The text that tells a branch from its neighbours: the one value of a required property. */
function tagOf(schema: SchemaObject): string | undefined {
  for (const [name, property] of [...(schema.properties ?? [])].sort(byName)) {
    if (typeof property === 'boolean' || !schema.required?.includes(name)) continue;
    const [value, ...more] = property.enum ?? [];
    if (typeof value === 'string' && more.length === 0) return value;
  }
  return undefined;
}

function identifierPart(text: string): string {
  const part = text
    .slice(0, 40)
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
  return part === '' ? 'part' : part;
}

/** Two parts that want one name both take a hash of their content, so neither depends on the order of meeting. */
function uniquelyNamed(
  units: readonly Unit[],
  functionName: (id: DefinitionId) => string,
): readonly Unit[] {
  const claims = new Map<string, number>();
  for (const { name } of units) claims.set(name, (claims.get(name) ?? 0) + 1);
  return units.map((unit) => {
    if (unit.id === unit.owner || claims.get(unit.name) === 1) return unit;
    const hash = hashOf(contentOf(unit.schema, (id) => id.split('\n')[1] ?? functionName(id)));
    return { ...unit, name: `${unit.name}_${hash}` };
  });
}

function findRepeated(schema: Schema, nameOf: (id: DefinitionId) => string): ReadonlySet<string> {
  const counts = new Map<string, number>();
  const visit = (part: Schema): Schema => {
    if (typeof part === 'boolean') return part;
    const content = contentOf(part, nameOf);
    if (content.length < WORTH_SHARING) return part;
    counts.set(content, (counts.get(content) ?? 0) + 1);
    return mapParts(part, visit, visit);
  };
  visit(schema);
  return new Set([...counts].filter(([, count]) => count > 1).map(([content]) => content));
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

type Mapping = (part: Schema, hint: string) => Schema;

/** Rebuild a schema with each part mapped: `inline` for what is judged in passing, `judged` for what is asked about. */
function mapParts(schema: SchemaObject, inline: Mapping, judged: Mapping): SchemaObject {
  const pairs = (
    list: SchemaObject['properties'],
    hint?: string,
  ): NonNullable<SchemaObject['properties']> =>
    [...(list ?? [])]
      .sort(byName)
      .map(([name, part]) => [name, inline(part, hint ?? name)] as const);
  const one = <K extends keyof SchemaObject>(key: K, map: Mapping): Partial<SchemaObject> => {
    const part = schema[key];
    return part === undefined ? {} : { [key]: map(part as Schema, key) };
  };
  return {
    ...schema,
    ...(schema.properties && { properties: pairs(schema.properties) }),
    ...(schema.required && { required: [...schema.required].sort() }),
    ...(schema.patternProperties && {
      patternProperties: pairs(schema.patternProperties, 'pattern'),
    }),
    ...one('additionalProperties', inline),
    ...one('propertyNames', inline),
    ...(schema.dependentRequired && {
      dependentRequired: [...schema.dependentRequired]
        .sort(byName)
        .map(([name, others]) => [name, [...others].sort()] as const),
    }),
    ...(schema.dependentSchemas && { dependentSchemas: pairs(schema.dependentSchemas) }),
    ...(schema.prefix && { prefix: schema.prefix.map((part) => inline(part, 'item')) }),
    ...(schema.rest !== undefined && { rest: inline(schema.rest, 'item') }),
    ...(schema.contains && {
      contains: { ...schema.contains, schema: judged(schema.contains.schema, 'contains') },
    }),
    ...(schema.remaining && {
      remaining: {
        schema: inline(schema.remaining.schema, 'remaining'),
        evaluated: mapGuards(schema.remaining.evaluated, judged),
      },
    }),
    ...(schema.allOf && { allOf: schema.allOf.map((part) => inline(part, 'part')) }),
    ...(schema.anyOf && { anyOf: schema.anyOf.map((part) => judged(part, 'branch')) }),
    ...(schema.oneOf && { oneOf: schema.oneOf.map((part) => judged(part, 'branch')) }),
    ...one('not', judged),
    ...one('if', judged),
    ...one('then', inline),
    ...one('else', inline),
  };
}

function mapGuards(evaluated: Evaluated, judged: Mapping): Evaluated {
  return {
    ...evaluated,
    guarded: evaluated.guarded.map(({ when, evaluated: inner }) => ({
      when: judged(when, 'guard'),
      evaluated: mapGuards(inner, judged),
    })),
  };
}

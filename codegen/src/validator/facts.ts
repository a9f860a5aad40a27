import type { DefinitionId, Json, Schema, SchemaObject } from '../schema/dialect.js';
import { allowedValues, isScalar, type Scalar } from './simple.js';
import type { Units } from './unit.js';

export const KINDS = ['null', 'boolean', 'number', 'string', 'array', 'object'] as const;
export type Kind = (typeof KINDS)[number];

/**
 * What is certain about every value a schema accepts. Always a superset: a fact may be missing,
 * never wrong, so a branch that the facts exclude provably fails.
 */
export interface Facts {
  readonly kinds: ReadonlySet<Kind>;
  /** All values there are, where they are few scalars. */
  readonly values?: ReadonlySet<Scalar>;
  // The rest speaks of objects only.
  /** Values a property has where it is present. */
  readonly tags: ReadonlyMap<string, ReadonlySet<Scalar>>;
  readonly required: ReadonlySet<string>;
  /** Each of them must allow a name. */
  readonly closures: readonly Closure[];
  /** Names that cannot be present. */
  readonly never: ReadonlySet<string>;
}

interface Closure {
  readonly names: ReadonlySet<string>;
  readonly patterns: readonly string[];
}

const ANYTHING: Facts = {
  kinds: new Set(KINDS),
  tags: new Map(),
  required: new Set(),
  closures: [],
  never: new Set(),
};

const NOTHING: Facts = { ...ANYTHING, kinds: new Set(), values: new Set() };

/** Whether an object that the facts describe can have a property of that name. */
export function canHave(facts: Facts, name: string): boolean {
  if (facts.never.has(name)) return false;
  return facts.closures.every(
    ({ names, patterns }) => names.has(name) || patterns.some((pattern) => mayMatch(pattern, name)),
  );
}

function mayMatch(pattern: string, name: string): boolean {
  return new RegExp(pattern, 'u').test(name);
}

/** The facts of schemas, through calls, allOf and unions. A definition that calls itself in place adds none. */
export function factsReader(units: Units): (schema: Schema) => Facts {
  const known = new Map<DefinitionId, Facts>();
  const factsOfCall = (id: DefinitionId): Facts => {
    const ready = known.get(id);
    if (ready !== undefined) return ready;
    known.set(id, ANYTHING);
    const unit = units.get(id);
    const facts = unit === undefined ? ANYTHING : factsOf(unit.schema);
    known.set(id, facts);
    return facts;
  };
  const factsOf = (schema: Schema): Facts => {
    if (typeof schema === 'boolean') return schema ? ANYTHING : NOTHING;
    const parts = [ownFacts(schema, factsOf)];
    if (schema.call !== undefined) parts.push(factsOfCall(schema.call));
    for (const part of schema.allOf ?? []) parts.push(factsOf(part));
    if (schema.anyOf !== undefined) parts.push(join(schema.anyOf.map(factsOf)));
    if (schema.oneOf !== undefined) parts.push(join(schema.oneOf.map(factsOf)));
    return parts.reduce(meet);
  };
  return factsOf;
}

/** Without the parts that apply to the same value. */
function ownFacts(schema: SchemaObject, factsOf: (schema: Schema) => Facts): Facts {
  const tags = new Map<string, ReadonlySet<Scalar>>();
  const never = new Set<string>();
  for (const [name, property] of schema.properties ?? []) {
    const facts = factsOf(property);
    if (facts.kinds.size === 0) never.add(name);
    else if (facts.values !== undefined) tags.set(name, facts.values);
  }
  const values = allowedValues(schema);
  return {
    kinds: values === undefined ? kindsOf(schema) : new Set(values.map(kindOf)),
    ...(values?.every(isScalar) ? { values: new Set(values.filter(isScalar)) } : {}),
    tags,
    never,
    required: new Set(schema.required ?? []),
    closures: closuresOf(schema),
  };
}

function kindsOf({ type }: SchemaObject): ReadonlySet<Kind> {
  if (type === undefined) return ANYTHING.kinds;
  return new Set(type.map((name) => (name === 'integer' ? 'number' : name)));
}

function kindOf(value: Json): Kind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const kind = typeof value;
  return kind === 'boolean' || kind === 'number' || kind === 'string' ? kind : 'object';
}

function closuresOf({
  additionalProperties,
  properties,
  patternProperties,
  remaining,
}: SchemaObject): Closure[] {
  const closures: Closure[] = [];
  if (additionalProperties === false) {
    closures.push({
      names: new Set((properties ?? []).map(([name]) => name)),
      patterns: (patternProperties ?? []).map(([pattern]) => pattern),
    });
  }
  // Guarded names depend on the value, so they are left as possible.
  if (remaining?.schema === false && !remaining.evaluated.all) {
    const { names, patterns, guarded } = remaining.evaluated;
    if (guarded.length === 0) closures.push({ names: new Set(names), patterns });
  }
  return closures;
}

/** Both hold. */
function meet(a: Facts, b: Facts): Facts {
  const kinds = intersection(a.kinds, b.kinds);
  const tags = new Map(a.tags);
  for (const [name, values] of b.tags) {
    const other = tags.get(name);
    tags.set(name, other === undefined ? values : intersection(values, other));
  }
  const values = a.values && b.values ? intersection(a.values, b.values) : (a.values ?? b.values);
  return {
    kinds: values?.size === 0 ? new Set() : kinds,
    ...(values && { values }),
    tags,
    required: union([a.required, b.required]),
    closures: [...a.closures, ...b.closures],
    never: union([a.never, b.never]),
  };
}

/** At least one holds. What is said of objects comes from those that allow one. */
function join(facts: readonly Facts[]): Facts {
  const kinds = union(facts.map((one) => one.kinds));
  const values = facts.map((one) => one.values);
  const known = values.filter((one) => one !== undefined);
  const objects = facts.filter((one) => one.kinds.has('object'));
  const [first, ...others] = objects;
  const listed = known.length === values.length ? { values: union(known) } : {};
  if (first === undefined) return { ...ANYTHING, kinds, ...listed };
  return {
    kinds,
    ...listed,
    tags: joinTags(objects),
    required: others.reduce((all, one) => intersection(all, one.required), first.required),
    closures: joinClosures(objects),
    never: new Set(
      [...union(objects.map((one) => one.never))].filter((name) =>
        objects.every((one) => !canHave(one, name)),
      ),
    ),
  };
}

function joinTags(objects: readonly Facts[]): ReadonlyMap<string, ReadonlySet<Scalar>> {
  const names = union(objects.map((one) => new Set(one.tags.keys())));
  const joined = new Map<string, ReadonlySet<Scalar>>();
  for (const name of names) {
    const lists = objects.map((one) => tagValues(one, name));
    const known = lists.filter((list) => list !== undefined);
    if (known.length === lists.length) joined.set(name, union(known));
  }
  return joined;
}

/** Values of a property where it is present; `undefined` for any. */
export function tagValues(facts: Facts, name: string): ReadonlySet<Scalar> | undefined {
  return canHave(facts, name) ? facts.tags.get(name) : new Set();
}

function joinClosures(objects: readonly Facts[]): Closure[] {
  const merged: Closure[] = [];
  for (const { closures } of objects) {
    const [closure] = closures;
    if (closure === undefined) return [];
    merged.push(closure);
  }
  return [
    {
      names: union(merged.map((closure) => closure.names)),
      patterns: merged.flatMap((closure) => closure.patterns),
    },
  ];
}

function intersection<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): ReadonlySet<T> {
  return new Set([...a].filter((item) => b.has(item)));
}

function union<T>(sets: readonly ReadonlySet<T>[]): ReadonlySet<T> {
  return new Set(sets.flatMap((set) => [...set]));
}

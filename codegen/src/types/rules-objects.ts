import type { Evaluated, SchemaObject } from '../schema/dialect.js';
import {
  ANY_OBJECT,
  isNever,
  NEVER,
  type ObjectAtom,
  otherKinds,
  type PatternProp,
  type Prop,
  type Scalar,
  type Type,
  UNKNOWN,
} from './ir.js';
import { meet, meetAll } from './meet.js';
import { typeOfName } from './meet-shapes.js';
import { namePattern } from './patterns.js';
import type { Rule } from './rule.js';
import type { Scope } from './scope.js';
import { union } from './union.js';

/** Alternatives that conditions on the presence of names may add; further ones are dropped. */
const MAX_CONDITIONS = 3;

/** Property schemas and `required` restrict objects alone; a required name without a schema gets its pattern's or the rest's. */
export const ofProperties: Rule = (schema, scope) => {
  const { properties, required, patternProperties, additionalProperties } = schema;
  if (!properties && !required && !patternProperties && additionalProperties === undefined)
    return UNKNOWN;
  return [...objectOf(schema, scope), ...otherKinds('object')];
};

function objectOf(schema: SchemaObject, scope: Scope): Type {
  const { required = [], additionalProperties } = schema;
  const within = scope.nested('object');
  const meetParts = (a: Type, b: Type) => meet(a, b, within);
  const { patterns, names, every } = patternsOf(schema, within);
  const rest =
    every ?? (additionalProperties === undefined ? UNKNOWN : within.widen(additionalProperties));
  const index = every || additionalProperties !== undefined ? 'declared' : 'silent';
  const bare: ObjectAtom = { ...ANY_OBJECT, patterns, rest, index };
  const props = new Map<string, Prop>();
  for (const [name, own] of schema.properties ?? []) {
    const matched =
      patterns.length > 0 || every
        ? typeOfName({ ...bare, rest: every ?? UNKNOWN }, name, meetParts)
        : UNKNOWN;
    const notes = typeof own === 'boolean' ? undefined : own.notes;
    props.set(name, {
      type: meetParts(within.widen(own), matched),
      required: required.includes(name),
      notes,
    });
  }
  for (const name of [...names, ...required]) {
    if (props.has(name)) continue;
    props.set(name, { type: typeOfName(bare, name, meetParts), required: required.includes(name) });
  }
  const isImpossible = [...props.values()].some((prop) => prop.required && isNever(prop.type));
  return isImpossible ? NEVER : [{ ...bare, props }];
}

/** Patterns that match a few names become those names; one that matches every name is what the rest must be. */
function patternsOf(
  schema: SchemaObject,
  within: Scope,
): { patterns: readonly PatternProp[]; names: readonly string[]; every: Type | undefined } {
  const read = (schema.patternProperties ?? []).map(([source, part]) => {
    return { source, type: within.widen(part), form: namePattern(source) };
  });
  const all = read.filter(({ form }) => form.free === 'all').map(({ type }) => type);
  const every = all.length > 0 ? meetAll(all, within) : undefined;
  const patterns = read
    .filter(({ form }) => form.free !== 'all')
    .map(({ source, type }) => ({ source, type: every ? meet(type, every, within) : type }));
  return { patterns, names: read.flatMap(({ form }) => form.names), every };
}

/** `propertyNames` with a list of names closes the object to those. */
export const ofPropertyNames: Rule = ({ propertyNames }, scope) => {
  if (propertyNames === undefined) return UNKNOWN;
  const names = namesIn(scope.nested('object').widen(propertyNames), scope);
  if (!names) return UNKNOWN;
  const props = names.map((name): [string, Prop] => [name, { type: UNKNOWN, required: false }]);
  return [{ ...ANY_OBJECT, props: new Map(props), rest: NEVER }, ...otherKinds('object')];
};

function namesIn(type: Type, scope: Scope): readonly string[] | undefined {
  const names = type.map((atom): readonly Scalar[] | undefined => {
    if (atom.kind === 'ref') {
      const expanded = scope.expand(atom.id);
      return expanded && namesIn(expanded.type, expanded.scope);
    }
    if (atom.kind === 'any' || atom.kind === 'both') return undefined;
    return atom.kind === 'scalar' && atom.of === 'string' ? atom.only : [];
  });
  if (names.includes(undefined)) return undefined;
  return names.flatMap((values) => values ?? []).filter((value) => typeof value === 'string');
}

/** `dependentRequired`: either the name is absent, or the others are there too. */
export const ofDependentRequired: Rule = ({ dependentRequired = [] }, scope) => {
  const types = dependentRequired
    .filter(([, required]) => required.length > 0)
    .slice(0, MAX_CONDITIONS)
    .map(([name, required]) => either(absent(name), present([name, ...required])));
  return meetAll(types, scope);
};

/** `dependentSchemas`: either the name is absent, or the schema holds. */
export const ofDependentSchemas: Rule = ({ dependentSchemas = [] }, scope) => {
  const types = dependentSchemas
    .slice(0, MAX_CONDITIONS)
    .map(([name, schema]) =>
      either(absent(name), meet(present([name]), scope.widen(schema), scope)),
    );
  return meetAll(types, scope);
};

function either(a: Type, b: Type): Type {
  return union([a, b, otherKinds('object')]);
}

function absent(name: string): Type {
  return [{ ...ANY_OBJECT, props: new Map([[name, { type: NEVER, required: false }]]) }];
}

function present(names: readonly string[]): Type {
  const props = names.map((name): [string, Prop] => [name, { type: UNKNOWN, required: true }]);
  return [{ ...ANY_OBJECT, props: new Map(props) }];
}

/** `unevaluatedProperties: false` closes softly: a later meet still adds names, and only what is printed is closed. */
export const ofRemaining: Rule = ({ remaining }, _scope, soFar) => {
  if (remaining?.schema !== false) return UNKNOWN;
  const evaluated = flatten(remaining.evaluated);
  const isCovered = evaluated.every(
    (part) => !part.all && soFar.every((atom) => covers(atom, part)),
  );
  return isCovered ? [{ ...ANY_OBJECT, index: 'sealed' }, ...otherKinds('object')] : UNKNOWN;
};

function flatten(evaluated: Evaluated): readonly Evaluated[] {
  return [evaluated, ...evaluated.guarded.flatMap((part) => flatten(part.evaluated))];
}

/** Whether a type names everything that may be evaluated: what it doesn't name, closing would refuse. */
function covers(atom: Type[number], { names, patterns }: Evaluated): boolean {
  if (atom.kind === 'scalar' || atom.kind === 'array') return true;
  if (atom.kind !== 'object') return false;
  return (
    names.every((name) => atom.props.has(name)) &&
    patterns.every((source) => atom.patterns.some((pattern) => pattern.source === source))
  );
}

import type { Schema, SchemaObject, TypeName } from '../schema/dialect.js';
import {
  ANY_OBJECT,
  byKind,
  EVERY_KIND,
  isNever,
  kindOf,
  NEVER,
  type Prop,
  type Scalar,
  type Type,
  UNKNOWN,
} from './ir.js';
import { meetAll } from './meet.js';
import type { Scope } from './scope.js';
import { allBut, union, without } from './union.js';

/** Keywords that say nothing about whether a value matches. */
const SILENT: ReadonlySet<string> = new Set(['notes', 'at']);

/**
 * A type that covers every value a schema refuses. A value is refused by at least one keyword, so it is the union of
 * the keywords' complements; one keyword without an answer here makes it `unknown`.
 */
export function complement(schema: Schema, scope: Scope): Type {
  if (typeof schema === 'boolean') return schema ? NEVER : UNKNOWN;
  if (!scope.spend(1)) return UNKNOWN;
  const keywords = Object.keys(schema).filter((keyword) => !SILENT.has(keyword));
  return union(keywords.map((keyword) => ANSWERS[keyword]?.(schema, scope) ?? UNKNOWN));
}

type Answer = (schema: SchemaObject, scope: Scope) => Type;

const ANSWERS: Readonly<Record<string, Answer>> = {
  call: ({ call }, scope) => {
    const inside = call === undefined ? undefined : scope.inverted(call);
    return inside ? complement(inside.schema, inside.scope) : UNKNOWN;
  },
  type: ({ type = [] }) => kindsWithout(type),
  enum: (schema) => valuesWithout(schema.enum?.filter(isScalar) ?? []),
  required: ({ required = [], properties = [] }) => {
    // A property that is required and has an answer of its own says both at once, under `properties`.
    const joint = properties.length === 1 ? properties[0]?.[0] : undefined;
    return union(
      required.filter((name) => name !== joint).map((name) => objectWith(name, NEVER, false)),
    );
  },
  properties: ({ required = [], properties = [] }, scope) =>
    union(
      properties.map(([name, schema]) => {
        const isJoint = properties.length === 1 && required.includes(name);
        return objectWith(name, complement(schema, scope.nested('object')), !isJoint);
      }),
    ),
  allOf: ({ allOf = [] }, scope) => union(allOf.map((part) => complement(part, scope))),
  anyOf: ({ anyOf = [] }, scope) =>
    meetAll(
      anyOf.map((branch) => complement(branch, scope)),
      scope,
    ),
  not: (schema, scope) => (schema.not === undefined ? NEVER : scope.widen(schema.not)),
};

function kindsWithout(names: readonly TypeName[]): Type {
  // What is no integer may still be a number.
  const gone = new Set<string>(names.filter((name) => name !== 'integer'));
  return Object.entries(EVERY_KIND).flatMap(([kind, atom]) => (gone.has(kind) ? [] : [atom]));
}

function valuesWithout(values: readonly Scalar[]): Type {
  return byKind(UNKNOWN).flatMap((atom): Type => {
    if (atom.kind !== 'scalar') return [atom];
    const gone = values.filter((value) => kindOf(value) === atom.of);
    if (!atom.only) return [allBut(atom.of, gone)];
    const only = without(atom.only, gone);
    return only.length === 0 ? [] : [{ ...atom, only }];
  });
}

function objectWith(name: string, type: Type, required: boolean): Type {
  if (required && isNever(type)) return NEVER;
  const prop: Prop = { type, required };
  return [{ ...ANY_OBJECT, props: new Map([[name, prop]]) }];
}

function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value !== 'object';
}

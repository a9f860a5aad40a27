import type { Annotations, DefinitionId, Json } from '../schema/dialect.js';

/**
 * The type algebra: a type is the union of its atoms, and no atoms are `never`.
 *
 * Every type stands for *at least* the values of the schema it was made from. Names, index signatures and tuples
 * keep more than TypeScript can print (patterns as regular expressions, literals that were excluded), because a
 * later meet may still make something of it; `members.ts` and `schema-of.ts` decide what can be said in the end.
 */
export type Type = readonly Atom[];

export type Atom = AnyAtom | ScalarAtom | ArrayAtom | ObjectAtom | RefAtom | BothAtom;

export interface AnyAtom {
  readonly kind: 'any';
}

export type Scalar = null | boolean | number | string;
export type ScalarKind = 'null' | 'boolean' | 'number' | 'string';

/** Either only these values of a kind, or all of the kind except these. `null` and `boolean` are always spelled out. */
export interface ScalarAtom {
  readonly kind: 'scalar';
  readonly of: ScalarKind;
  readonly only?: readonly Scalar[];
  readonly except?: readonly Scalar[];
}

/** Items by position, the first `min` of them required, then any number of `rest`. No type in `prefix` is `never`. */
export interface ArrayAtom {
  readonly kind: 'array';
  readonly prefix: readonly Type[];
  readonly min: number;
  readonly rest: Type;
}

export interface ObjectAtom {
  readonly kind: 'object';
  /** A name's type already includes what the patterns that match it demand. */
  readonly props: ReadonlyMap<string, Prop>;
  readonly patterns: readonly PatternProp[];
  /** Of names that are neither in `props` nor match a pattern; `never` closes the object. */
  readonly rest: Type;
  /** Whether the schema says in so many words that there may be further names, says nothing, or closes softly. */
  readonly index: 'declared' | 'silent' | 'sealed';
}

export interface Prop {
  readonly type: Type;
  readonly required: boolean;
  readonly notes?: Annotations | undefined;
}

export interface PatternProp {
  readonly source: string;
  readonly type: Type;
}

export interface RefAtom {
  readonly kind: 'ref';
  readonly id: DefinitionId;
}

/** An intersection that was not worked out: of definitions within a cycle, or too large to distribute. */
export interface BothAtom {
  readonly kind: 'both';
  readonly parts: readonly Type[];
}

export const NEVER: Type = [];
export const UNKNOWN: Type = [{ kind: 'any' }];

export const ANY_OBJECT: ObjectAtom = {
  kind: 'object',
  props: new Map(),
  patterns: [],
  rest: UNKNOWN,
  index: 'silent',
};
export const ANY_ARRAY: ArrayAtom = { kind: 'array', prefix: [], min: 0, rest: UNKNOWN };
const SCALARS: Readonly<Record<ScalarKind, ScalarAtom>> = {
  string: { kind: 'scalar', of: 'string' },
  number: { kind: 'scalar', of: 'number' },
  boolean: { kind: 'scalar', of: 'boolean', only: [false, true] },
  null: { kind: 'scalar', of: 'null', only: [null] },
};

/** One atom for each kind of JSON value; together they are `unknown`. */
export const EVERY_KIND: Readonly<Record<'object' | 'array' | ScalarKind, Atom>> = {
  object: ANY_OBJECT,
  array: ANY_ARRAY,
  ...SCALARS,
};

export function isNever(type: Type): boolean {
  return type.length === 0;
}

export function isUnknown(type: Type): boolean {
  return type.some((atom) => atom.kind === 'any');
}

export function isAnyObject(atom: ObjectAtom): boolean {
  return atom.props.size === 0 && atom.patterns.length === 0 && isUnknown(atom.rest);
}

export function isAnyArray(atom: ArrayAtom): boolean {
  return atom.prefix.length === 0 && atom.min === 0 && isUnknown(atom.rest);
}

/** `unknown` kind by kind, for operations that look at kinds. */
export function byKind(type: Type): Type {
  return isUnknown(type) ? Object.values(EVERY_KIND) : type;
}

/** Every kind of value but one: what a keyword of that one kind leaves alone. */
export function otherKinds(kind: 'object' | 'array'): Type {
  return Object.entries(EVERY_KIND).flatMap(([name, atom]) => (name === kind ? [] : [atom]));
}

export function kindOf(value: Scalar): ScalarKind {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'number';
  return value === null ? 'null' : 'boolean';
}

/** The type of exactly this JSON value. */
export function literal(value: Json): Type {
  if (value === null || typeof value !== 'object') {
    // JSON.parse makes Infinity of 1e400, which no literal type can say.
    if (typeof value === 'number' && !Number.isFinite(value)) return [SCALARS.number];
    return [{ kind: 'scalar', of: kindOf(value), only: [value] }];
  }
  if (isList(value)) {
    return [{ kind: 'array', prefix: value.map(literal), min: value.length, rest: NEVER }];
  }
  const props = new Map(
    Object.entries(value).map(([name, item]) => [name, { type: literal(item), required: true }]),
  );
  return [{ ...ANY_OBJECT, props, rest: NEVER }];
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

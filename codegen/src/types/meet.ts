import {
  type Atom,
  type BothAtom,
  isNever,
  isUnknown,
  NEVER,
  type ObjectAtom,
  type RefAtom,
  type ScalarAtom,
  type Type,
  UNKNOWN,
} from './ir.js';
import { meetArrays, meetObjects } from './meet-shapes.js';
import type { Scope } from './scope.js';
import { allBut, atomKey, typeKey, union, within, without } from './union.js';

/** Objects that a distribution may leave behind; more stay an intersection. */
const MAX_OBJECTS = 64;
const MAX_PAIRS = 4_096;
/** Members an intersection may multiply to for the compiler, which gives up (TS2590) at 100,000. */
const MAX_WEIGHT = 2_000;

/**
 * What both types admit: same kinds meet, different kinds are `never`, unions distribute. Exact, until a budget is
 * used up; then the later type is dropped in part or whole, which is wider, and still true.
 */
export function meet(a: Type, b: Type, scope: Scope): Type {
  if (isUnknown(a)) return b;
  if (isUnknown(b) || isNever(a) || typeKey(a) === typeKey(b)) return a;
  if (isNever(b)) return b;
  if (!scope.spend(1)) return a;
  const left = split(a);
  const right = split(b);
  return union([
    meetPlain(left.plain, right.plain, scope),
    ...left.opaque.map((atom) => meetOpaque(atom, b, scope, 'before')),
    ...right.opaque.map((atom) => meetOpaque(atom, left.plain, scope, 'after')),
  ]);
}

export function meetAll(types: readonly Type[], scope: Scope): Type {
  return types.reduce((met, type) => meet(met, type, scope), UNKNOWN);
}

function split(type: Type): { plain: Type; opaque: readonly (RefAtom | BothAtom)[] } {
  const opaque = type.filter((atom) => atom.kind === 'ref' || atom.kind === 'both');
  return { plain: opaque.length === 0 ? type : type.filter((atom) => !isOpaque(atom)), opaque };
}

function isOpaque(atom: Atom): atom is RefAtom | BothAtom {
  return atom.kind === 'ref' || atom.kind === 'both';
}

/** A reference keeps its name where the other side takes nothing away, and is worked out where it does. */
function meetOpaque(
  atom: RefAtom | BothAtom,
  other: Type,
  scope: Scope,
  order: 'before' | 'after',
): Type {
  if (isNever(other)) return NEVER;
  const key = atomKey(atom);
  if (other.some((member) => atomKey(member) === key)) return [atom];
  const expanded = atom.kind === 'ref' ? scope.expand(atom.id) : undefined;
  if (!expanded) return isRecursive(atom) ? refine(atom, other, scope) : both([atom], other, scope);
  const [first, second] = order === 'before' ? [expanded.type, other] : [other, expanded.type];
  const met = meet(first, second, expanded.scope);
  return typeKey(met) === typeKey(expanded.type) ? [atom] : met;
}

function isRecursive(atom: RefAtom | BothAtom): boolean {
  return atom.kind === 'ref' || atom.parts.some((part) => part.some(({ kind }) => kind === 'ref'));
}

/**
 * A definition met within itself stays a name, beside the names and scalars that are asked of it there; anything more
 * could make the compiler unfold it without end (TS2589), or find the alias circular (TS2456).
 */
function refine(atom: RefAtom | BothAtom, other: Type, scope: Scope): Type {
  const isObject = atom.kind === 'both' || scope.isObject(atom.id);
  const [object, ...others] = isObject ? other.filter(({ kind }) => kind === 'object') : other;
  if (object?.kind !== 'object' || others.length > 0 || !scope.isDeferred) return [atom];
  if (!isFlat(object)) return [atom];
  return both([atom], [{ ...object, index: 'sealed' }], scope);
}

function isFlat({ props, patterns, rest }: ObjectAtom): boolean {
  const types = [...props.values()].flatMap(({ type }) => type);
  const isSimple = types.every(({ kind }) => kind === 'any' || kind === 'scalar');
  return isSimple && props.size > 0 && patterns.length === 0 && isUnknown(rest);
}

function both(a: Type, b: Type, scope: Scope): Type {
  if (scope.weight(a) * scope.weight(b) > MAX_WEIGHT) return a;
  const parts = [a, b].flatMap((type) => {
    const [atom] = type;
    return type.length === 1 && atom?.kind === 'both' ? atom.parts : [type];
  });
  return [{ kind: 'both', parts }];
}

function meetPlain(a: Type, b: Type, scope: Scope): Type {
  const objects = (type: Type) => type.filter((atom) => atom.kind === 'object');
  const arrays = (type: Type) => type.filter((atom) => atom.kind === 'array');
  const scalars = (type: Type) => type.filter((atom) => atom.kind === 'scalar');
  return union([
    distribute(objects(a), objects(b), scope, (x, y) =>
      meetObjects(x, y, inside(scope, 'object')),
    ) ?? both(objects(a), objects(b), scope),
    // The compiler looks into arrays at once where an alias is made of them, so they get no intersection.
    distribute(arrays(a), arrays(b), scope, (x, y) => meetArrays(x, y, inside(scope, 'array'))) ??
      arrays(a),
    scalars(a).flatMap((x) => scalars(b).flatMap((y) => meetScalars(x, y))),
  ]);
}

/** The union of all pairs' meets; nothing where it would be too large. */
function distribute<T extends Atom>(
  left: readonly T[],
  right: readonly T[],
  scope: Scope,
  meetTwo: (a: T, b: T) => Type,
): Type | undefined {
  const pairs = left.length * right.length;
  if (pairs > MAX_PAIRS || (pairs > 1 && !scope.spend(pairs))) return undefined;
  const met = union(left.map((x) => union(right.map((y) => meetTwo(x, y)))));
  const isLarge = met.length > MAX_OBJECTS && met.length > Math.max(left.length, right.length);
  return isLarge ? undefined : met;
}

function inside(scope: Scope, kind: 'object' | 'array'): (a: Type, b: Type) => Type {
  const nested = scope.nested(kind);
  return (a, b) => meet(a, b, nested);
}

function meetScalars(a: ScalarAtom, b: ScalarAtom): Type {
  if (a.of !== b.of) return NEVER;
  if (!a.only && !b.only) {
    return [allBut(a.of, [...without(a.except ?? [], b.except ?? []), ...(b.except ?? [])])];
  }
  const finite = a.only ? a : b;
  const other = finite === a ? b : a;
  const values = finite.only ?? [];
  const only = other.only ? within(values, other.only) : without(values, other.except ?? []);
  return only.length === 0 ? NEVER : [{ ...finite, only }];
}

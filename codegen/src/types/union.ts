import {
  type Atom,
  EVERY_KIND,
  isAnyArray,
  isAnyObject,
  isUnknown,
  type ObjectAtom,
  type Scalar,
  type ScalarAtom,
  type ScalarKind,
  type Type,
  UNKNOWN,
} from './ir.js';

/**
 * The union of types, without repetitions: `unknown` absorbs everything, scalars of a kind become one atom, an
 * unrestricted object or array absorbs others of its kind, and all kinds together are `unknown`.
 */
export function union(types: readonly Type[]): Type {
  const only = types[0];
  if (types.length === 1 && only) return only;
  const atoms = new Map<string, Atom>();
  const scalars = new Map<ScalarKind, ScalarAtom[]>();
  for (const atom of types.flat()) {
    if (atom.kind === 'any') return UNKNOWN;
    const key = atom.kind === 'scalar' ? atom.of : atomKey(atom);
    if (!atoms.has(key)) atoms.set(key, atom);
    if (atom.kind !== 'scalar') continue;
    const several = scalars.get(atom.of);
    if (several) several.push(atom);
    else scalars.set(atom.of, [atom]);
  }
  for (const [of, several] of scalars) if (several.length > 1) atoms.set(of, either(of, several));
  const merged = absorb([...atoms.values()]);
  return isEverything(merged) ? UNKNOWN : merged;
}

function absorb(atoms: readonly Atom[]): Type {
  const object = atoms.find((atom) => atom.kind === 'object' && isAnyObject(atom));
  const array = atoms.find((atom) => atom.kind === 'array' && isAnyArray(atom));
  return atoms.filter(
    (atom) =>
      !(atom.kind === 'object' && object && atom !== object) &&
      !(atom.kind === 'array' && array && atom !== array),
  );
}

/** The union of atoms of one kind: all that some admit, or all but what every one of them excludes. */
function either(of: ScalarKind, atoms: readonly ScalarAtom[]): ScalarAtom {
  const only = [...new Set(atoms.flatMap((atom) => atom.only ?? []))];
  const open = atoms.filter((atom) => !atom.only);
  if (open.length === 0) return { kind: 'scalar', of, only };
  const [except = [], ...others] = open.map((atom) => atom.except ?? []);
  return allBut(of, without(others.reduce(within, except), only));
}

/** All values of a kind but these. */
export function allBut(of: ScalarAtom['of'], except: readonly Scalar[]): ScalarAtom {
  return except.length === 0 ? { kind: 'scalar', of } : { kind: 'scalar', of, except };
}

export function without(values: readonly Scalar[], gone: readonly Scalar[]): readonly Scalar[] {
  const set = new Set(gone);
  return values.filter((value) => !set.has(value));
}

export function within(values: readonly Scalar[], kept: readonly Scalar[]): readonly Scalar[] {
  const set = new Set(kept);
  return values.filter((value) => set.has(value));
}

function isEverything(type: Type): boolean {
  const wanted = new Set(Object.keys(EVERY_KIND));
  for (const atom of type) {
    if (atom.kind === 'object' && isAnyObject(atom)) wanted.delete('object');
    if (atom.kind === 'array' && isAnyArray(atom)) wanted.delete('array');
    if (atom.kind === 'scalar' && isWhole(atom)) wanted.delete(atom.of);
  }
  return wanted.size === 0;
}

function isWhole({ of, only, except }: ScalarAtom): boolean {
  if (of === 'null') return only?.length === 1;
  if (of === 'boolean') return only?.length === 2;
  return only === undefined && except === undefined;
}

const keys = new WeakMap<Type | Atom, string>();

/** A text that is equal for equal types, whatever the order of their parts. Notes don't count. */
export function typeKey(type: Type): string {
  return remember(type, () => `(${type.map(atomKey).sort().join('|')})`);
}

export function atomKey(atom: Atom): string {
  return remember(atom, () => {
    switch (atom.kind) {
      case 'any':
        return 'any';
      case 'scalar':
        return `${atom.of}${list('=', atom.only)}${list('!', atom.except)}`;
      case 'array':
        return `[${atom.prefix.map(typeKey).join(',')};${atom.min}...${typeKey(atom.rest)}]`;
      case 'object':
        return objectKey(atom);
      case 'ref':
        return `ref ${JSON.stringify(atom.id)}`;
      case 'both':
        return `both(${atom.parts.map(typeKey).sort().join('&')})`;
    }
  });
}

function objectKey(atom: ObjectAtom): string {
  const props = [...atom.props].map(
    ([name, prop]) => `${JSON.stringify(name)}${prop.required ? '' : '?'}:${typeKey(prop.type)}`,
  );
  const patterns = atom.patterns.map(
    ({ source, type }) => `/${JSON.stringify(source)}/${typeKey(type)}`,
  );
  return `{${[...props.sort(), ...patterns.sort()].join(';')};${atom.index}${typeKey(atom.rest)}}`;
}

function list(sign: string, values: readonly Scalar[] | undefined): string {
  return values ? `${sign}${values.map((value) => JSON.stringify(value)).sort()}` : '';
}

function remember<T extends Type | Atom>(value: T, make: () => string): string {
  const known = keys.get(value);
  if (known !== undefined) return known;
  const key = make();
  keys.set(value, key);
  return key;
}

/** The type without the exclusions that TypeScript has no way to say. */
export function printable(type: Type): Type {
  const plain = type.map((atom): Atom => {
    if (atom.kind !== 'scalar' || !atom.except) return atom;
    return { kind: 'scalar', of: atom.of };
  });
  return isUnknown(type) ? UNKNOWN : union(plain.map((atom) => [atom]));
}

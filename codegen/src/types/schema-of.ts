import type { DefinitionId } from '../schema/dialect.js';
import { docComment } from './comments.js';
import {
  type ArrayAtom,
  type Atom,
  isNever,
  isUnknown,
  type ObjectAtom,
  type Prop,
  type Scalar,
  type ScalarAtom,
  type Type,
} from './ir.js';
import { stringLiteral } from './literals.js';
import { type Member, membersOf, type TypeOptions } from './members.js';
import { MARK, type Sheet } from './sheet.js';
import { atomKey, printable, union } from './union.js';

/** The dialect of JSON Schema that json-schema-to-typescript prints faithfully. */
export interface PrintSchema {
  type?: 'string' | 'number' | 'boolean' | 'null' | 'object' | 'array';
  enum?: Scalar[];
  anyOf?: PrintSchema[];
  allOf?: PrintSchema[];
  properties?: Record<string, PrintSchema>;
  required?: string[];
  additionalProperties?: false;
  items?: PrintSchema;
  tsType?: string;
  description?: string;
}

/** Nesting that the printer gets to see at once: it overflows its stack near 500. */
const MAX_DEPTH = 24;
/** Literals that stand beside other members one by one; more are one member. */
const MAX_LOOSE = 50;

export interface Printing {
  readonly sheet: Sheet;
  readonly options: TypeOptions;
  /** Whether a definition leads back to the one that is being printed. */
  readonly isRecursive: (id: DefinitionId) => boolean;
}

/** The schema that prints as this type. */
export function schemaOf(type: Type, printing: Printing, depth = 0): PrintSchema {
  const plain = printable(type);
  if (depth > MAX_DEPTH && !isFlat(plain)) return { tsType: printing.sheet.part(plain) };
  return anyOf(alternatives(plain, printing, depth));
}

function isFlat(type: Type): boolean {
  return type.every(({ kind }) => kind === 'any' || kind === 'scalar' || kind === 'ref');
}

function anyOf(members: PrintSchema[]): PrintSchema {
  const [only] = members;
  return members.length === 1 && only ? only : { anyOf: members };
}

function alternatives(type: Type, printing: Printing, depth: number): PrintSchema[] {
  if (isUnknown(type)) return [{ tsType: 'unknown' }];
  if (isNever(type)) return [{ tsType: 'never' }];
  const scalars = type.filter((atom) => atom.kind === 'scalar');
  const objects = type.filter((atom) => atom.kind === 'object');
  const nulls = scalars.filter(({ of }) => of === 'null');
  const literals = scalars.filter(isListed).flatMap(({ only }) => only ?? []);
  const isOnlyLiterals = type.length === nulls.length + scalars.filter(isListed).length;
  if (isOnlyLiterals && literals.length > 0) {
    const all = [...literals, ...(nulls.length > 0 ? [null] : [])];
    if (all.length > 1) return [literalUnion(all, printing)];
  }
  const families = new Map(familiesOf(objects).map((family) => [family.at(0), family]));
  const loose = type.flatMap((atom): PrintSchema[] => {
    if (atom.kind === 'object') {
      const family = families.get(atom);
      return family ? [familySchema(family, printing, depth)] : [];
    }
    if (atom.kind !== 'scalar') return [atomSchema(atom, printing, depth)];
    if (atom.of === 'null') return [];
    if (!isListed(atom)) return [{ type: atom.of }];
    const values = atom.only ?? [];
    if (values.length > MAX_LOOSE) return [literalUnion(values, printing)];
    return values.map((value) => literalUnion([value], printing));
  });
  return nulls.length > 0 ? [...loose, { type: 'null' }] : loose;
}

/** Whether its values are printed one by one. */
function isListed({ of, only }: ScalarAtom): boolean {
  return only !== undefined && of !== 'null' && !(of === 'boolean' && only.length === 2);
}

function literalUnion(values: readonly Scalar[], { sheet }: Printing): PrintSchema {
  if (values.every(isPlain)) return { enum: [...values] };
  const texts = values.map((value) =>
    typeof value === 'string' ? stringLiteral(value) : String(value),
  );
  return { tsType: sheet.text(texts.length === 1 ? texts.join('') : `(${texts.join(' | ')})`) };
}

/** Whether JSON.stringify, which the printer uses, gives the text we want in the file. */
function isPlain(value: Scalar): boolean {
  return (
    typeof value !== 'string' ||
    (stringLiteral(value) === JSON.stringify(value) && !value.includes(MARK))
  );
}

function atomSchema(
  atom: Exclude<Atom, ScalarAtom | ObjectAtom>,
  printing: Printing,
  depth: number,
): PrintSchema {
  switch (atom.kind) {
    case 'any':
      return { tsType: 'unknown' };
    case 'array':
      return arraySchema(atom, printing, depth);
    case 'ref':
      return { tsType: printing.sheet.reference(atom.id) };
    case 'both':
      return { allOf: atom.parts.map((part) => schemaOf(part, printing, depth + 1)) };
  }
}

function arraySchema(array: ArrayAtom, printing: Printing, depth: number): PrintSchema {
  const { sheet, options } = printing;
  const isTuple = array.prefix.length > 0 || isNever(array.rest);
  const isFilled = options.nonEmptyArrays && array.min > 0;
  if (!isTuple && !isFilled)
    return { type: 'array', items: schemaOf(array.rest, printing, depth + 1) };
  const first = isTuple ? array.prefix : [array.rest];
  const isRecursive = [...first, array.rest].some((item) => mentionsItself(item, printing));
  const isClosed = isNever(array.rest);
  const items = first.map((item, index) => {
    const mark = index < array.min ? '' : '?';
    return isRecursive && isClosed
      ? `item${index}${mark}: ${sheet.part(item)}`
      : `${sheet.part(item)}${mark}`;
  });
  const rest = isClosed ? '' : `${sheet.part(array.rest)}[]`;
  const all = isClosed ? items : [...items, `...${isRecursive ? `(${rest})` : rest}`];
  return { tsType: sheet.compose(`[${all.join(', ')}]`) };
}

/**
 * Whether a type mentions the definition being printed, by itself or as an item. The compiler must then leave the
 * tuple for later, or it finds the alias circular (TS2456): it does for `...(T[])`, not always for `...T[]`, and looks
 * at the types of labelled items later than at those of bare optional ones.
 */
function mentionsItself(type: Type, printing: Printing): boolean {
  return type.some((atom) => {
    if (atom.kind === 'ref') return printing.isRecursive(atom.id);
    return (
      atom.kind === 'array' &&
      [...atom.prefix, atom.rest].some((item) => mentionsItself(item, printing))
    );
  });
}

function objectSchema(object: ObjectAtom, printing: Printing, depth: number): PrintSchema {
  const properties: Record<string, PrintSchema> = {};
  const required: string[] = [];
  for (const member of membersOf(object, printing.options)) {
    const key = printing.sheet.text(member.key);
    properties[key] = memberSchema(member, printing, depth);
    if (!member.optional) required.push(key);
  }
  return { type: 'object', properties, required, additionalProperties: false };
}

function memberSchema(member: Member, printing: Printing, depth: number): PrintSchema {
  const comment = docComment(member.notes);
  const type = schemaOf(member.type, printing, depth + 1);
  const schema = member.orUndefined
    ? anyOf([...(type.anyOf ?? [type]), { tsType: 'undefined' }])
    : type;
  return comment === undefined ? schema : { ...schema, description: printing.sheet.text(comment) };
}

/** Objects that differ in nothing but what is required. */
function familiesOf(objects: readonly ObjectAtom[]): readonly (readonly ObjectAtom[])[] {
  const families = new Map<string, ObjectAtom[]>();
  for (const object of objects) {
    const key = objects.length === 1 ? '' : atomKey(withRequired(object, () => false));
    families.set(key, [...(families.get(key) ?? []), object]);
  }
  return [...families.values()];
}

/** A family is printed once, as `Base & ({ a: A } | { b: B })`, where copies would repeat all of it. */
function familySchema(
  family: readonly ObjectAtom[],
  printing: Printing,
  depth: number,
): PrintSchema {
  const [first, ...others] = family;
  if (!first) return { tsType: 'never' };
  if (others.length === 0) return objectSchema(first, printing, depth);
  const isShared = (name: string) => family.every(({ props }) => props.get(name)?.required);
  const base = objectSchema(withRequired(first, isShared), printing, depth + 1);
  const extras = family.map((object) =>
    [...object.props].filter(([name, prop]) => prop.required && !isShared(name)),
  );
  if (extras.some((extra) => extra.length === 0)) return base;
  const branches = extras.map(
    (extra): Type => [{ ...first, props: new Map(extra.map(bare)), patterns: [], index: 'sealed' }],
  );
  return { allOf: [base, schemaOf(union(branches), printing, depth + 1)] };
}

function bare([name, { type }]: [string, Prop]): [string, Prop] {
  return [name, { type, required: true }];
}

function withRequired(object: ObjectAtom, isRequired: (name: string) => boolean): ObjectAtom {
  const props = [...object.props].map(([name, prop]): [string, Prop] => {
    return [name, { ...prop, required: isRequired(name) }];
  });
  return { ...object, props: new Map(props) };
}

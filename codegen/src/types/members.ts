import type { Annotations } from '../schema/dialect.js';
import { isNever, isUnknown, type ObjectAtom, type Type, UNKNOWN } from './ir.js';
import { propertyKey, templateText } from './literals.js';
import { mayFit, mayOverlap, namePattern, type Template } from './patterns.js';
import { union } from './union.js';

export interface TypeOptions {
  /**
   * Where a schema is silent about further names, `none` prints no index signature, so that a typo in a literal does
   * not compile; `index` prints one, so that literals with further names do. Default: `none`.
   */
  readonly openObjects?: 'none' | 'index';
  /** Whether `minItems: 1` makes `[T, ...T[]]`, which an ordinary `T[]` does not fit. Default: false. */
  readonly nonEmptyArrays?: boolean;
}

/** One line of an object type. */
export interface Member {
  /** As printed: `name`, `"a name"`, `[k: string]`. */
  readonly key: string;
  readonly optional: boolean;
  readonly type: Type;
  /** TypeScript counts an optional property among an index signature's values with `undefined`. */
  readonly orUndefined: boolean;
  readonly notes: Annotations | undefined;
}

/** Even `{}` has these, by inheritance, so an optional property of that name can't be of any other type than theirs. */
const INHERITED: ReadonlySet<string> = new Set([
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  'toString',
  'valueOf',
]);

interface Signature {
  readonly template: Template;
  readonly type: Type;
}

/**
 * The lines of an object type: names in order, then template signatures, then the string index. TypeScript demands of
 * every signature that it covers the names and signatures that fit inside it (TS2411, TS2413), so those widen it.
 */
export function membersOf(object: ObjectAtom, options: TypeOptions): readonly Member[] {
  const signatures = signaturesOf(object);
  const index = indexType(object, signatures.length > 0, options);
  const props = [...object.props].map(([name, { type, required, notes }]) => {
    const inherited = !required && INHERITED.has(name);
    return { name, type: inherited && !index ? UNKNOWN : type, required, notes, inherited };
  });
  // Beside an index signature the name needs no line of its own.
  const named = props.filter(({ inherited }) => !(inherited && index));
  const covered = signatures.map(({ template, type }) => {
    const fits = ({ name }: { name: string }) => mayFit(template, name);
    const types = props.filter(fits).map((prop) => prop.type);
    return { template, type: union([type, ...types]), fitting: named.filter(fits) };
  });
  const templates = connect(covered).map(({ template, type, fitting }): Member => {
    return signature(templateKey(template), type, fitting);
  });
  return [
    ...named.map(({ name, type, required, notes }): Member => {
      return { key: propertyKey(name), optional: !required, type, orUndefined: false, notes };
    }),
    ...templates,
    ...(index ? [signature('[k: string]', coverAll(index, object, templates), named)] : []),
  ];
}

function signature(key: string, type: Type, names: readonly { required: boolean }[]): Member {
  const orUndefined = names.some(({ required }) => !required) && !isUnknown(type);
  return { key, optional: false, type, orUndefined, notes: undefined };
}

function coverAll(index: Type, object: ObjectAtom, templates: readonly Member[]): Type {
  const names = [...object.props.values()].map((prop) => prop.type);
  return union([index, ...names, ...templates.map(({ type }) => type)]);
}

/** The type of names that no line says anything of; nothing where the object is closed, or silent and kept so. */
function indexType(
  object: ObjectAtom,
  hasSignatures: boolean,
  options: TypeOptions,
): Type | undefined {
  const free = object.patterns.filter(({ source }) => namePattern(source).free === 'some');
  const isSilent =
    object.index === 'sealed' || (object.index === 'silent' && options.openObjects !== 'index');
  const isBare = object.props.size === 0 && !hasSignatures;
  if (free.length === 0 && !isBare && (isSilent || isNever(object.rest))) return undefined;
  return union([object.rest, ...free.map(({ type }) => type)]);
}

/**
 * Templates for the object's patterns. A template that is wider than its pattern takes in names that only the rest,
 * or another pattern, has a say about.
 */
function signaturesOf(object: ObjectAtom): readonly Signature[] {
  const all = object.patterns.flatMap(({ source, type }) =>
    namePattern(source).templates.map((template) => ({ template, type })),
  );
  const free = object.patterns.filter(({ source }) => namePattern(source).free === 'some');
  return all
    .map(({ template, type }) => {
      if (template.exact) return { template, type };
      const others = all.filter((other) => mayOverlap(template, other.template));
      return {
        template,
        type: union([type, object.rest, ...[...others, ...free].map((other) => other.type)]),
      };
    })
    .filter(({ type }) => !(isNever(type) && isNever(object.rest)));
}

/** Signatures that may overlap, directly or by way of others, get one type, and each template stands once. */
function connect<T extends Signature & { readonly fitting: readonly { required: boolean }[] }>(
  signatures: readonly T[],
): readonly T[] {
  const byKey = new Map<string, T>();
  for (const signature of signatures) {
    const linked = reach(signature, signatures);
    const type = union(linked.map((other) => other.type));
    const fitting = linked.flatMap((other) => other.fitting);
    const key = templateKey(signature.template);
    if (!byKey.has(key)) byKey.set(key, { ...signature, type, fitting });
  }
  return [...byKey.values()];
}

function reach<T extends Signature>(from: T, signatures: readonly T[]): readonly T[] {
  const reached = new Set([from]);
  for (const next of reached) {
    for (const other of signatures)
      if (mayOverlap(next.template, other.template)) reached.add(other);
  }
  return [...reached];
}

function templateKey({ parts }: Template): string {
  const text = parts
    .map((part) => ('text' in part ? templateText(part.text) : `\${${part.hole}}`))
    .join('');
  return `[k: \`${text}\`]`;
}

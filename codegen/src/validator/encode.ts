import type { Evaluated, Schema, SchemaObject } from '../schema/dialect.js';
import { canonicalJson } from './content.js';
import { dispatch, isLeaf, type Tree } from './dispatch.js';
import type { Facts } from './facts.js';
import { keywordsOf } from './simple.js';
import type { Unit, Units } from './unit.js';

/**
 * A unit's schema as the runtime's explainer reads it (`LoweredSchema` there): calls by function name, unions with
 * the very decision trees that the functions follow.
 */
export function encodeUnit(unit: Unit, units: Units, factsOf: (schema: Schema) => Facts): unknown {
  return encode(unit.schema, { units, factsOf });
}

interface Encoding {
  readonly units: Units;
  readonly factsOf: (schema: Schema) => Facts;
}

function encode(schema: Schema, encoding: Encoding): unknown {
  if (typeof schema === 'boolean') return schema;
  const entries = keywordsOf(schema)
    .filter((keyword) => keyword !== 'anyOf' && keyword !== 'oneOf')
    .map((keyword) => [keyword, encodeKeyword(keyword, schema, encoding)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const unions = [
    ...(schema.anyOf ? [encodeUnion('anyOf', schema.anyOf, encoding)] : []),
    ...(schema.oneOf ? [encodeUnion('oneOf', schema.oneOf, encoding)] : []),
  ];
  return { ...Object.fromEntries(entries), ...(unions.length > 0 && { unions }) };
}

type Pairs = readonly (readonly [string, Schema])[];

function encodeKeyword(
  keyword: keyof SchemaObject,
  schema: SchemaObject,
  encoding: Encoding,
): unknown {
  const one = (part: Schema): unknown => encode(part, encoding);
  switch (keyword) {
    case 'call':
      return encoding.units.get(schema.call ?? '')?.name;
    case 'properties':
    case 'patternProperties':
    case 'dependentSchemas': {
      const pairs: Pairs = schema[keyword] ?? [];
      return pairs.map(([name, part]) => [name, one(part)]);
    }
    case 'additionalProperties':
    case 'propertyNames':
    case 'rest':
    case 'not':
    case 'if':
    case 'then':
    case 'else':
      return one(schema[keyword] ?? true);
    case 'prefix':
    case 'allOf':
      return schema[keyword]?.map(one);
    case 'contains':
      return schema.contains && { ...schema.contains, schema: one(schema.contains.schema) };
    case 'remaining':
      return (
        schema.remaining && {
          schema: one(schema.remaining.schema),
          evaluated: encodeEvaluated(schema.remaining.evaluated, encoding),
        }
      );
    case 'type':
      return schema.type?.length === 1 ? schema.type[0] : schema.type;
    case 'required':
      return requiresAll(schema) ? true : schema.required;
    case 'enum':
      return schema.enum?.map((value): unknown => JSON.parse(canonicalJson(value)));
    default:
      return schema[keyword];
  }
}

function requiresAll({ required, properties }: SchemaObject): boolean {
  const names = new Set((properties ?? []).map(([name]) => name));
  return required?.length === names.size && required.every((name) => names.has(name));
}

function encodeEvaluated(
  { all, names, patterns, guarded }: Evaluated,
  encoding: Encoding,
): unknown {
  return {
    ...(all && { all }),
    ...(names.length > 0 && { names }),
    ...(patterns.length > 0 && { patterns }),
    ...(guarded.length > 0 && {
      guarded: guarded.map(({ when, evaluated }) => ({
        when: encode(when, encoding),
        evaluated: encodeEvaluated(evaluated, encoding),
      })),
    }),
  };
}

function encodeUnion(
  keyword: 'anyOf' | 'oneOf',
  branches: readonly Schema[],
  encoding: Encoding,
): unknown {
  const { kinds, tree } = dispatch(branches, encoding.factsOf);
  return {
    keyword,
    branches: branches.map((branch) => encode(branch, encoding)),
    labels: branches.map((branch) => labelOf(branch, encoding)),
    kinds: Object.fromEntries([...kinds].filter(([, indexes]) => indexes.length > 0)),
    tree: encodeTree(tree),
  };
}

function labelOf(branch: Schema, { units }: Encoding): string | null {
  if (typeof branch === 'boolean' || branch.call === undefined) return null;
  return units.get(branch.call)?.label ?? null;
}

function encodeTree(tree: Tree): unknown {
  if (isLeaf(tree)) return tree;
  if ('has' in tree) return { has: tree.has, yes: encodeTree(tree.yes), no: encodeTree(tree.no) };
  return {
    tag: tree.tag,
    cases: tree.cases.map(({ values, tree: next }) => [values, encodeTree(next)]),
    other: encodeTree(tree.other),
    absent: encodeTree(tree.absent),
  };
}

/** Formats that a unit's schema asks for. */
export function formatsOf(unit: Unit): ReadonlySet<string> {
  const formats = new Set<string>();
  const visit = (value: unknown, key: string): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, '');
    else if (typeof value === 'object' && value !== null) {
      for (const [name, item] of Object.entries(value)) {
        if (name !== 'at' && name !== 'notes' && name !== 'enum') visit(item, name);
      }
    } else if (key === 'format' && typeof value === 'string') formats.add(value);
  };
  visit(unit.schema, '');
  return formats;
}

import { canonical } from './canonical.js';
import type { Annotations, Json, Schema, SchemaObject, TypeName } from './dialect.js';
import { NOTHING } from './evaluated.js';
import { isFormat } from './formats.js';
import { TYPE_NAMES } from './keyword-rules.js';
import { isRecord } from './pointer.js';

/** The keywords of one schema, those with values that its draft does not allow left out. */
export type Said = ReadonlyMap<string, unknown>;

/** Lowers a subschema: the value of a keyword, or an entry in it. */
export type Sub = (keyword: string, token?: string | number) => Schema;

export type Keywords = Omit<SchemaObject, 'at' | 'call'>;

/** One schema's keywords in the dialect; `false` where they allow nothing. */
export function lowerKeywords(said: Said, sub: Sub): Keywords | false {
  const allowed = enumeration(said);
  if (allowed?.length === 0) return false;
  return {
    ...types(said),
    ...(allowed && { enum: allowed }),
    ...numbers(said),
    ...strings(said),
    ...objects(said, sub),
    ...arrays(said, sub),
    ...combinations(said, sub),
    ...notes(said),
  };
}

function types(said: Said): Keywords {
  const type = said.get('type');
  const names = TYPE_NAMES.filter((name) => (Array.isArray(type) ? type : [type]).includes(name));
  if (names.length === 0) return {};
  const nullable = said.get('nullable') === true && !names.includes('null');
  const written = Array.isArray(type) ? type.filter((name) => isTypeName(name)) : names;
  return { type: nullable ? [...written, 'null'] : written };
}

function isTypeName(name: unknown): name is TypeName {
  return TYPE_NAMES.some((each) => each === name);
}

function enumeration(said: Said): readonly Json[] | undefined {
  const listed = said.get('enum');
  const values = Array.isArray(listed) ? distinct(listed.filter(isJson)) : undefined;
  const constant = said.has('const') ? said.get('const') : undefined;
  if (constant === undefined || !isJson(constant)) return values;
  const key = canonical(constant);
  return values?.every((value) => canonical(value) !== key) ? [] : [constant];
}

function distinct(values: readonly Json[]): Json[] {
  return [...new Map(values.map((value) => [canonical(value), value])).values()];
}

function numbers(said: Said): Keywords {
  const [minimum, maximum] = [number(said, 'minimum'), number(said, 'maximum')];
  // Draft-04 says of a bound that it is exclusive; later drafts have exclusive bounds beside it.
  const above = said.get('exclusiveMinimum') === true ? minimum : number(said, 'exclusiveMinimum');
  const below = said.get('exclusiveMaximum') === true ? maximum : number(said, 'exclusiveMaximum');
  return defined({
    minimum: said.get('exclusiveMinimum') === true ? undefined : minimum,
    maximum: said.get('exclusiveMaximum') === true ? undefined : maximum,
    exclusiveMinimum: above,
    exclusiveMaximum: below,
    multipleOf: number(said, 'multipleOf'),
  });
}

function strings(said: Said): Keywords {
  const format = text(said, 'format');
  return defined({
    minLength: number(said, 'minLength'),
    maxLength: number(said, 'maxLength'),
    pattern: text(said, 'pattern'),
    format: format !== undefined && isFormat(format) ? format : undefined,
  });
}

function objects(said: Said, sub: Sub): Keywords {
  const dependents = entries(said, 'dependencies');
  const dependentRequired = [
    ...dependents.filter(([, value]) => Array.isArray(value)),
    ...entries(said, 'dependentRequired'),
  ].map(([name, names]) => [name, textList(names)] as const);
  const dependentSchemas = [
    ...dependents
      .filter(([, value]) => !Array.isArray(value))
      .map(([name]) => [name, sub('dependencies', name)] as const),
    ...pairs(said, 'dependentSchemas', sub),
  ];
  const required = textList(said.get('required'));
  return defined({
    properties: said.has('properties') ? pairs(said, 'properties', sub) : undefined,
    required: some(required),
    patternProperties: some(sorted(pairs(said, 'patternProperties', sub))),
    additionalProperties: single(said, 'additionalProperties', sub),
    propertyNames: single(said, 'propertyNames', sub),
    minProperties: number(said, 'minProperties'),
    maxProperties: number(said, 'maxProperties'),
    dependentRequired: some(sorted(dependentRequired)),
    dependentSchemas: some(sorted(dependentSchemas)),
    remaining: said.has('unevaluatedProperties')
      ? { schema: sub('unevaluatedProperties'), evaluated: NOTHING }
      : undefined,
  });
}

function arrays(said: Said, sub: Sub): Keywords {
  const tuple = Array.isArray(said.get('items')) ? 'items' : 'prefixItems';
  const prefix = list(said, tuple, sub);
  const rest = tuple === 'items' ? 'additionalItems' : 'items';
  return defined({
    prefix: some(prefix),
    rest: single(said, rest, sub),
    minItems: number(said, 'minItems'),
    maxItems: number(said, 'maxItems'),
    uniqueItems: said.get('uniqueItems') === true ? true : undefined,
    contains: contains(said, sub),
  });
}

function contains(said: Said, sub: Sub): SchemaObject['contains'] {
  const schema = single(said, 'contains', sub);
  const min = number(said, 'minContains') ?? 1;
  const max = number(said, 'maxContains');
  return schema === undefined || (min === 0 && max === undefined)
    ? undefined
    : { schema, min, max };
}

function combinations(said: Said, sub: Sub): Keywords {
  const conditional = said.has('if');
  return defined({
    allOf: some(list(said, 'allOf', sub)),
    anyOf: some(list(said, 'anyOf', sub)),
    oneOf: some(list(said, 'oneOf', sub)),
    not: single(said, 'not', sub),
    if: single(said, 'if', sub),
    then: conditional ? single(said, 'then', sub) : undefined,
    else: conditional ? single(said, 'else', sub) : undefined,
  });
}

function notes(said: Said): Keywords {
  const examples = said.get('examples');
  const value = said.get('default');
  const notes: Annotations = defined({
    title: text(said, 'title'),
    description: text(said, 'description'),
    deprecated: said.get('deprecated') === true ? true : undefined,
    default: isJson(value) ? value : undefined,
    examples: Array.isArray(examples) ? examples.filter(isJson) : undefined,
  });
  return Object.keys(notes).length === 0 ? {} : { notes };
}

function single(said: Said, keyword: string, sub: Sub): Schema | undefined {
  return said.has(keyword) ? sub(keyword) : undefined;
}

function list(said: Said, keyword: string, sub: Sub): Schema[] {
  const value = said.get(keyword);
  return Array.isArray(value) ? value.map((_, index) => sub(keyword, index)) : [];
}

function pairs(said: Said, keyword: string, sub: Sub): (readonly [string, Schema])[] {
  return entries(said, keyword).map(([name]) => [name, sub(keyword, name)]);
}

function entries(said: Said, keyword: string): [string, unknown][] {
  const value = said.get(keyword);
  return isRecord(value) ? Object.entries(value) : [];
}

function sorted<T>(pairs: readonly (readonly [string, T])[]): (readonly [string, T])[] {
  return pairs.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function some<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items;
}

function number(said: Said, keyword: string): number | undefined {
  const value = said.get(keyword);
  return typeof value === 'number' ? value : undefined;
}

function text(said: Said, keyword: string): string | undefined {
  const value = said.get(keyword);
  return typeof value === 'string' ? value : undefined;
}

function textList(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

export function isJson(value: unknown): value is Json {
  if (Array.isArray(value)) return value.every(isJson);
  if (isRecord(value)) return Object.values(value).every(isJson);
  return value === null || ['boolean', 'number', 'string'].includes(typeof value);
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the keys that are undefined, as the type says and TypeScript cannot see. */
function defined<T extends object>(record: T): Defined<T> {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<T>;
}

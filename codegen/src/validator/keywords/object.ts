import { getProperty } from 'ajv/dist/compile/codegen/index.js';
import {
  _,
  type Code,
  type CodeKeywordDefinition,
  type KeywordCxt,
  type Name,
} from 'ajv/dist/core.js';
import type { Schema, SchemaObject } from '../../schema/dialect.js';
import { type FunctionContext, HELPERS, maybe } from '../context.js';
import { KINDS } from '../facts.js';
import { keywordsOf } from '../simple.js';
import { failIf, isInherited, judge, nameSet, or } from './emit.js';
import { checkNames } from './object-names.js';
import type { ForKind } from './regroup.js';

/**
 * `object`: everything about an object's fields. The order is by cost: the kind, what must be there, scalars, the count
 * of fields where the object is closed, then structures, so that a wrong branch of a union fails early.
 */
export function objectKeyword(context: FunctionContext): CodeKeywordDefinition {
  return {
    keyword: 'object',
    code(cxt) {
      const { schema, mode }: ForKind = cxt.schema;
      if (mode === 'must') {
        mustBeObject(cxt, context);
        fields(cxt, context, schema);
      } else {
        ifObject(cxt, context, () => fields(cxt, context, schema));
      }
    },
  };
}

/** Refuse what is no object; after it, the object is seen without what it inherits. */
export function mustBeObject({ gen, it }: KeywordCxt, context: FunctionContext): void {
  const { data } = it;
  if (context.plain.has(data.str)) return;
  failIf(gen, _`(${data} = ${HELPERS.asObject}(${data})) === undefined`);
  context.plain.add(data.str);
}

/** Code for a value that is an object, and for one that is not. */
export function ifObject(
  { gen, it }: KeywordCxt,
  context: FunctionContext,
  then: () => void,
  otherwise?: () => void,
): void {
  const { data } = it;
  if (context.plain.has(data.str)) {
    then();
    return;
  }
  gen.if(_`typeof ${data} === "object" && ${data} !== null && !Array.isArray(${data})`);
  maybe(context, () => {
    gen.assign(data, _`${HELPERS.asObject}(${data})`);
    context.plain.add(data.str);
    then();
  });
  if (otherwise !== undefined) {
    gen.else();
    otherwise();
  }
  gen.endIf();
}

/** The value of a property of its own, of an object made plain. */
export function read(data: Name, name: string): Code {
  if (!isInherited(name)) return _`${data}${getProperty(name)}`;
  return _`(${HELPERS.hasOwn}(${data}, ${name}) ? ${data}${getProperty(name)} : undefined)`;
}

interface Field {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
}

function fields(cxt: KeywordCxt, context: FunctionContext, schema: SchemaObject): void {
  const { gen, it } = cxt;
  const required = new Set(schema.required ?? []);
  const properties = (schema.properties ?? []).map(
    ([name, property]): Field => ({ name, schema: property, required: required.has(name) }),
  );
  const cheap = properties.filter(({ schema: property }) => isCheap(property));
  const costly = properties.filter(({ schema: property }) => !isCheap(property));
  const caught = new Set(
    properties.filter((field) => refusesAbsence(context, field)).map(({ name }) => name),
  );
  const missing = [...required].filter((name) => !caught.has(name));
  if (missing.length > 0) {
    failIf(gen, or(missing.map((name) => _`${read(it.data, name)} === undefined`)));
  }
  const counting = isCounted(schema);
  const count = counting ? gen.let('n', numberOfRequired(properties)) : undefined;
  for (const field of cheap) judgeField(cxt, field, count);
  const values = costly.map((field) => readField(cxt, field, count));
  if (count !== undefined) checkCount(cxt, context, properties, count);
  for (const [index, field] of costly.entries()) {
    const value = values[index];
    if (value !== undefined) judgeValue(cxt, field, value);
  }
  checkNames(cxt, context, schema, counting);
  checkSizes(cxt, schema);
  checkDependents(cxt, context, schema);
}

const SCALAR_KEYWORDS: ReadonlySet<string> = new Set([
  'type',
  'enum',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'format',
]);

/** Judged without a look inside. */
function isCheap(schema: Schema): boolean {
  return (
    typeof schema === 'boolean' ||
    keywordsOf(schema).every((keyword) => SCALAR_KEYWORDS.has(keyword))
  );
}

/** Whether the property's own check refuses `undefined`, which is of no kind. */
function refusesAbsence(context: FunctionContext, { schema, required }: Field): boolean {
  return required && context.factsOf(schema).kinds.size < KINDS.length;
}

/** Closed by a list of names alone: then counting the known ones tells whether there are others. */
function isCounted(schema: SchemaObject): boolean {
  return schema.additionalProperties === false && (schema.patternProperties ?? []).length === 0;
}

function numberOfRequired(properties: readonly Field[]): number {
  return properties.filter(({ required }) => required).length;
}

function judgeField(cxt: KeywordCxt, field: Field, count: Name | undefined): void {
  const silent = typeof field.schema === 'object' && keywordsOf(field.schema).length === 0;
  const counts = count !== undefined && !field.required;
  if ((silent || field.schema === true) && !counts) return;
  judgeValue(cxt, field, readField(cxt, field, undefined), count);
}

function readField({ gen, it }: KeywordCxt, field: Field, count: Name | undefined): Name {
  const value = gen.let('d', read(it.data, field.name));
  if (count !== undefined && !field.required) gen.code(_`if (${value} !== undefined) ${count}++`);
  return value;
}

function judgeValue(cxt: KeywordCxt, field: Field, value: Name, count?: Name): void {
  if (field.required) {
    judge(cxt, field.schema, value);
    return;
  }
  cxt.gen.if(_`${value} !== undefined`, () => {
    judge(cxt, field.schema, value);
    if (count !== undefined) cxt.gen.code(_`${count}++`);
  });
}

function checkCount(
  { gen, it }: KeywordCxt,
  context: FunctionContext,
  properties: readonly Field[],
  count: Name,
): void {
  const known = nameSet(
    context,
    properties.map(({ name }) => name),
  );
  const differs = _`Object.keys(${it.data}).length !== ${count}`;
  failIf(gen, _`${differs} && ${HELPERS.hasUnknown}(${it.data}, ${known})`);
}

function checkSizes({ gen, it }: KeywordCxt, schema: SchemaObject): void {
  const size = _`${HELPERS.propertyCount}(${it.data})`;
  if (schema.minProperties !== undefined && schema.minProperties > 0) {
    failIf(gen, _`${size} < ${schema.minProperties}`);
  }
  if (schema.maxProperties !== undefined) failIf(gen, _`${size} > ${schema.maxProperties}`);
}

function checkDependents(cxt: KeywordCxt, context: FunctionContext, schema: SchemaObject): void {
  const { gen, it } = cxt;
  for (const [name, required] of schema.dependentRequired ?? []) {
    if (required.length === 0) continue;
    const absent = or(required.map((other) => _`${read(it.data, other)} === undefined`));
    failIf(gen, _`${read(it.data, name)} !== undefined && (${absent})`);
  }
  for (const [name, dependent] of schema.dependentSchemas ?? []) {
    gen.if(_`${read(it.data, name)} !== undefined`, () =>
      maybe(context, () => judge(cxt, dependent, it.data)),
    );
  }
}

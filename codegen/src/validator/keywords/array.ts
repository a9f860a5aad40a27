import { _, type CodeKeywordDefinition, type KeywordCxt } from 'ajv/dist/core.js';
import type { SchemaObject } from '../../schema/dialect.js';
import { type FunctionContext, HELPERS } from '../context.js';
import { failIf, judge } from './emit.js';
import { predicate } from './predicate.js';
import type { ForKind } from './regroup.js';

/** `array`: length, items, contained items, equal items, in this order. */
export function arrayKeyword(context: FunctionContext): CodeKeywordDefinition {
  return {
    keyword: 'array',
    code(cxt) {
      const { gen, it } = cxt;
      const { schema, mode }: ForKind = cxt.schema;
      if (mode === 'must') {
        failIf(gen, _`!Array.isArray(${it.data})`);
        items(cxt, context, schema);
      } else {
        gen.if(_`Array.isArray(${it.data})`, () => items(cxt, context, schema));
      }
    },
  };
}

function items(cxt: KeywordCxt, context: FunctionContext, schema: SchemaObject): void {
  const { gen, it } = cxt;
  const { data } = it;
  const { prefix = [], rest, minItems, maxItems, contains } = schema;
  if (minItems !== undefined && minItems > 0) failIf(gen, _`${data}.length < ${minItems}`);
  if (maxItems !== undefined) failIf(gen, _`${data}.length > ${maxItems}`);
  if (rest === false) failIf(gen, _`${data}.length > ${prefix.length}`);
  for (const [index, schemaOfItem] of prefix.entries()) {
    if (schemaOfItem === true) continue;
    gen.if(_`${data}.length > ${index}`, () => {
      judge(cxt, schemaOfItem, gen.let('d', _`${data}[${index}]`));
    });
  }
  if (typeof rest === 'object') {
    gen.forRange('i', prefix.length, _`${data}.length`, (i) => {
      judge(cxt, rest, gen.let('d', _`${data}[${i}]`));
    });
  }
  if (contains !== undefined) checkContains(cxt, context, contains);
  if (schema.uniqueItems === true) failIf(gen, _`!${HELPERS.isUnique}(${data})`);
}

function checkContains(
  { gen, it }: KeywordCxt,
  context: FunctionContext,
  { schema, min, max }: NonNullable<SchemaObject['contains']>,
): void {
  if (min === 0 && max === undefined) return;
  const found = gen.let('found', 0);
  gen.forOf('item', it.data, (item) => {
    // Without an upper bound, enough is enough.
    const stop = max === undefined ? _` && ++${found} >= ${min}` : _` && ++${found} > ${max}`;
    gen.code(_`if ((${predicate(context, schema, item)})${stop}) break`);
  });
  failIf(gen, max === undefined ? _`${found} < ${min}` : _`${found} < ${min} || ${found} > ${max}`);
}

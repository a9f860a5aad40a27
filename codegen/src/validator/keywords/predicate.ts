import { _, type Code, type Name } from 'ajv/dist/core.js';
import type { Json, Schema } from '../../schema/dialect.js';
import { canonicalJson } from '../content.js';
import { FALSE, type FunctionContext, HELPERS, literal, TRUE } from '../context.js';
import { allowedValues, FEW_VALUES, isScalar } from '../simple.js';
import { and, or } from './emit.js';
import { isKind, isOtherKind } from './kinds.js';

/** A schema that `isSimple`, as an expression. It binds more loosely than `!` and `&&`: use it in parentheses. */
export function predicate(context: FunctionContext, schema: Schema, data: Name): Code {
  if (typeof schema === 'boolean') return schema ? TRUE : FALSE;
  if (schema.call !== undefined) return _`${context.call(schema.call)}(${data})`;
  const values = allowedValues(schema);
  if (values !== undefined) return isOneOf(context, values, data);
  if (schema.type === undefined) return TRUE;
  return or(schema.type.map((kind) => isKind(kind, data)));
}

/** The opposite of {@link predicate}, to stand alone or between `&&`. */
export function refusal(context: FunctionContext, schema: Schema, data: Name): Code {
  if (typeof schema === 'boolean') return schema ? FALSE : TRUE;
  if (schema.call !== undefined) return _`!${context.call(schema.call)}(${data})`;
  const values = allowedValues(schema);
  if (values !== undefined) return isNoneOf(context, values, data);
  return schema.type === undefined ? FALSE : isOtherKind(schema.type, data);
}

/** Whether a value is one of a list. */
export function isOneOf(context: FunctionContext, values: readonly Json[], data: Name): Code {
  const scalars = values.filter(isScalar);
  const others = values.filter((value) => !isScalar(value));
  const parts: Code[] = [];
  if (scalars.length > FEW_VALUES) {
    const texts = scalars.map((value) => scalarText(value)).join();
    parts.push(_`${context.constant(`new Set([${texts}])`)}.has(${data})`);
  } else {
    parts.push(...scalars.map((value) => _`${data} === ${value}`));
  }
  for (const value of others) {
    // Parsed, since in an object literal `__proto__` would not be a name like others.
    const constant = context.constant(`JSON.parse(${literal(canonicalJson(value))})`);
    parts.push(_`${HELPERS.isEqual}(${data}, ${constant})`);
  }
  return parts.length === 0 ? FALSE : or(parts);
}

/** Whether a value is none of a list. */
export function isNoneOf(context: FunctionContext, values: readonly Json[], data: Name): Code {
  if (values.length === 0 || values.length > FEW_VALUES || !values.every(isScalar)) {
    return _`!(${isOneOf(context, values, data)})`;
  }
  return and(values.map((value) => _`${data} !== ${value}`));
}

function scalarText(value: string | number | boolean | null): string {
  return typeof value === 'string' ? literal(value) : JSON.stringify(value);
}

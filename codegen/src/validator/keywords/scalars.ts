import { _, type Code, type CodeKeywordDefinition, type KeywordCxt, Name } from 'ajv/dist/core.js';
import type { Json, TypeName } from '../../schema/dialect.js';
import { type FunctionContext, HELPERS, literal } from '../context.js';
import { formatFunction } from '../formats.js';
import { failIf } from './emit.js';
import { isOtherKind } from './kinds.js';
import { isNoneOf } from './predicate.js';
import type { ForKind } from './regroup.js';

/** `kind`, `values`, `number` and `string`: what is decided without looking inside a value. */
export function scalarKeywords(context: FunctionContext): CodeKeywordDefinition[] {
  return [
    {
      keyword: 'kind',
      code({ gen, schema, it }) {
        const kinds: readonly TypeName[] = schema;
        failIf(gen, isOtherKind(kinds, it.data));
      },
    },
    {
      keyword: 'values',
      code({ gen, schema, it }) {
        const values: readonly Json[] = schema;
        failIf(gen, isNoneOf(context, values, it.data));
      },
    },
    { keyword: 'number', code: (cxt) => guarded(cxt, _`"number"`, numberChecks) },
    { keyword: 'string', code: (cxt) => guarded(cxt, _`"string"`, stringChecks) },
  ];

  function stringChecks({ schema }: ForKind, data: Name): Code[] {
    const { minLength, maxLength, pattern, format } = schema;
    const checks: Code[] = [];
    // No string has fewer code points than half its units, so one unit is always one point.
    if (minLength === 1) checks.push(_`${data}.length === 0`);
    else if (minLength !== undefined && minLength > 0)
      checks.push(_`${HELPERS.isShorter}(${data}, ${minLength})`);
    if (maxLength !== undefined) {
      checks.push(_`${data}.length > ${maxLength} && ${HELPERS.isLonger}(${data}, ${maxLength})`);
    }
    if (pattern !== undefined) {
      checks.push(_`!${context.constant(regExp(pattern))}.test(${data})`);
    }
    if (format !== undefined) {
      checks.push(_`!${new Name(formatFunction(format))}(${data})`);
    }
    return checks;
  }
}

export function regExp(pattern: string): string {
  return `new RegExp(${literal(pattern)}, "u")`;
}

function numberChecks({ schema }: ForKind, data: Name): Code[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const checks: Code[] = [];
  // Negated, so that NaN fails.
  if (minimum !== undefined) checks.push(_`!(${data} >= ${minimum})`);
  if (maximum !== undefined) checks.push(_`!(${data} <= ${maximum})`);
  if (exclusiveMinimum !== undefined) checks.push(_`!(${data} > ${exclusiveMinimum})`);
  if (exclusiveMaximum !== undefined) checks.push(_`!(${data} < ${exclusiveMaximum})`);
  if (multipleOf === undefined) return checks;
  const inexact = _`!${HELPERS.isMultipleOf}(${data}, ${multipleOf})`;
  // The remainder settles nearly every whole number without a call.
  checks.push(
    Number.isSafeInteger(multipleOf) ? _`${data} % ${multipleOf} !== 0 && ${inexact}` : inexact,
  );
  return checks;
}

function guarded(
  { gen, schema, it }: KeywordCxt,
  type: Code,
  checksOf: (group: ForKind, data: Name) => Code[],
): void {
  const group: ForKind = schema;
  const checks = checksOf(group, it.data);
  const emit = (): void => {
    for (const check of checks) failIf(gen, check);
  };
  if (group.mode === 'may') gen.if(_`typeof ${it.data} === ${type}`, emit);
  else emit();
}

import { varKinds } from 'ajv/dist/compile/codegen/index.js';
import { _, type Code, type KeywordCxt, type Name } from 'ajv/dist/core.js';
import type { Evaluated, Schema, SchemaObject } from '../../schema/dialect.js';
import { type FunctionContext, maybe } from '../context.js';
import { and, failIf, judge, nameSet, or } from './emit.js';
import { predicate } from './predicate.js';
import { regExp } from './scalars.js';

/** Up to this many names are compared one by one. */
const FEW_NAMES = 4;

/**
 * What is asked of every name: patternProperties, additionalProperties, propertyNames, and what is left when all
 * in place has had its say. One walk over the names.
 */
export function checkNames(
  cxt: KeywordCxt,
  context: FunctionContext,
  schema: SchemaObject,
  counted: boolean,
): void {
  const { gen, it } = cxt;
  const { patternProperties = [], propertyNames, remaining } = schema;
  const rest = counted ? undefined : schema.additionalProperties;
  const asksRest = rest !== undefined && rest !== true;
  const asksRemaining =
    remaining !== undefined && remaining.schema !== true && !remaining.evaluated.all;
  const asksName = propertyNames !== undefined && propertyNames !== true;
  if (patternProperties.length === 0 && !asksRest && !asksRemaining && !asksName) return;
  const guards = asksRemaining ? guardNames(cxt, remaining.evaluated) : new Map<Schema, Name>();
  gen.forOf(
    'key',
    _`Object.keys(${it.data})`,
    (key) => {
      const value = gen.let('d', _`${it.data}[${key}]`);
      gen.code(_`if (${value} === undefined) continue`);
      if (asksName) judge(cxt, propertyNames, key);
      const patterns = patternProperties.map(
        ([pattern, property]) => [matches(context, pattern, key), property] as const,
      );
      for (const [matched, property] of patterns) {
        gen.if(matched, () => maybe(context, () => judge(cxt, property, value)));
      }
      if (asksRest) {
        const names = (schema.properties ?? []).map(([name]) => name);
        const known = [...isNamed(context, names, key), ...patterns.map(([matched]) => matched)];
        refuseOrJudge(cxt, context, known, rest, value);
      }
      if (asksRemaining) {
        const known = isEvaluated(context, remaining.evaluated, key, it.data, guards);
        refuseOrJudge(cxt, context, known, remaining.schema, value);
      }
    },
    varKinds.let,
  );
}

/** Unless one of the conditions holds, the value must be right by the schema. */
function refuseOrJudge(
  cxt: KeywordCxt,
  context: FunctionContext,
  known: readonly Code[],
  schema: Schema,
  value: Name,
): void {
  const unknown = known.length === 0 ? _`true` : _`!(${or(known)})`;
  if (schema === false) failIf(cxt.gen, unknown);
  else if (known.length === 0) judge(cxt, schema, value);
  else cxt.gen.if(unknown, () => maybe(context, () => judge(cxt, schema, value)));
}

function matches(context: FunctionContext, pattern: string, key: Name): Code {
  return _`${context.constant(regExp(pattern))}.test(${key})`;
}

function isNamed(context: FunctionContext, names: readonly string[], key: Name): Code[] {
  if (names.length > FEW_NAMES) return [_`${nameSet(context, names)}.has(${key})`];
  return names.map((name) => _`${key} === ${name}`);
}

/** Conditions of which one holds where a name is evaluated. A guard is judged once, and only if a name needs it. */
function isEvaluated(
  context: FunctionContext,
  evaluated: Evaluated,
  key: Name,
  data: Name,
  guards: ReadonlyMap<Schema, Name>,
): Code[] {
  if (evaluated.all) return [_`true`];
  const parts = isNamed(context, evaluated.names, key);
  for (const pattern of evaluated.patterns) parts.push(matches(context, pattern, key));
  for (const { when, evaluated: inner } of evaluated.guarded) {
    const names = isEvaluated(context, inner, key, data, guards);
    const verdict = guards.get(when);
    if (names.length === 0 || verdict === undefined) continue;
    const holds = _`(${verdict} ??= ${predicate(context, when, data)})`;
    parts.push(and([_`(${or(names)})`, holds]));
  }
  return parts;
}

/** A variable for the verdict of each guard. */
function guardNames({ gen }: KeywordCxt, evaluated: Evaluated): Map<Schema, Name> {
  const names = new Map<Schema, Name>();
  const visit = ({ guarded }: Evaluated): void => {
    for (const { when, evaluated: inner } of guarded) {
      if (!names.has(when)) names.set(when, gen.let('guard'));
      visit(inner);
    }
  };
  visit(evaluated);
  return names;
}

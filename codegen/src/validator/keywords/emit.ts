import { _, type Code, type CodeGen, type KeywordCxt, type Name, nil } from 'ajv/dist/core.js';
import type { Schema } from '../../schema/dialect.js';
import { type FunctionContext, literal } from '../context.js';
import { regroup } from './regroup.js';

/** One failing check: the whole value is refused at once. */
export function failIf(gen: CodeGen, condition: Code): void {
  gen.code(_`if (${condition}) return false`);
}

/** Judge a value by a schema in passing: code that returns false, or goes on. */
export function judge(cxt: KeywordCxt, schema: Schema, data: Name): void {
  if (schema === true) return;
  if (schema === false) {
    cxt.gen.code(_`return false`);
    return;
  }
  const grouped = regroup(schema);
  if (Object.keys(grouped).length === 0) return;
  cxt.subschema(
    {
      schema: grouped,
      schemaPath: nil,
      topSchemaRef: nil,
      errSchemaPath: '',
      data,
      // No error objects, and no counting of errors: every failing check returns.
      createErrors: false,
      allErrors: true,
    },
    cxt.gen.name('valid'),
  );
}

/** Names every object inherits; only for them must a read ask whether the property is the object's own. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

export function isInherited(name: string): boolean {
  return INHERITED.has(name);
}

export function or(parts: readonly Code[]): Code {
  return joinCode(parts, _` || `);
}

export function and(parts: readonly Code[]): Code {
  return joinCode(parts, _` && `);
}

function joinCode(parts: readonly Code[], operator: Code): Code {
  const [first = nil, ...others] = parts;
  return others.reduce((all, part) => _`${all}${operator}${part}`, first);
}

/** A constant that holds names. */
export function nameSet(context: FunctionContext, names: readonly string[]): Name {
  return context.constant(`new Set([${names.map(literal).join()}])`);
}

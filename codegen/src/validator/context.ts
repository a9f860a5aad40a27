import { _, type Code, Name } from 'ajv/dist/core.js';
import type { DefinitionId, Schema } from '../schema/dialect.js';
import type { Dispatch } from './dispatch.js';
import type { Facts } from './facts.js';
import type { Unit } from './unit.js';

/** What the keywords of one function share while it is being printed. */
export interface FunctionContext {
  readonly unit: Unit;
  /** The name of a called function; the call is noted. */
  readonly call: (id: DefinitionId) => Name;
  /** The name of a constant with this text; equal texts share one. */
  readonly constant: (text: string) => Name;
  readonly dispatchOf: (branches: readonly Schema[]) => Dispatch;
  readonly factsOf: (schema: Schema) => Facts;
  /** Names that hold a plain object wherever the next code runs. */
  readonly plain: Set<string>;
}

/** Emit code that may not run: what it finds out holds only inside. */
export function maybe(context: FunctionContext, emit: () => void): void {
  const before = [...context.plain];
  emit();
  context.plain.clear();
  for (const name of before) context.plain.add(name);
}

/** Local names of a function's constants, where they are no property's; the module gives them their own. */
export const CONSTANT: RegExp = /(?<![\w$.])constant(\d+)\$/g;

/** A list of constants that hands out local names. */
export function constantTable(): { names: FunctionContext['constant']; texts: readonly string[] } {
  const texts: string[] = [];
  return {
    texts,
    names(text) {
      const known = texts.indexOf(text);
      return new Name(`constant${known < 0 ? texts.push(text) - 1 : known}$`);
    },
  };
}

type Helper =
  | 'asObject'
  | 'hasOwn'
  | 'hasUnknown'
  | 'isEqual'
  | 'isLonger'
  | 'isMultipleOf'
  | 'isShorter'
  | 'isUnique'
  | 'propertyCount';

/** What printed code may call in the runtime, formats aside. */
export const HELPERS: Readonly<Record<Helper, Name>> = {
  asObject: new Name('asObject'),
  hasOwn: new Name('hasOwn'),
  hasUnknown: new Name('hasUnknown'),
  isEqual: new Name('isEqual'),
  isLonger: new Name('isLonger'),
  isMultipleOf: new Name('isMultipleOf'),
  isShorter: new Name('isShorter'),
  isUnique: new Name('isUnique'),
  propertyCount: new Name('propertyCount'),
};

/** A text as a JavaScript literal. The only way in which anything of a schema reaches printed code. */
export function literal(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

/** JSON as a JavaScript literal: the same, in the quotes that JSON has none of, so that nearly nothing is escaped. */
export function jsonLiteral(json: string): string {
  const inner = literal(json).slice(1, -1);
  const unescaped = inner.replace(/\\(.)/g, (pair, char: string) => (char === '"' ? char : pair));
  return `'${unescaped.replaceAll("'", "\\'")}'`;
}

export const TRUE: Code = _`true`;
export const FALSE: Code = _`false`;

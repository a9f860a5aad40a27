import type { LoweredDefinitions, LoweredSchema } from './lowered.js';

/** Longest text of a payload value in a message, in UTF-16 code units. */
const LONGEST = 40;

/** A payload value for people, short whatever its size. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') {
    const text = JSON.stringify(value.length > LONGEST ? value.slice(0, LONGEST) : value);
    return text.length <= LONGEST && value.length <= LONGEST ? text : `${cut(text.slice(0, -1))}…"`;
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? 'an empty array' : `an array of ${count(value.length, 'item')}`;
  }
  if (typeof value === 'object' && value !== null) {
    return Object.keys(value).length === 0 ? 'an empty object' : 'an object';
  }
  if (typeof value === 'function') return 'a function';
  return cut(String(value));
}

/** At most {@link LONGEST} units less room for an ellipsis and a quote, never half a surrogate pair. */
function cut(text: string): string {
  if (text.length <= LONGEST - 2) return text;
  const end = LONGEST - 2;
  const half = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
  return text.slice(0, half ? end - 1 : end);
}

/** What a schema asks for, as a noun phrase: `an integer ≥ 1`. */
export function describe(schema: LoweredSchema, definitions: LoweredDefinitions): string {
  return describeAt(schema, definitions, 0);
}

const DEEPEST_CALL = 8;

function describeAt(schema: LoweredSchema, definitions: LoweredDefinitions, depth: number): string {
  if (schema === true) return 'present';
  if (schema === false) return 'absent';
  if (schema.enum !== undefined) return describeValues(schema.enum);
  const types = [schema.type ?? impliedTypes(schema)].flat();
  if (types.length > 0) return listed(types.map((type) => describeType(type, schema)));
  if (schema.call !== undefined && depth < DEEPEST_CALL) {
    return describeAt(definitions[schema.call] ?? true, definitions, depth + 1);
  }
  const [union] = schema.unions ?? [];
  if (union !== undefined && depth < DEEPEST_CALL) {
    const parts = union.branches.map((branch) => describeAt(branch, definitions, depth + 1));
    return listed([...new Set(parts)].slice(0, 6));
  }
  return 'present';
}

/** Kinds that a schema without `type` speaks of; only used to name them. */
function impliedTypes(schema: LoweredSchema): string[] {
  if (typeof schema === 'boolean') return [];
  if (schema.minLength !== undefined || schema.maxLength !== undefined) return ['string'];
  if (schema.pattern !== undefined || schema.format !== undefined) return ['string'];
  if (schema.minimum !== undefined || schema.maximum !== undefined) return ['number'];
  if (schema.exclusiveMinimum !== undefined || schema.exclusiveMaximum !== undefined)
    return ['number'];
  if (schema.multipleOf !== undefined) return ['number'];
  return [];
}

/** Allowed values, the first few spelt out. */
export function describeValues(values: readonly unknown[]): string {
  const most = 8;
  const shown = values.slice(0, most).map((value) => showLiteral(value));
  const [only] = shown;
  if (only !== undefined && values.length === 1) return only;
  const more = values.length > most ? `, … (${values.length - most} more)` : '';
  return `one of ${shown.join(', ')}${more}`;
}

// Of the schema, so never secret and worth more room than a payload value.
function showLiteral(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function describeType(type: string, schema: LoweredSchema): string {
  if (typeof schema === 'boolean') return type;
  switch (type) {
    case 'integer':
      return `an integer${describeRange(schema)}`;
    case 'number':
      return `a number${describeRange(schema)}`;
    case 'string':
      return describeString(schema);
    case 'array':
      return `an array${span(' of', schema.minItems, schema.maxItems, 'item')}`;
    case 'object':
      return `an object${span(' with', schema.minProperties, schema.maxProperties, 'field')}`;
    case 'boolean':
      return 'true or false';
    default:
      return type;
  }
}

function describeRange(schema: Exclude<LoweredSchema, boolean>): string {
  const parts = [
    schema.minimum === undefined ? [] : `≥ ${schema.minimum}`,
    schema.exclusiveMinimum === undefined ? [] : `> ${schema.exclusiveMinimum}`,
    schema.maximum === undefined ? [] : `≤ ${schema.maximum}`,
    schema.exclusiveMaximum === undefined ? [] : `< ${schema.exclusiveMaximum}`,
  ].flat();
  const step = schema.multipleOf === undefined ? '' : ` that is a multiple of ${schema.multipleOf}`;
  return `${parts.length === 0 ? '' : ` ${parts.join(' and ')}`}${step}`;
}

function describeString(schema: Exclude<LoweredSchema, boolean>): string {
  const length = span(' of', schema.minLength, schema.maxLength, 'character');
  const format = schema.format === undefined ? '' : ` in the format ${schema.format}`;
  const pattern = schema.pattern === undefined ? '' : ` matching /${shortPattern(schema.pattern)}/`;
  return `a string${length}${format}${pattern}`;
}

function shortPattern(pattern: string): string {
  return pattern.length > 80 ? `${pattern.slice(0, 79)}…` : pattern;
}

function span(
  word: string,
  least: number | undefined,
  most: number | undefined,
  noun: string,
): string {
  const from = least === undefined || least === 0 ? undefined : least;
  if (from === undefined) return most === undefined ? '' : `${word} at most ${count(most, noun)}`;
  if (most === undefined) return `${word} at least ${count(from, noun)}`;
  return from === most ? `${word} ${count(from, noun)}` : `${word} ${from} to ${count(most, noun)}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** `a, b or c` */
export function listed(parts: readonly string[]): string {
  const last = parts.at(-1) ?? 'nothing';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} or ${last}`;
}

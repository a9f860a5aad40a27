import { fullFormats } from 'ajv-formats/dist/formats.js';
import type {
  DefinitionId,
  Evaluated,
  LoweredSet,
  Schema,
  SchemaObject,
  TypeName,
} from '../../codegen/dist/schema/dialect.js';

/** Whether a text is of a format. */
export type FormatCheck = (format: string, text: string) => boolean;

/**
 * The meaning of the lowered dialect, written to be read: what validators, types and rewritings are compared with.
 * Formats are those of ajv-formats unless said otherwise; one it does not know accepts everything.
 */
export function evaluate(
  set: Pick<LoweredSet, 'definitions'>,
  schema: Schema | DefinitionId,
  value: unknown,
  format: FormatCheck = ajvFormat,
): boolean {
  const holds = (schema: Schema, value: unknown): boolean => {
    if (typeof schema === 'boolean') return schema;
    return RULES.every((rule) => rule({ schema, value, holds, called, format }));
  };
  const called = (id: DefinitionId): Schema => {
    const definition = set.definitions.get(id);
    if (definition === undefined) throw new Error(`evaluate: no definition ${id}`);
    return definition.schema;
  };
  return holds(typeof schema === 'string' ? called(schema) : schema, value);
}

interface Question {
  readonly schema: SchemaObject;
  readonly value: unknown;
  holds(schema: Schema, value: unknown): boolean;
  called(id: DefinitionId): Schema;
  readonly format: FormatCheck;
}

type Rule = (question: Question) => boolean;

const anywhere: Rule = ({ schema, value, holds, called }) => {
  if (schema.call !== undefined && !holds(called(schema.call), value)) return false;
  if (schema.type && !schema.type.some((type) => isOfType(type, value))) return false;
  if (schema.enum && !schema.enum.some((allowed) => equal(allowed, value))) return false;
  if (schema.allOf && !schema.allOf.every((part) => holds(part, value))) return false;
  if (schema.anyOf && !schema.anyOf.some((branch) => holds(branch, value))) return false;
  if (schema.oneOf && schema.oneOf.filter((branch) => holds(branch, value)).length !== 1) {
    return false;
  }
  if (schema.not !== undefined && holds(schema.not, value)) return false;
  if (schema.if === undefined) return true;
  return holds((holds(schema.if, value) ? schema.then : schema.else) ?? true, value);
};

const numbers: Rule = ({ schema, value }) => {
  if (typeof value !== 'number') return true;
  return (
    value >= (schema.minimum ?? -Infinity) &&
    value <= (schema.maximum ?? Infinity) &&
    (schema.exclusiveMinimum === undefined || value > schema.exclusiveMinimum) &&
    (schema.exclusiveMaximum === undefined || value < schema.exclusiveMaximum) &&
    (schema.multipleOf === undefined || isMultiple(value, schema.multipleOf))
  );
};

const strings: Rule = ({ schema, value, format }) => {
  if (typeof value !== 'string') return true;
  const length = [...value].length;
  return (
    length >= (schema.minLength ?? 0) &&
    length <= (schema.maxLength ?? Infinity) &&
    (schema.pattern === undefined || matches(schema.pattern, value)) &&
    (schema.format === undefined || format(schema.format, value))
  );
};

const arrays: Rule = ({ schema, value, holds }) => {
  if (!Array.isArray(value)) return true;
  const { prefix = [], rest = true, contains } = schema;
  if (value.length < (schema.minItems ?? 0) || value.length > (schema.maxItems ?? Infinity)) {
    return false;
  }
  if (schema.uniqueItems && value.some((a, i) => value.slice(0, i).some((b) => equal(a, b)))) {
    return false;
  }
  if (!value.every((item, index) => holds(prefix[index] ?? rest, item))) return false;
  if (contains === undefined) return true;
  const found = value.filter((item) => holds(contains.schema, item)).length;
  return found >= contains.min && found <= (contains.max ?? Infinity);
};

const objects: Rule = (question) => {
  const { schema, value, holds } = question;
  if (!isObject(value)) return true;
  const names = Object.keys(value);
  const has = (name: string): boolean => Object.hasOwn(value, name);
  const { properties = [], patternProperties = [], additionalProperties = true } = schema;
  if (
    names.length < (schema.minProperties ?? 0) ||
    names.length > (schema.maxProperties ?? Infinity) ||
    !(schema.required ?? []).every(has) ||
    !(schema.dependentRequired ?? []).every(([name, others]) => !has(name) || others.every(has)) ||
    !(schema.dependentSchemas ?? []).every(([name, then]) => !has(name) || holds(then, value))
  ) {
    return false;
  }
  return names.every((name) => {
    if (!holds(schema.propertyNames ?? true, name)) return false;
    const spoken = [
      ...properties.filter(([property]) => property === name),
      ...patternProperties.filter(([pattern]) => matches(pattern, name)),
    ].map(([, schema]) => schema);
    if (!spoken.every((schema) => holds(schema, value[name]))) return false;
    if (spoken.length === 0 && !holds(additionalProperties, value[name])) return false;
    const { remaining } = schema;
    if (remaining === undefined || isEvaluated(name, remaining.evaluated, question)) return true;
    return holds(remaining.schema, value[name]);
  });
};

const RULES: readonly Rule[] = [anywhere, numbers, strings, arrays, objects];

function isEvaluated(name: string, evaluated: Evaluated, { value, holds }: Question): boolean {
  const within = ({ all, names, patterns, guarded }: Evaluated): boolean =>
    all === true ||
    names.includes(name) ||
    patterns.some((pattern) => matches(pattern, name)) ||
    guarded.some((part) => holds(part.when, value) && within(part.evaluated));
  return within(evaluated);
}

function isOfType(type: TypeName, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'number') return Number.isFinite(value);
  return typeof value === type;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Equality of JSON values: order of keys does not count. */
export function equal(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => equal(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return a === b;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && equal(a[name], b[name]))
  );
}

function matches(pattern: string, text: string): boolean {
  return new RegExp(pattern, 'u').test(text);
}

/** Exactly, on the decimal texts: 19.99 is a multiple of 0.01. */
function isMultiple(value: number, of: number): boolean {
  const [a, b] = [decimal(value), decimal(of)];
  const scale = Math.max(a.scale, b.scale);
  return (a.digits * pow10(scale - a.scale)) % (b.digits * pow10(scale - b.scale)) === 0n;
}

function decimal(value: number): { readonly digits: bigint; readonly scale: number } {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = BigInt(whole + fraction);
  const scale = fraction.length - Number(exponent);
  return scale < 0 ? { digits: digits * pow10(-scale), scale: 0 } : { digits, scale };
}

function pow10(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}

function ajvFormat(name: string, text: string): boolean {
  const format = new Map<string, unknown>(Object.entries(fullFormats)).get(name);
  if (format instanceof RegExp) return format.test(text);
  if (typeof format === 'function') return Boolean(format(text));
  if (typeof format !== 'object' || format === null || !('validate' in format)) return true;
  const { validate } = format;
  if (validate instanceof RegExp) return validate.test(text);
  return typeof validate !== 'function' || Boolean(validate(text));
}

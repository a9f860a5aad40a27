import type { Json, Schema, SchemaObject } from '../schema/dialect.js';

/** Longest list of values that is compared one by one. */
export const FEW_VALUES = 10;

export type Scalar = string | number | boolean | null;

export function isScalar(value: Json): value is Scalar {
  return typeof value !== 'object' || value === null;
}

/** Keywords of a schema that say something. */
export function keywordsOf(schema: SchemaObject): (keyof SchemaObject)[] {
  return (Object.keys(schema) as (keyof SchemaObject)[]).filter(
    (name) => name !== 'at' && name !== 'notes' && schema[name] !== undefined,
  );
}

/** Whether a schema can be judged by one expression, without a function of its own. */
export function isSimple(schema: Schema): boolean {
  if (typeof schema === 'boolean') return true;
  const [first, ...others] = keywordsOf(schema);
  if (first === undefined) return true;
  if (others.length > 0) return isTypedValues(schema, [first, ...others]);
  return first === 'call' || first === 'type' || (first === 'enum' && hasFewScalars(schema));
}

function isTypedValues(schema: SchemaObject, keywords: readonly string[]): boolean {
  return (
    keywords.every((keyword) => keyword === 'type' || keyword === 'enum') && hasFewScalars(schema)
  );
}

function hasFewScalars({ enum: values = [] }: SchemaObject): boolean {
  return values.length <= FEW_VALUES && values.every(isScalar);
}

/** Whether a value is of one of the types. */
export function hasType(value: Json, types: SchemaObject['type']): boolean {
  if (types === undefined) return true;
  if (value === null) return types.includes('null');
  if (Array.isArray(value)) return types.includes('array');
  if (typeof value !== 'number') return types.some((type) => type === typeof value);
  return types.includes('number') || (types.includes('integer') && Number.isInteger(value));
}

/** The allowed values that are also of an allowed type; `undefined` where values are not listed. */
export function allowedValues(schema: SchemaObject): readonly Json[] | undefined {
  return schema.enum?.filter((value) => hasType(value, schema.type));
}

import type { Evaluated, Schema, SchemaObject } from '../dialect.js';
import { type Definitions, EVERYTHING } from '../evaluated.js';
import { isInPlace, subschemas } from '../subschemas.js';

/**
 * What a schema says of names, for closing: what JSON Schema counts as evaluated; names that are required, which
 * would else be required and refused; every name where `propertyNames` describes them.
 */
export function spokenOf(schema: SchemaObject): Evaluated {
  const { properties = [], required = [], dependentRequired = [], dependentSchemas = [] } = schema;
  const speaksOfAll = schema.additionalProperties ?? schema.propertyNames ?? schema.remaining;
  if (speaksOfAll !== undefined) return EVERYTHING;
  return {
    names: [
      ...properties.map(([name]) => name),
      ...required,
      ...dependentRequired.flatMap(([name, others]) => [name, ...others]),
      ...dependentSchemas.map(([name]) => name),
    ],
    patterns: (schema.patternProperties ?? []).map(([pattern]) => pattern),
    guarded: [],
  };
}

/** Whether properties are described at the schema's own place. An object that is only an object is left open. */
export function describesProperties(root: Schema, definitions: Definitions): boolean {
  const open: Schema[] = [root];
  for (let schema = open.pop(); schema !== undefined; schema = open.pop()) {
    if (typeof schema === 'boolean') continue;
    if (schema.properties ?? schema.patternProperties) return true;
    const called = schema.call === undefined ? undefined : definitions.get(schema.call);
    if (called) open.push(called.schema);
    for (const [sub, role] of subschemas(schema)) {
      if (isInPlace(role) && role !== 'question' && role !== 'guard') open.push(sub);
    }
  }
  return false;
}

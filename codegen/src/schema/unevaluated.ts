import type { Definition, DefinitionId, Evaluated, Schema, SchemaObject } from './dialect.js';
import { type Definitions, evaluatedBy, speaksOf } from './evaluated.js';
import { mapSubschemas } from './subschemas.js';

/** Finds what each `remaining` is left with, once every definition is there. */
export function fillRemaining(definitions: Definitions): ReadonlyMap<DefinitionId, Definition> {
  const filled = (schema: Schema): Schema => {
    if (typeof schema === 'boolean') return schema;
    const inner = mapSubschemas(schema, filled);
    if (inner.remaining === undefined) return inner;
    const { remaining, ...rest } = inner;
    return withRemaining(rest, remaining.schema, definitions);
  };
  return new Map(
    [...definitions].map(([id, definition]) => [
      id,
      { ...definition, schema: filled(definition.schema) },
    ]),
  );
}

/** Adds `schema` for the names that nothing in place evaluates: as plain `additionalProperties` where that says it. */
export function withRemaining(
  node: SchemaObject,
  schema: Schema,
  definitions: Definitions,
  evaluated: Evaluated = evaluatedBy(node, definitions),
): SchemaObject {
  if (evaluated.all) return node;
  const own = speaksOf(node);
  const plain =
    evaluated.guarded.length === 0 &&
    evaluated.names.every((name) => own.names.includes(name)) &&
    evaluated.patterns.every((pattern) => own.patterns.includes(pattern));
  if (plain && !own.all) return { ...node, additionalProperties: schema };
  return { ...node, remaining: { schema, evaluated } };
}

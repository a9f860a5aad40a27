import type { DefinitionId, Schema } from '../dialect.js';
import type { Definitions } from '../evaluated.js';
import { subschemas } from '../subschemas.js';

/** Whether a schema says anything of the names that an object has, at its own place or deeper. */
export type Describes = (schema: Schema) => boolean;

/** Answers for every schema of a set, through recursion too. */
export function describing(definitions: Definitions): Describes {
  const known = new Set<DefinitionId>();
  const describes: Describes = (root) => {
    const open: Schema[] = [root];
    for (let schema = open.pop(); schema !== undefined; schema = open.pop()) {
      if (typeof schema === 'boolean') continue;
      if (schema.call !== undefined && known.has(schema.call)) return true;
      if (
        schema.properties ??
        schema.patternProperties ??
        schema.required ??
        schema.dependentRequired ??
        schema.dependentSchemas ??
        schema.remaining
      ) {
        return true;
      }
      if (schema.additionalProperties !== undefined || schema.propertyNames !== undefined) {
        return true;
      }
      for (const [sub, role] of subschemas(schema)) if (role !== 'question') open.push(sub);
    }
    return false;
  };
  for (let before = -1; before !== known.size; ) {
    before = known.size;
    for (const [id, { schema }] of definitions) {
      if (!known.has(id) && describes(schema)) known.add(id);
    }
  }
  return describes;
}

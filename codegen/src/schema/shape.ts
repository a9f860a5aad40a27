import { canonical } from './canonical.js';
import type { Schema } from './dialect.js';

/** A schema as text, without what only people read: equal texts mean the same. */
export function shapeOf(schema: Schema): string {
  return JSON.stringify(schema, (key, value: unknown) => {
    if (key === 'at' || key === 'notes') return undefined;
    // Values are not schemas: their keys are kept whatever they are called.
    return key === 'enum' ? canonical(value) : value;
  });
}

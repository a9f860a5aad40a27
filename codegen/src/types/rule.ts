import type { SchemaObject } from '../schema/dialect.js';
import type { Type } from './ir.js';
import type { Scope } from './scope.js';

/**
 * What some keywords of a schema say about a value's type; `unknown` where they are absent or say nothing TypeScript
 * could. `soFar` is what the rules before it said together.
 */
export type Rule = (schema: SchemaObject, scope: Scope, soFar: Type) => Type;

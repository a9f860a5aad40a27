import type { DefinitionId, Schema } from '../schema/dialect.js';

/**
 * What becomes one printed function: a definition, or a part of one that must be judged on its own.
 * In its schema every branch of a union, and every `not`, `if` and `contains`, is a predicate.
 */
export interface Unit {
  readonly id: DefinitionId;
  /** Of the function; unique in the module that holds it. */
  readonly name: string;
  /** The definition it stands in; itself for a definition. Decides the module. */
  readonly owner: DefinitionId;
  /** What people call it, for messages. */
  readonly label: string | undefined;
  readonly schema: Schema;
}

export type Units = ReadonlyMap<DefinitionId, Unit>;

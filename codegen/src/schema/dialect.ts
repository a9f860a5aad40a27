import type { Place } from '../source.js';

/**
 * The lowered dialect: JSON Schema with one meaning.
 *
 * `$ref`, ids, anchors, drafts and their odd cases are resolved once, in `resolve` and `lower`. What is left is a
 * set of definitions that call each other by id. The type printer, the validator compiler and the explainer read
 * this and only this. A keyword restricts only values of its own kind, as in JSON Schema; nothing said is anything.
 */
export interface LoweredSet {
  /** Every definition that some stream reaches, in a stable order. */
  readonly definitions: ReadonlyMap<DefinitionId, Definition>;
  /** The payload definition of each stream, by module name. */
  readonly roots: ReadonlyMap<string, DefinitionId>;
}

/** Identity of a definition: derived from where it stands. Never printed into code. */
export type DefinitionId = string & { readonly __definition?: never };

export interface Definition {
  readonly id: DefinitionId;
  /** The name people would give it, PascalCase, from title, `$defs` key, file name or path; not yet unique. */
  readonly name: string;
  /** Longer names from the path, nearest first, for when `name` is taken: `Item`, `OrderItem`, `ShopOrderItem`. */
  readonly alternatives: readonly string[];
  readonly schema: Schema;
}

/** `true`: anything. `false`: nothing. */
export type Schema = boolean | SchemaObject;

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

export type TypeName = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

export interface SchemaObject {
  /** The value must also match that definition. */
  readonly call?: DefinitionId;
  /** At least one; `nullable` is folded in. `integer` means a number without a fraction. */
  readonly type?: readonly TypeName[];
  /** Allowed values, at least one, no two equal, as declared; a `const` is an enum of one. */
  readonly enum?: readonly Json[];

  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;

  /** Lengths count code points. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** ECMA-262 source, to be run with the `u` flag, unanchored. */
  readonly pattern?: string;
  /** One of `formats.ts`; others were warned about and dropped. */
  readonly format?: string;

  /**
   * Unique, as declared, empty where declared so: people read types in that order. What is hashed or goes into a validator is taken sorted by
   * name. A list of pairs, so that `__proto__` is a name like others. The other lists of pairs are sorted.
   */
  readonly properties?: readonly (readonly [name: string, schema: Schema])[];
  /** Unique, as declared. */
  readonly required?: readonly string[];
  readonly patternProperties?: readonly (readonly [pattern: string, schema: Schema])[];
  /** For names that neither `properties` nor `patternProperties` of the same object mention. */
  readonly additionalProperties?: Schema;
  readonly propertyNames?: Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly dependentRequired?: readonly (readonly [name: string, required: readonly string[]])[];
  readonly dependentSchemas?: readonly (readonly [name: string, schema: Schema])[];

  /** The first items, one schema each. */
  readonly prefix?: readonly Schema[];
  /** Every item after `prefix`. */
  readonly rest?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: true;
  readonly contains?: {
    readonly schema: Schema;
    readonly min: number;
    readonly max: number | undefined;
  };

  /** For names that nothing in place evaluated (`unevaluatedProperties`, and the closing of `open-reader`). */
  readonly remaining?: { readonly schema: Schema; readonly evaluated: Evaluated };

  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  /** Alone it restricts nothing; `then` and `else` only stand beside it. */
  readonly if?: Schema;
  readonly then?: Schema;
  readonly else?: Schema;

  /** What only people read; never part of a hash. */
  readonly notes?: Annotations;
  /** Where it stands in the user's files; never part of a hash. */
  readonly at: Place;
}

/** Which property names are evaluated at a place, computed statically as far as it does not depend on the value. */
export interface Evaluated {
  /** Every name is. */
  readonly all?: true;
  readonly names: readonly string[];
  readonly patterns: readonly string[];
  /** Evaluated too where the value matches `when`: a branch of a union, an `if`, a dependent schema. */
  readonly guarded: readonly { readonly when: Schema; readonly evaluated: Evaluated }[];
}

export interface Annotations {
  readonly title?: string;
  readonly description?: string;
  readonly deprecated?: true;
  readonly default?: Json;
  readonly examples?: readonly Json[];
}

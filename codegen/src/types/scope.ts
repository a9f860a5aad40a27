import type { DefinitionId, Schema } from '../schema/dialect.js';
import type { Type } from './ir.js';

/** Where a rule or a meet stands: what it may look up, and how much it may still do. */
export interface Scope {
  /** The type of a schema at this same place of the value. */
  widen(schema: Schema): Type;
  /** A type that covers every value the schema refuses; `unknown` where TypeScript has no words for it. */
  complement(schema: Schema): Type;
  /** One property or item further in. */
  nested(inside: 'object' | 'array'): Scope;
  /** Whether this is inside a property, which the compiler looks at later than at a name or an item in an alias. */
  readonly isDeferred: boolean;
  /** What a call to a definition means here: a reference, or `unknown` where it leads back to the same value. */
  call(id: DefinitionId): Type;
  /** A definition's schema, to take the complement of; `undefined` inside the complement of that very definition. */
  inverted(id: DefinitionId): { readonly schema: Schema; readonly scope: Scope } | undefined;
  /** A definition's type in full, and the scope to go on in; `undefined` inside that very definition. */
  expand(id: DefinitionId): { readonly type: Type; readonly scope: Scope } | undefined;
  /** Whether a definition says in so many words that a value is an object. */
  isObject(id: DefinitionId): boolean;
  /** About how many members the compiler would count in a type, behind references too. */
  weight(type: Type): number;
  /** Takes from the definition's budget of work; false when it is used up. */
  spend(steps: number): boolean;
}

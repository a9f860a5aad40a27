import type { Definition, DefinitionId, Schema, SchemaObject } from '../dialect.js';
import { mapSubschemas } from '../subschemas.js';
import type { Refer, Rewriting, Variant } from './variants.js';

/**
 * Opens schemas for reading: names that a later writer may add are let through.
 *
 * Nothing changes inside `not` and `if`, nor inside a `contains` with a maximum: to accept more there is to accept
 * less. A `oneOf` with a branch that is closed, or that closing changes, is read as `anyOf`: what told its branches
 * apart may be gone.
 */
export class Opening implements Rewriting<'open'> {
  readonly #definitions: ReadonlyMap<DefinitionId, Definition>;
  readonly #isClosable: (branch: Schema) => boolean;

  constructor(
    definitions: ReadonlyMap<DefinitionId, Definition>,
    isClosable: (branch: Schema) => boolean,
  ) {
    this.#definitions = definitions;
    this.#isClosable = isClosable;
  }

  lookup = (id: DefinitionId): Definition => {
    const definition = this.#definitions.get(id);
    if (definition === undefined) throw new Error(`open: no definition ${id}`);
    return definition;
  };

  nameOf = ({ id }: Variant<'open'>): DefinitionId => `${id}~read`;

  rewrite = ({ schema }: Definition, _mode: 'open', refer: Refer<'open'>): Schema =>
    this.#open(schema, refer);

  #open(schema: Schema, refer: Refer<'open'>): Schema {
    if (typeof schema === 'boolean') return schema;
    const mapped = mapSubschemas(schema, (sub, role) => {
      if (role === 'question') return sub;
      if (role === 'counted' && schema.contains?.max !== undefined) return sub;
      return this.#open(sub, refer);
    });
    const call = schema.call === undefined ? undefined : refer({ id: schema.call, mode: 'open' });
    const next = call === undefined || call === schema.call ? mapped : { ...mapped, call };
    const changed = schema.oneOf?.some(
      (branch, index) => branch !== next.oneOf?.[index] || this.#isClosable(branch),
    );
    return withoutClosing(changed ? asAnyOf(next) : next);
  }
}

function withoutClosing(schema: SchemaObject): SchemaObject {
  const { additionalProperties, remaining, ...rest } = schema;
  if (additionalProperties !== false && remaining?.schema !== false) return schema;
  return {
    ...rest,
    ...(additionalProperties !== undefined &&
      additionalProperties !== false && { additionalProperties }),
    ...(remaining && remaining.schema !== false && { remaining }),
  };
}

function asAnyOf({ oneOf = [], ...schema }: SchemaObject): SchemaObject {
  if (schema.anyOf === undefined) return { ...schema, anyOf: oneOf };
  return { ...schema, allOf: [...(schema.allOf ?? []), { anyOf: oneOf, at: schema.at }] };
}

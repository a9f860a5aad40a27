import type { Json, Schema, SchemaObject, TypeName } from '../../schema/dialect.js';
import { allowedValues } from '../simple.js';

/** A lowered schema regrouped under the keywords that ajv's generator is given, in the order it runs them. */
export interface Grouped {
  readonly kind?: readonly TypeName[];
  readonly values?: readonly Json[];
  readonly number?: ForKind;
  readonly string?: ForKind;
  readonly object?: ForKind;
  readonly array?: ForKind;
  readonly call?: string;
  readonly parts?: readonly Schema[];
  readonly union?: readonly Union[];
  readonly negation?: { readonly schema: Schema };
  readonly condition?: SchemaObject;
}

/** Keywords that speak of one kind of value. */
export interface ForKind {
  readonly schema: SchemaObject;
  /** `checked`: the value is of the kind. `must`: refuse one of another kind. `may`: leave such alone. */
  readonly mode: 'checked' | 'must' | 'may';
}

export interface Union {
  readonly keyword: 'anyOf' | 'oneOf';
  readonly branches: readonly Schema[];
}

type Keyword = keyof SchemaObject;

const NUMBER: readonly Keyword[] = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
];
const STRING: readonly Keyword[] = ['minLength', 'maxLength', 'pattern', 'format'];
const OBJECT: readonly Keyword[] = [
  'properties',
  'required',
  'patternProperties',
  'additionalProperties',
  'propertyNames',
  'minProperties',
  'maxProperties',
  'dependentRequired',
  'dependentSchemas',
  'remaining',
];
const ARRAY: readonly Keyword[] = [
  'prefix',
  'rest',
  'minItems',
  'maxItems',
  'uniqueItems',
  'contains',
];

export function regroup(schema: SchemaObject): Grouped {
  const says = (keywords: readonly Keyword[]): boolean =>
    keywords.some((keyword) => schema[keyword] !== undefined);
  const values = allowedValues(schema);
  const [only, ...more] = schema.type ?? [];
  // A structure's own check refuses other kinds, so that its kind is looked at once.
  const byStructure =
    more.length === 0 &&
    values === undefined &&
    ((only === 'object' && says(OBJECT)) || (only === 'array' && says(ARRAY)));
  const mode = (kind: TypeName): ForKind['mode'] => {
    const sole = more.length === 0 && (only === kind || (kind === 'number' && only === 'integer'));
    if (!sole || values !== undefined) return 'may';
    return byStructure ? 'must' : 'checked';
  };
  const { call, allOf, anyOf, oneOf, not } = schema;
  const unions: Union[] = [];
  if (anyOf !== undefined) unions.push({ keyword: 'anyOf', branches: anyOf });
  if (oneOf !== undefined) unions.push({ keyword: 'oneOf', branches: oneOf });
  return {
    ...(schema.type && values === undefined && !byStructure && { kind: schema.type }),
    ...(values && { values }),
    ...(says(NUMBER) && { number: { schema, mode: mode('number') } }),
    ...(says(STRING) && { string: { schema, mode: mode('string') } }),
    ...(says(OBJECT) && { object: { schema, mode: mode('object') } }),
    ...(says(ARRAY) && { array: { schema, mode: mode('array') } }),
    ...(call !== undefined && { call }),
    ...(allOf && { parts: allOf }),
    ...(unions.length > 0 && { union: unions }),
    ...(not !== undefined && { negation: { schema: not } }),
    ...(schema.if !== undefined && { condition: schema }),
  };
}

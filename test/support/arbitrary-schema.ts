import fc from 'fast-check';

/** JSON Schema of 2020-12, as a test writes it. */
export type RawSchema = boolean | { readonly [keyword: string]: unknown };

export interface Vocabulary {
  /** Keywords that say something of names and values inside objects and arrays. */
  readonly nested?: boolean;
  readonly contains?: boolean;
  readonly unevaluated?: boolean;
  /** `dependentSchemas`. Default true. */
  readonly dependent?: boolean;
  readonly patterns?: boolean;
  /** Mostly objects that say which properties they have, and nothing that few values fit. */
  readonly plain?: boolean;
}

const KEYS = ['a', 'b', 'c', 'ab', 'isPrototypeOf'];
const LITERALS = [null, true, 0, 1, 2.5, '', 'a', 'abc'];
const TYPES = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'];
const PATTERNS = ['^a', 'b$', '^[ab]$', 'c'];

const key = fc.constantFrom(...KEYS);
const literal = fc.constantFrom(...LITERALS);
const keys = fc.uniqueArray(key, { maxLength: 2 });
const count = fc.integer({ min: 0, max: 3 });

/**
 * A payload schema with three definitions, which refer to each other only through properties and items, so that no
 * schema refers to itself for the same value.
 */
export function payloadSchema(vocabulary: Vocabulary = {}): fc.Arbitrary<RawSchema> {
  const names = ['x', 'y', 'z'];
  const definitions = fc.tuple(...names.map((_, at) => schema(vocabulary, names.slice(at + 1))));
  return fc.tuple(schema(vocabulary, names), definitions).map(([root, [x, y, z]]) => ({
    ...(typeof root === 'boolean' ? { allOf: [root] } : root),
    $defs: { x, y, z },
  }));
}

/** JSON values in which those schemas have something to find. */
export const payload: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    literal,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(key, fc.constantFrom('e', 'isPrototypeOf', '__proto__')), tie('value'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

/** `inPlace`: the definitions that may be referred to for the same value. */
function schema(
  {
    nested = true,
    contains = false,
    unevaluated = false,
    dependent = true,
    patterns = true,
    plain = false,
  }: Vocabulary,
  inPlace: readonly string[],
): fc.Arbitrary<RawSchema> {
  const reference = (names: readonly string[]) =>
    fc.constantFrom(...names).map((name) => ({ $ref: `#/$defs/${name}` }));
  return fc.letrec<{ same: RawSchema; inner: RawSchema }>((tie) => {
    const [same, inner] = [tie('same'), tie('inner')];
    const properties = fc.dictionary(key, inner, { maxKeys: 3 });
    const list = fc.array(same, { minLength: 1, maxLength: 3 });
    const values = fc.oneof(
      fc.record({ type: fc.constantFrom(...TYPES) }),
      fc.record({
        type: fc.uniqueArray(fc.constantFrom(...TYPES), { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ const: literal }),
      fc.record({ enum: fc.uniqueArray(literal, { minLength: 1, maxLength: 3 }) }),
      fc.record({ minimum: literal.filter((each) => typeof each === 'number') }),
      fc.record({ multipleOf: fc.constantFrom(1, 0.5, 0.01) }),
      fc.record({ minLength: count, maxLength: count }),
      fc.record({ pattern: fc.constantFrom(...PATTERNS) }),
    );
    const objects = fc.record(
      {
        type: fc.constant('object'),
        properties,
        required: keys,
        additionalProperties: fc.oneof(fc.constant(false), inner),
        ...(patterns && {
          patternProperties: fc.dictionary(fc.constantFrom(...PATTERNS), inner, { maxKeys: 2 }),
        }),
        propertyNames: fc.constantFrom<RawSchema>(
          { pattern: '^[a-e]+$' },
          { maxLength: 1 },
          { enum: ['a', 'b'] },
        ),
        minProperties: count,
        dependentRequired: fc.dictionary(key, keys, { maxKeys: 1 }),
        ...(dependent && { dependentSchemas: fc.dictionary(key, same, { maxKeys: 1 }) }),
        ...(unevaluated && { unevaluatedProperties: fc.oneof(fc.constant(false), inner) }),
      },
      { requiredKeys: [] },
    );
    const arrays = fc.record(
      {
        prefixItems: fc.array(inner, { minLength: 1, maxLength: 2 }),
        items: inner,
        minItems: count,
        uniqueItems: fc.boolean(),
        ...(contains && { contains: inner, minContains: count, maxContains: count }),
      },
      { requiredKeys: [] },
    );
    const combinations = fc.oneof(
      fc.record({ allOf: list }),
      fc.record({ anyOf: list }),
      fc.record({ oneOf: list }),
      fc.record({ not: same }),
      fc.record({ if: same, then: same, else: same }),
      fc.record({ properties, anyOf: list }),
      fc.record({ properties, required: keys, allOf: list }),
      tagged(inner),
    );
    const leaves = inPlace.length > 0 ? [values, reference(inPlace)] : [values];
    const described = fc.record(
      { properties, required: keys, additionalProperties: fc.constant(false) },
      { requiredKeys: ['properties'] },
    );
    const anything = nested ? [objects, objects, arrays] : [objects];
    const containers = plain ? [described, described, described, arrays] : anything;
    return {
      same: fc.oneof(
        { depthSize: 'small', maxDepth: 5 },
        ...leaves,
        ...containers,
        combinations,
        plain ? combinations : fc.boolean(),
      ),
      inner: nested
        ? fc.oneof(
            { depthSize: 'small', maxDepth: 5 },
            plain ? fc.constant(true) : values,
            reference(['x', 'y', 'z']),
            plain ? described : objects,
            tie('same'),
          )
        : values,
    };
  }).same;
}

/** A union of objects told apart by a constant. */
function tagged(inner: fc.Arbitrary<RawSchema>): fc.Arbitrary<RawSchema> {
  const branch = (tag: string) =>
    fc.dictionary(fc.constantFrom('b', 'c'), inner, { maxKeys: 2 }).map((properties) => ({
      type: 'object',
      required: ['a'],
      properties: { ...properties, a: { const: tag } },
    }));
  return fc.record({ oneOf: fc.tuple(branch('a'), branch('abc')) });
}

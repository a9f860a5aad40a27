import fc, { type Arbitrary } from 'fast-check';

// A small vocabulary, so that schemas and values meet often: a handful of names, of values, and every keyword.
const NAMES = ['a', 'b', 'kind', 'toString', '__proto__'] as const;
const SCALARS = [null, true, false, 0, 1, 2, 1.5, '', 'a', 'ab', '\u{1f600}', 'x-1'] as const;
const PATTERNS = ['^a', '^x-', '[0-9]$', '.'] as const;

const name = fc.constantFrom(...NAMES);
const scalar = fc.constantFrom(...SCALARS);
const small = fc.integer({ min: 0, max: 3 });

/** An object from pairs, in which `__proto__` is a name like others. */
function fromPairs<T>(pairs: readonly (readonly [string, T])[]): Record<string, T> {
  const object: Record<string, T> = {};
  for (const [key, value] of pairs) {
    Object.defineProperty(object, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}

function record<T>(value: Arbitrary<T>, maxLength = 4): Arbitrary<Record<string, T>> {
  return fc
    .uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength })
    .map(fromPairs);
}

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    record(tie('value'), 5),
  ),
}));

/** JSON values over the vocabulary of {@link randomSchema}. */
export const randomValue: Arbitrary<unknown> = value;

const NUMBERS = fc.record(
  {
    minimum: small,
    maximum: small,
    exclusiveMinimum: small,
    exclusiveMaximum: small,
    multipleOf: fc.constantFrom(1, 2, 0.5),
  },
  { requiredKeys: [] },
);
const STRINGS = fc.record(
  { minLength: small, maxLength: small, pattern: fc.constantFrom(...PATTERNS) },
  { requiredKeys: [] },
);
const TYPES = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'] as const;
const type = fc.oneof(
  fc.constantFrom(...TYPES),
  fc.uniqueArray(fc.constantFrom(...TYPES), { minLength: 1, maxLength: 3 }),
);
const values = fc.oneof(
  fc.record({ const: fc.oneof(scalar, value) }),
  fc.record({ enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 4 }) }),
  // More values than are compared one by one.
  fc.constant({ enum: ['a', 'ab', 1, 2, null, 'c', 'd', 'e', 'f', 'g', 'h', 'i'] }),
);

type Part = Record<string, unknown>;

const { schema } = fc.letrec<{ schema: unknown; tagged: unknown }>((tie) => {
  const sub = tie('schema');
  const some = fc.array(sub, { minLength: 1, maxLength: 3 });
  const objects: Arbitrary<Part> = fc.record(
    {
      properties: record(sub),
      required: fc.uniqueArray(name, { maxLength: 2 }),
      patternProperties: fc.dictionary(fc.constantFrom(...PATTERNS), sub, { maxKeys: 2 }),
      additionalProperties: fc.oneof(fc.constant(false), sub),
      propertyNames: sub,
      minProperties: small,
      maxProperties: small,
      dependentRequired: record(fc.uniqueArray(name, { maxLength: 2 }), 2),
      dependentSchemas: record(sub, 2),
      unevaluatedProperties: fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, sub),
    },
    { requiredKeys: [] },
  );
  const closed: Arbitrary<Part> = fc.record({
    type: fc.constant('object'),
    properties: record(sub),
    required: fc.uniqueArray(name, { maxLength: 2 }),
    additionalProperties: fc.constant(false),
  });
  const arrays: Arbitrary<Part> = fc.record(
    {
      prefixItems: some,
      items: sub,
      minItems: small,
      maxItems: small,
      uniqueItems: fc.constant(true),
      contains: sub,
      minContains: small,
      maxContains: small,
    },
    { requiredKeys: [] },
  );
  const inPlace: Arbitrary<Part> = fc.oneof(
    fc.record({ allOf: some }),
    fc.record({ anyOf: some }),
    fc.record({ oneOf: some }),
    fc.record({ oneOf: fc.array(tie('tagged'), { minLength: 2, maxLength: 4 }) }),
    fc.record({ anyOf: fc.array(tie('tagged'), { minLength: 2, maxLength: 4 }) }),
    fc.record({ not: sub }),
    fc.record({ if: sub, then: sub, else: sub }, { requiredKeys: ['if'] }),
  );
  const leaf: Arbitrary<Part> = fc.oneof(values, NUMBERS, STRINGS, fc.record({ type }));
  const parts = fc.oneof(objects, closed, arrays, inPlace, leaf);
  return {
    // Branches that a tag or the presence of a name tells apart, nearly.
    tagged: fc
      .tuple(fc.oneof(closed, objects), fc.option(scalar), fc.boolean())
      .map(([part, tag, required]): Part => {
        if (tag === null) return { type: 'object', ...part };
        const properties = { ...(part.properties as Part | undefined), kind: { const: tag } };
        return { type: 'object', ...part, properties, ...(required && { required: ['kind'] }) };
      }),
    schema: fc.oneof(
      { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.constantFrom(true, true, false, { $ref: '#/$defs/node' }, { $ref: '#/$defs/leaf' }),
      parts,
      fc.tuple(parts, parts).map(([a, b]) => ({ ...a, ...b })),
      fc.tuple(fc.record({ type }), parts).map(([a, b]) => ({ ...a, ...b })),
    ),
  };
});

/** Schemas of 2020-12 with all keywords that lowering knows, and definitions that refer to themselves. */
export const randomSchema: Arbitrary<Record<string, unknown>> = schema.map((part) => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  allOf: [part],
  $defs: {
    leaf: { type: ['string', 'integer'] },
    node: {
      type: 'object',
      properties: { a: { $ref: '#/$defs/node' }, b: { items: { $ref: '#/$defs/node' } } },
      required: ['kind'],
    },
  },
}));

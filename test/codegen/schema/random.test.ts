import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Lowered, lowerAll } from '../../../codegen/dist/schema/lower.js';
import { payload, payloadSchema, type RawSchema } from '../../support/arbitrary-schema.js';
import { evaluate } from '../../support/evaluate.js';
import { declarations } from '../../support/memory-loader.js';

const values = fc.array(payload, { minLength: 20, maxLength: 20 });
const ajv = new Ajv2020({ strict: false, ownProperties: true, strictNumbers: true, logger: false });

function lower(schema: RawSchema): Lowered {
  const { declarations: all, loader } = declarations({ m: schema });
  const { value, diagnostics } = lowerAll(all, loader);
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  return value;
}

const UNEVALUATED = { nested: false, unevaluated: true, patterns: false, dependent: false };

test('ajv forgets what is evaluated beside a dependent schema that does not apply; we do not', () => {
  const schema = {
    properties: { b: {} },
    dependentSchemas: { a: { properties: { a: {} } } },
    unevaluatedProperties: false,
  };
  const set = lower(schema);
  expect(ajv.compile(schema)({ b: 1 })).toBe(false);
  expect(evaluate(set, set.roots.get('m') ?? '', { b: 1 })).toBe(true);
  expect(evaluate(set, set.roots.get('m') ?? '', { a: 1, b: 1 })).toBe(true);
  expect(evaluate(set, set.roots.get('m') ?? '', { c: 1 })).toBe(false);
});

// Without dependentSchemas beside unevaluatedProperties, by the test above.
test.each([
  ['nested values', {}],
  ['unevaluatedProperties', UNEVALUATED],
])('the lowered schema accepts what JSON Schema accepts: %s', (_, vocabulary) => {
  fc.assert(
    fc.property(payloadSchema(vocabulary), values, (schema, values) => {
      const set = lower(schema);
      const validate = ajv.compile(schema);
      for (const value of values) {
        const verdict = evaluate(set, set.roots.get('m') ?? '', value);
        expect({ value, verdict }).toEqual({ value, verdict: validate(value) });
      }
    }),
    { numRuns: 100 },
  );
});

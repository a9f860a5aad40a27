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

test.each([
  ['nested values', {}],
  ['unevaluatedProperties', { nested: false, unevaluated: true, patterns: false }],
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
    { seed: 20261125, numRuns: 100 },
  );
});

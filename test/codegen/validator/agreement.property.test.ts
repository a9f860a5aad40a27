import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { validatePayload } from '../../../runtime/dist/validation.js';
import { evaluate } from '../../support/evaluate.js';
import { randomSchema, randomValue } from '../../support/random-schemas.js';
import { importValidators, lowerPayloads, printModules } from '../../support/validators.js';

/** How the judges answer for one value; `explained` is whether the explainer found nothing to say. */
interface Verdicts {
  readonly ours: boolean;
  readonly explained: boolean;
  readonly ajv: boolean;
}

const samples = fc.array(
  fc.tuple(randomSchema, fc.array(randomValue, { minLength: 12, maxLength: 20 })),
  {
    minLength: 25,
    maxLength: 30,
  },
);

/** What ajv 8.20 gets wrong, by its keywords; a schema without them must be judged as ajv does. */
const AJV_IS_WRONG = /"(?:contains|prefixItems|unevaluatedProperties|__proto__)"/;

test('a printed validator judges as the schema means, as ajv does, and as its explanation says', async () => {
  await fc.assert(
    fc.asyncProperty(samples, async (pairs) => {
      const payloads = Object.fromEntries(pairs.map(([schema], index) => [`s${index}`, schema]));
      const lowered = lowerPayloads(payloads);
      const validators = await importValidators(printModules(lowered));
      for (const [index, [schema, values]] of pairs.entries()) {
        const validator = validators.get(`s${index}`);
        const root = lowered.roots.get(`s${index}`);
        if (validator === undefined || root === undefined) throw new Error('no validator');
        const ajv = new Ajv2020({ strict: false, strictNumbers: true, ownProperties: true });
        const judge = ajv.compile(schema);
        for (const value of values) {
          const meaning = evaluate(lowered, root, value);
          const theirs = verdict(() => judge(value));
          const ajvErrs = theirs === undefined || AJV_IS_WRONG.test(JSON.stringify(schema));
          const all: Verdicts = {
            ours: validator.write(value),
            explained: validator.explain(value, 'write').length === 0,
            ajv: ajvErrs ? meaning : theirs,
          };
          const expected: Verdicts = { ours: meaning, explained: meaning, ajv: meaning };
          expect({ schema, value, ...all }).toEqual({ schema, value, ...expected });
          const issues = validatePayload(validator, value, 'write');
          expect(issues?.some(({ keyword }) => keyword === 'validator') ?? false).toBe(false);
        }
      }
    }),
    // The failure names its schema and value; shrinking a batch of compilations takes minutes.
    { numRuns: 3, endOnFailure: true },
  );
}, 120_000);

/** `undefined` where the judge throws: ajv's `equal` calls `toString` and `valueOf` of the data. */
function verdict(judge: () => boolean): boolean | undefined {
  try {
    return judge();
  } catch {
    return undefined;
  }
}

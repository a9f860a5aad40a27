import type { Issue } from './errors.js';

/** Which end of a stream judges: `write` what is emitted, `read` what arrives. */
export type ValidationMode = 'write' | 'read';

/**
 * The validator of one payload type, as generated. `write` judges what is emitted, `read` what arrives;
 * under `evolution: strict` they are one function. `explain` runs only after a refusal.
 *
 * The functions look at own enumerable properties, and take a property whose value is `undefined` for absent,
 * as JSON does.
 */
export interface PayloadValidator<T> {
  readonly write: (payload: unknown) => payload is T;
  readonly read: (payload: unknown) => payload is T;
  readonly explain: (payload: unknown, mode: ValidationMode) => Issue[];
}

/** How {@link validatePayload} reports. */
export interface ValidationOptions {
  /** Leave `actual` out of every issue: payload values may be secrets. Default false. */
  readonly hideActual?: boolean;
}

/**
 * Judge a payload. Answers `undefined` where it is valid, else at least one and at most 20 issues.
 * Never throws for anything JSON can hold: data nested too deeply for the stack is invalid.
 */
export function validatePayload<T>(
  validator: PayloadValidator<T>,
  payload: unknown,
  mode: ValidationMode,
  options: ValidationOptions = {},
): Issue[] | undefined {
  try {
    if (validator[mode](payload)) return undefined;
    const issues = validator.explain(payload, mode);
    if (issues.length === 0) return [unexplained];
    return options.hideActual === true ? issues.map(withoutActual) : issues;
  } catch (error) {
    if (error instanceof RangeError) return [tooDeep];
    throw error;
  }
}

const tooDeep: Issue = { pointer: '', keyword: 'depth', expected: 'nested less deeply' };

// Function and explainer come from one schema and are tested against each other; should they ever
// differ, the payload stays refused and the message says whose fault it is.
const unexplained: Issue = {
  pointer: '',
  keyword: 'validator',
  expected:
    'valid by its schema; the validator found no single fault to name, which is a bug in pspf: please report the schema and the payload',
};

function withoutActual({ actual: _, ...issue }: Issue): Issue {
  return issue;
}

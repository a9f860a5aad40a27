import type { Issue } from './errors.js';

/**
 * The validator of one payload type, as generated. `write` judges what is emitted, `read` what arrives;
 * under `evolution: strict` they are one function. `explain` runs only after a refusal.
 */
export interface PayloadValidator<T> {
  readonly write: (payload: unknown) => payload is T;
  readonly read: (payload: unknown) => payload is T;
  readonly explain: (payload: unknown, mode: 'write' | 'read') => Issue[];
}

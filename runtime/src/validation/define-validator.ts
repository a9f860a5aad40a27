import type { PayloadValidator } from '../validation.js';
import { explain } from './explain.js';
import type { LoweredDefinitions } from './lowered.js';

/** What a generated validator module hands over. */
export interface ValidatorParts {
  /** The printed functions. They are total: they answer for any value and never throw but for stack depth. */
  readonly write: (data: unknown) => boolean;
  readonly read: (data: unknown) => boolean;
  /** The names of their definitions within `schemas`. */
  readonly roots: { readonly write: string; readonly read: string };
  /** JSON texts of definitions by name; parsed at the first refusal. */
  readonly schemas: readonly string[];
  /** The formats that the schemas speak of. */
  readonly formats?: Readonly<Record<string, (text: string) => boolean>>;
}

/** Make a stream's validator from what was generated for it. Called by generated code only. */
export function defineValidator<T>(parts: ValidatorParts): PayloadValidator<T> {
  let definitions: LoweredDefinitions | undefined;
  return {
    write: (payload): payload is T => parts.write(payload),
    read: (payload): payload is T => parts.read(payload),
    explain(payload, mode) {
      definitions ??= parse(parts.schemas);
      return explain(definitions, parts.formats ?? {}, parts.roots[mode], payload);
    },
  };
}

function parse(schemas: readonly string[]): LoweredDefinitions {
  return Object.assign(Object.create(null), ...schemas.map((text) => JSON.parse(text)));
}

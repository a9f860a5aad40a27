import { PspfError } from './errors.js';

/** Reads the ordering key of a payload; undefined where it has none. */
export type KeyReader = (payload: unknown) => string | undefined;

/**
 * Compile a declaration's `key`, a JSON pointer (RFC 6901), once.
 *
 * A string is the key as it is, a number or boolean as JSON text; null or nothing there is no key.
 * The reader throws `INVALID_PAYLOAD` for an object or array.
 */
export function keyReader(stream: string, pointer: string | undefined): KeyReader {
  if (pointer === undefined) return () => undefined;
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return (payload) => {
    let value = payload;
    for (const name of names) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
        return undefined;
      value = Reflect.get(value, name);
    }
    return keyText(stream, pointer, value);
  };
}

function keyText(stream: string, pointer: string, value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return JSON.stringify(value);
    case 'undefined':
      return undefined;
    default:
      if (value === null) return undefined;
  }
  const actual = Array.isArray(value) ? 'an array' : 'an object';
  throw new PspfError(
    'INVALID_PAYLOAD',
    `${stream}: the ordering key ${pointer} is ${actual}; it must be a string, number or boolean`,
    {
      stream,
      issues: [{ pointer, keyword: 'type', expected: 'a string, number or boolean', actual }],
    },
  );
}

import { isRecord } from './pointer.js';

/** JSON data as text in the canonical form of RFC 8785: keys sorted by UTF-16 code units, numbers as ECMAScript's. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

import { createHash } from 'node:crypto';
import type { Json, Schema } from '../schema/dialect.js';

/**
 * What a schema means, as text: the same for equal meaning whatever the order of its keywords.
 * `nameOf` says how a call is written, since ids tell of places and must not reach names.
 */
export function contentOf(schema: Schema, nameOf: (id: string) => string): string {
  return JSON.stringify(plain(schema, nameOf));
}

/** Lists whose order is the author's taste. */
const ORDERLESS: ReadonlySet<string> = new Set([
  'properties',
  'required',
  'patternProperties',
  'dependentRequired',
  'dependentSchemas',
]);

/** Names, or pairs by their names. */
function byName(a: unknown, b: unknown): number {
  return nameIn(a) < nameIn(b) ? -1 : 1;
}

function nameIn(item: unknown): string {
  return String(Array.isArray(item) ? item[0] : item);
}

/** Short, for names. */
export function hashOf(content: string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 8);
}

/** JSON text with sorted names: equal values, equal texts. */
export function canonicalJson(value: Json): string {
  if (isList(value)) return `[${value.map(canonicalJson).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item)}`).join()}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

// `at` and `notes` say where and why, not what. Nothing else in the dialect goes by these names but
// properties and values, and those stand in lists of pairs and below `enum`.
function plain(value: unknown, nameOf: (id: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => plain(item, nameOf));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([name, item]) => name !== 'at' && name !== 'notes' && item !== undefined,
  );
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, item]) => {
    if (name === 'enum' && Array.isArray(item)) return [name, item.map(canonicalJson)];
    if (name === 'call') return [name, nameOf(String(item))];
    const meaning = plain(item, nameOf);
    return [name, ORDERLESS.has(name) && Array.isArray(meaning) ? meaning.sort(byName) : meaning];
  });
}

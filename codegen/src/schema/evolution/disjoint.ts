import { canonical } from '../canonical.js';
import type { Schema } from '../dialect.js';
import type { Definitions } from '../evaluated.js';

/**
 * Whether no object can match two of the schemas: all that allow objects require a property to be one of their own
 * constants.
 */
export function areDisjoint(schemas: readonly Schema[], definitions: Definitions): boolean {
  const tags = schemas
    .filter((schema) => allowsObjects(schema, definitions))
    .map((schema) => tagsOf(schema, definitions));
  const [first, ...others] = tags;
  if (first === undefined || others.length === 0) return true;
  return [...first.keys()].some((property) => {
    const values = tags.map((each) => each.get(property));
    const all = values.flatMap((each) => [...(each ?? [])]);
    return values.every((each) => each !== undefined) && new Set(all).size === all.length;
  });
}

function allowsObjects(schema: Schema, definitions: Definitions): boolean {
  return parts(schema, definitions).every(
    (part) => part !== false && (part === true || (part.type?.includes('object') ?? true)),
  );
}

function tagsOf(schema: Schema, definitions: Definitions): ReadonlyMap<string, Set<string>> {
  const tags = new Map<string, Set<string>>();
  const all = parts(schema, definitions).filter((part) => typeof part === 'object');
  const required = new Set(all.flatMap((part) => part.required ?? []));
  for (const [name, property] of all.flatMap(({ properties = [] }) => properties)) {
    if (!required.has(name) || typeof property === 'boolean' || !property.enum) continue;
    const values = new Set(property.enum.map(canonical));
    const before = tags.get(name);
    tags.set(name, before ? new Set([...before].filter((value) => values.has(value))) : values);
  }
  return tags;
}

/** Everything that always holds of the value. */
function parts(schema: Schema, definitions: Definitions): Schema[] {
  const found: Schema[] = [];
  const open: Schema[] = [schema];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.push(next);
    if (typeof next === 'boolean') continue;
    open.push(...(next.allOf ?? []));
    const called = next.call === undefined ? undefined : definitions.get(next.call);
    if (called) open.push(called.schema);
  }
  return found;
}

/** Whether an object has a property of its own; for names that every object inherits. */
export const hasOwn: (data: object, name: string) => boolean = Object.hasOwn;

/**
 * An object as payload: itself where it is a plain one; else its own enumerable properties in an object without
 * prototype, so that what a class or `Object.create` put above it is not taken for payload. `undefined` for what
 * is no object, arrays included.
 *
 * A property that someone adds to `Object.prototype` itself is seen: code that reads the payload sees it too.
 */
export function asObject(data: unknown): object | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const prototype = Object.getPrototypeOf(data);
  if (prototype === Object.prototype) return data;
  if (Array.isArray(data)) return undefined;
  // Nothing to inherit from: it is what we would make. Also the answer of an earlier call.
  return prototype === null ? data : Object.assign(Object.create(null), data);
}

/** How many properties are there for JSON: own, enumerable, not `undefined`. */
export function propertyCount(data: Record<string, unknown>): number {
  let count = 0;
  for (const name of Object.keys(data)) if (data[name] !== undefined) count++;
  return count;
}

/** Whether an object has a property, for JSON, whose name is not among the known ones. */
export function hasUnknown(data: Record<string, unknown>, known: ReadonlySet<string>): boolean {
  return Object.keys(data).some((name) => !known.has(name) && data[name] !== undefined);
}

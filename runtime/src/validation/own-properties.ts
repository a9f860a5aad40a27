/** Whether an object has a property of its own; for names that every object inherits. */
export const hasOwn: (data: object, name: string) => boolean = Object.hasOwn;

/**
 * The own enumerable properties of an object that does not have the plain prototype, in one without prototype,
 * so that what a class or `Object.create` put above it is not taken for payload. `undefined` for an array.
 */
export function ownProperties(data: object): object | undefined {
  if (Array.isArray(data)) return undefined;
  // Nothing to inherit from: it is what we would make. Also the answer of an earlier call.
  if (Object.getPrototypeOf(data) === null) return data;
  return Object.assign(Object.create(null), data);
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

import { PspfError } from './errors.js';

/** How an option must look, in words and as a test. */
export interface Shape {
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
}

export const aText: Shape = { expected: 'a text', fits: (value) => typeof value === 'string' };

export const aBoolean: Shape = {
  expected: 'true or false',
  fits: (value) => typeof value === 'boolean',
};

export const anObject: Shape = { expected: 'an object', fits: isObject };

/** An object with these methods, its own or not. */
export function withMethods(expected: string, ...names: readonly string[]): Shape {
  return {
    expected,
    fits: (value) =>
      isObject(value) && names.every((name) => typeof Reflect.get(value, name) === 'function'),
  };
}

export function listOf({ expected, fits }: Shape): Shape {
  return {
    expected: `a list, ${expected} each`,
    fits: (value) => Array.isArray(value) && value.every(fits),
  };
}

export function either(one: Shape, other: Shape): Shape {
  return {
    expected: `${one.expected}, or ${other.expected}`,
    fits: (value) => one.fits(value) || other.fits(value),
  };
}

export const isFalse: Shape = { expected: 'false', fits: (value) => value === false };

export const aFunction: Shape = {
  expected: 'a function',
  fits: (value) => typeof value === 'function',
};

/**
 * Check what the compiler checks for those who have it, where it is given and not where it is first used. The
 * value is not told: it may be a secret.
 * @throws {PspfError} `INVALID_OPTION`
 */
export function checkShapes(
  where: string,
  given: object,
  shapes: Readonly<Record<string, Shape>>,
): void {
  for (const [name, { expected, fits }] of Object.entries(shapes)) {
    const value = Reflect.get(given, name);
    if (value !== undefined && !fits(value)) {
      throw new PspfError('INVALID_OPTION', `${where}: ${name} must be ${expected}`);
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

import { PspfError } from './errors.js';

/** A payload as it will be on the wire. */
export interface WirePayload {
  /** JSON text. */
  readonly text: string;
  /**
   * What a reader gets from `text`: equal to `JSON.parse(text)`, but for members that are `undefined`, which
   * validators take for absent. Validate this, never the original.
   */
  readonly value: unknown;
}

/**
 * A payload's JSON text, and the value that text stands for.
 *
 * What JSON.stringify leaves out or replaces (`undefined`, `NaN`, a `Date`, `toJSON`, a getter that
 * answers differently each time, a hidden property) would pass a validator that looked at the original.
 * So the original is copied while each property is read once; where the copy meets anything
 * but plain data, JSON.parse of the text decides. The copy costs a third of that.
 *
 * @throws {PspfError} `UNSERIALIZABLE`, naming the place by JSON pointer.
 */
export function toWire(stream: string, payload: unknown): WirePayload {
  const copy = tryCopy(payload);
  if (copy !== NOT_PLAIN) return { text: stringify(stream, copy), value: copy };
  const text = stringify(stream, payload);
  return { text, value: JSON.parse(text) };
}

const NOT_PLAIN = Symbol('not plain');
const MAX_COPY_DEPTH = 64;

function tryCopy(payload: unknown): unknown {
  try {
    return isPrototypePolluted() ? NOT_PLAIN : plainCopy(payload, 0);
  } catch {
    // A getter or a trap throws: JSON.stringify meets it too, and its error is explained.
    return NOT_PLAIN;
  }
}

function plainCopy(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      // JSON has no -0: adding 0 makes it 0.
      return Number.isFinite(value) ? value + 0 : null;
    case 'object':
      if (value === null) return null;
      // Also where a cycle ends up.
      if (depth === MAX_COPY_DEPTH || 'toJSON' in value) return NOT_PLAIN;
      return Array.isArray(value) ? copyArray(value, depth) : copyObject(value, depth);
    default:
      return NOT_PLAIN;
  }
}

function copyArray(array: readonly unknown[], depth: number): unknown {
  const copy: unknown[] = [];
  const { length } = array;
  for (let i = 0; i < length; i++) {
    const item = array[i];
    const part = item === undefined ? null : plainCopy(item, depth + 1);
    if (part === NOT_PLAIN) return NOT_PLAIN;
    copy.push(part);
  }
  return copy;
}

function copyObject(object: object, depth: number): unknown {
  // Others may hold a hidden value: Number, String, JSON.rawJSON.
  if (Object.getPrototypeOf(object) !== Object.prototype) return NOT_PLAIN;
  // Reads each property once, and much faster than one by one.
  const copy: Record<string, unknown> = { ...object };
  // Own names only, while Object.prototype is clean.
  for (const name in copy) {
    const member = copy[name];
    // As good as absent, for JSON.stringify and for validators; deleting it would make the copy slow.
    if (member === undefined) continue;
    const part = plainCopy(member, depth + 1);
    if (part === NOT_PLAIN) return NOT_PLAIN;
    if (Object.is(part, member)) continue;
    // Assigning it would set the prototype.
    if (name === '__proto__') return NOT_PLAIN;
    copy[name] = part;
  }
  return copy;
}

/** Whether somebody made properties that every object seems to have. */
function isPrototypePolluted(): boolean {
  for (const _ in Object.prototype) return true;
  return false;
}

function stringify(stream: string, payload: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(payload);
  } catch (cause) {
    throw unserializable(stream, whyNot(payload), cause);
  }
  if (text === undefined) throw unserializable(stream, `it is ${nameOf(payload)}`);
  return text;
}

function unserializable(stream: string, why: string, cause?: unknown): PspfError {
  return new PspfError(
    'UNSERIALIZABLE',
    `${stream}: the payload cannot be written as JSON: ${why}. Emit plain data.`,
    { stream, cause },
  );
}

function nameOf(value: unknown): string {
  if (typeof value === 'object') return 'an object whose toJSON answers nothing';
  return value === undefined ? 'undefined' : `a ${typeof value}`;
}

/** Goes the way JSON.stringify goes once more, remembering where: the last place is the one it gave up at. */
function whyNot(payload: unknown): string {
  const path: { readonly name: string; readonly value: unknown }[] = [];
  try {
    JSON.stringify(payload, function (this: unknown, name: string, value: unknown) {
      while (path.length > 1 && path.at(-1)?.value !== this) path.pop();
      path.push({ name, value });
      return value;
    });
  } catch (cause) {
    const last = path.at(-1)?.value;
    const pointer = path.slice(1).map(({ name }) => `/${escapePointer(name)}`);
    const place = pointer.length === 0 ? 'the payload' : bounded(pointer.join(''));
    if (cause instanceof RangeError) return 'it is too large or nested too deeply';
    if (typeof last === 'bigint') return `${place} is a BigInt`;
    if (path.slice(0, -1).some(({ value }) => value === last)) {
      return `${place} refers back to an object it is inside of`;
    }
    return `a toJSON or getter throws within or after ${place}`;
  }
  return 'it changes while it is read';
}

/** One reference token of a JSON pointer (RFC 6901). */
function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function bounded(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}

import type { Issue } from '../errors.js';
import { showValue } from './describe.js';
import type { LoweredDefinitions, LoweredSchema } from './lowered.js';
import { asObject } from './own-properties.js';

/** What the explainer works with. */
export interface Explainer {
  readonly definitions: LoweredDefinitions;
  readonly formats: Readonly<Record<string, (text: string) => boolean>>;
  /** The compiled form of a pattern; compiled once. */
  readonly pattern: (source: string) => RegExp;
  /** Add what is wrong with the value at a place. */
  readonly check: (schema: LoweredSchema, place: Place) => void;
}

/** A value within the payload, and where its issues go. */
export interface Place {
  readonly value: unknown;
  readonly pointer: string;
  readonly branch: string | undefined;
  readonly found: Issue[];
  /** No more than so many are looked for. */
  readonly most: number;
}

export type JsonKind = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' | 'none';

export function kindOf(value: unknown): JsonKind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'boolean':
    case 'number':
    case 'string':
    case 'object':
      return typeof value as JsonKind;
    default:
      return 'none';
  }
}

export function isFull(place: Place): boolean {
  return place.found.length >= place.most;
}

/** The place of a property or item. */
export function child(place: Place, name: string | number, value: unknown): Place {
  const token = String(name).replaceAll('~', '~0').replaceAll('/', '~1');
  return { ...place, value, pointer: `${place.pointer}/${token}` };
}

/** Add an issue about the value at a place; a value that is absent is not shown. */
export function report(place: Place, keyword: string, expected: string): void {
  if (isFull(place)) return;
  place.found.push({
    pointer: place.pointer,
    keyword,
    expected,
    ...(place.value === undefined ? {} : { actual: showValue(place.value) }),
    ...(place.branch === undefined ? {} : { branch: place.branch }),
  });
}

export function matches(explainer: Explainer, schema: LoweredSchema, value: unknown): boolean {
  const place: Place = { value, pointer: '', branch: undefined, found: [], most: 1 };
  explainer.check(schema, place);
  return place.found.length === 0;
}

/** An object's payload: its own properties that are not `undefined`. */
export function fieldsOf(value: object): ReadonlyMap<string, unknown> {
  const entries = Object.entries(asObject(value) ?? {});
  return new Map(entries.filter(([, item]) => item !== undefined));
}

import type {
  Json,
  LoweredSet,
  Schema,
  SchemaObject,
} from '../../../codegen/dist/schema/dialect.js';
import { place, setOf } from './support.js';

const KEYS = ['a', 'b', 'x-1', 'toString', '12'] as const;
const LITERALS: readonly Json[] = ['a', 'b', '', 1, 0, 2.5, true, null];
const TYPES = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'] as const;
const PATTERNS = [
  '^x-',
  '^(a|b)$',
  '^[ab]$',
  '\\d',
  '^\\d+$',
  '.*',
  '^x-\\d+$',
  'g$',
  '^a',
  '^x?-?1',
];
const CALLS = ['Root', 'One', 'Two'] as const;

/** A stream of choices that a seed fixes. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  some<T>(list: readonly T[], most: number): readonly T[] {
    const picked = new Set(Array.from({ length: 1 + this.below(most) }, () => this.one(list)));
    return [...picked];
  }
}

/** Three definitions that may call each other and themselves, in place and within. */
export function randomSet(dice: Dice): LoweredSet {
  return setOf(Object.fromEntries(CALLS.map((id) => [id, randomSchema(dice, 3)])));
}

function randomSchema(dice: Dice, depth: number): Schema {
  if (dice.chance(16)) return !dice.chance(3);
  const schema = randomObject(dice, depth);
  return { ...schema, at: place };
}

type Part = Omit<SchemaObject, 'at'>;

function randomObject(dice: Dice, depth: number): Part {
  const inner = () => randomSchema(dice, depth - 1);
  const parts: readonly (() => Part)[] = [
    () => ({ type: dice.some(TYPES, 2) }),
    () => ({ type: ['object'] }),
    () => ({ enum: dice.some(LITERALS, 3) }),
    () => ({ call: dice.one(CALLS) }),
    () => ({ minimum: 1, pattern: 'a' }),
    ...(depth <= 0
      ? []
      : [
          () => ({ properties: dice.some(KEYS, 3).map((key) => [key, inner()] as const) }),
          () => ({
            type: ['object'] as const,
            properties: dice.some(KEYS, 3).map((key) => [key, inner()] as const),
            required: dice.some(KEYS, 1),
          }),
          () => ({ required: dice.some(KEYS, 2) }),
          () => ({
            patternProperties: dice.some(PATTERNS, 2).map((source) => [source, inner()] as const),
          }),
          () => ({ additionalProperties: dice.chance(2) ? false : inner() }),
          () => ({ propertyNames: { enum: dice.some(KEYS, 2), at: place } }),
          () => ({ dependentRequired: [[dice.one(KEYS), dice.some(KEYS, 1)] as const] }),
          () => ({ dependentSchemas: [[dice.one(KEYS), inner()] as const] }),
          () => ({
            prefix: [inner(), inner()].slice(dice.below(2)),
            ...(dice.chance(2) ? {} : { rest: inner() }),
          }),
          () => ({ type: ['array'] as const, rest: inner(), minItems: dice.below(2) }),
          () => ({
            maxItems: dice.below(3),
            contains: { schema: inner(), min: 1, max: undefined },
          }),
          () => ({ allOf: [inner(), inner()] }),
          () => ({ anyOf: [inner(), inner()] }),
          () => ({ oneOf: [inner(), inner()] }),
          () => ({
            oneOf: dice.some(KEYS, 3).map((key): Schema => ({ required: [key], at: place })),
          }),
          () => ({ not: inner() }),
          () => ({ if: inner(), then: inner() }),
          () => ({ if: inner(), then: inner(), else: inner() }),
          () => ({
            if: {
              properties: [[dice.one(KEYS), { enum: dice.some(LITERALS, 1), at: place }]] as const,
              at: place,
            },
            then: inner(),
          }),
        ]),
  ];
  const count = 1 + dice.below(3);
  return Object.assign({}, ...Array.from({ length: count }, () => dice.one(parts)()));
}

export function randomValue(dice: Dice, depth = 3): Json {
  const kind = depth <= 0 ? 0 : dice.below(8);
  if (kind < 3) return dice.one(LITERALS);
  if (kind < 5) return Array.from({ length: dice.below(4) }, () => randomValue(dice, depth - 1));
  const keys = dice.chance(5) ? [] : dice.some(KEYS, 4);
  return Object.fromEntries(keys.map((key) => [key, randomValue(dice, depth - 1)]));
}

/** A value that follows some of what a schema says, as far as following is easy. */
export function valueFor(dice: Dice, set: LoweredSet, schema: Schema, depth = 4): Json {
  if (typeof schema === 'boolean' || depth <= 0 || dice.chance(12)) return randomValue(dice, depth);
  const follow = (part: Schema) => valueFor(dice, set, part, depth - 1);
  if (schema.enum && schema.enum.length > 0) return dice.one(schema.enum);
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  if (branches.length > 0 && !dice.chance(3)) {
    const value = follow(dice.one(branches));
    const own = follow({ ...schema, anyOf: [], oneOf: [], allOf: [] });
    return isRecord(value) && isRecord(own) ? { ...value, ...own } : value;
  }
  if (schema.call !== undefined && dice.chance(2))
    return follow(set.definitions.get(schema.call)?.schema ?? true);
  const type = schema.type ? dice.one(schema.type) : undefined;
  if (type === 'object' || (!type && (schema.properties || schema.required))) {
    const named =
      schema.properties?.filter(([name]) => schema.required?.includes(name) || !dice.chance(3)) ??
      [];
    const missing = (schema.required ?? []).map((name) => [name, randomValue(dice, 1)] as const);
    const extra = dice.chance(2) ? [[dice.one(KEYS), randomValue(dice, 1)] as const] : [];
    return Object.fromEntries([
      ...extra,
      ...missing,
      ...named.map(([name, part]) => [name, follow(part)] as const),
    ]);
  }
  if (type === 'array' || (!type && (schema.prefix || schema.rest !== undefined))) {
    const items = (schema.prefix ?? []).map(follow);
    const more = Array.from({ length: dice.below(3) }, () => follow(schema.rest ?? true));
    return [...items, ...more].slice(0, schema.maxItems);
  }
  if (!type) return randomValue(dice, depth);
  return type === 'integer'
    ? 1
    : (LITERALS.find((value) => (value === null ? 'null' : typeof value) === type) ?? null);
}

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { Definition, DefinitionId, Evaluated, Schema, SchemaObject } from './dialect.js';

export type Definitions = ReadonlyMap<DefinitionId, Definition>;

export const NOTHING: Evaluated = { names: [], patterns: [], guarded: [] };
export const EVERYTHING: Evaluated = { all: true, names: [], patterns: [], guarded: [] };

/** How the names in place are counted. */
export interface Counting {
  /** What one schema, without those it calls or holds, says about names. */
  speaks(schema: SchemaObject): Evaluated;
  /** The guard for what a branch evaluates. */
  guard(branch: Schema): Schema;
}

/**
 * The property names that a schema evaluates in place (2020-12 core, section 11.3): its own, and those of what it
 * calls and combines, under a guard where they count only if a branch holds.
 */
export function evaluatedBy(
  schema: Schema,
  definitions: Definitions,
  counting: Counting = STANDARD,
): Evaluated {
  if (typeof schema === 'boolean') return NOTHING;
  const by = (part: Schema | undefined): Evaluated =>
    part === undefined ? NOTHING : evaluatedBy(part, definitions, counting);
  const { at, call, dependentSchemas = [] } = schema;
  return union([
    counting.speaks(schema),
    ...(call === undefined ? [] : [by(definitions.get(call)?.schema)]),
    ...(schema.allOf ?? []).map(by),
    ...[schema.anyOf ?? [], schema.oneOf ?? []].map((branches) =>
      choice(
        branches
          .filter((branch) => branch !== false)
          .map((branch) => ({ when: counting.guard(branch), evaluated: by(branch) })),
      ),
    ),
    ...(schema.if === undefined
      ? []
      : [
          choice([
            { when: schema.if, evaluated: union([by(schema.if), by(schema.then)]) },
            { when: { not: schema.if, at }, evaluated: by(schema.else) },
          ]),
        ]),
    ...dependentSchemas.map(([name, part]) => ({
      ...NOTHING,
      guarded: [{ when: { type: ['object'], required: [name], at } as const, evaluated: by(part) }],
    })),
  ]);
}

/** Of several, at least one of which holds: always what all have in common, and the rest of each under its guard. */
function choice(options: Evaluated['guarded']): Evaluated {
  const sides = options.map(({ evaluated }) => evaluated);
  const [first] = sides;
  if (first === undefined) return NOTHING;
  if (sides.every(({ all }) => all)) return EVERYTHING;
  const inAll = (list: 'names' | 'patterns'): string[] => {
    const [shortest = [], ...others] = sides
      .filter(({ all }) => !all)
      .map((side) => side[list])
      .sort((a, b) => a.length - b.length);
    return shortest.filter((each) => others.every((other) => other.includes(each)));
  };
  return union([{ names: inAll('names'), patterns: inAll('patterns'), guarded: options }]);
}

/** What JSON Schema counts. `additionalProperties` speaks of every name left. */
export function speaksOf(schema: SchemaObject): Evaluated {
  if (schema.additionalProperties !== undefined || schema.remaining) return EVERYTHING;
  return {
    names: (schema.properties ?? []).map(([name]) => name),
    patterns: (schema.patternProperties ?? []).map(([pattern]) => pattern),
    guarded: [],
  };
}

const STANDARD: Counting = { speaks: speaksOf, guard: (branch) => branch };

/** All of several, sorted, without guards that add nothing. */
export function union(parts: readonly Evaluated[]): Evaluated {
  if (parts.some(({ all }) => all)) return EVERYTHING;
  const names = sorted(parts.flatMap((part) => part.names));
  const patterns = sorted(parts.flatMap((part) => part.patterns));
  const guarded = parts
    .flatMap((part) => part.guarded)
    .map(({ when, evaluated }) => ({ when, evaluated: without(evaluated, names, patterns) }))
    .filter(({ evaluated }) => !isNothing(evaluated));
  return { names, patterns, guarded };
}

export function isNothing({ all, names, patterns, guarded }: Evaluated): boolean {
  return !all && names.length + patterns.length + guarded.length === 0;
}

export function without(
  evaluated: Evaluated,
  names: readonly string[],
  patterns: readonly string[],
): Evaluated {
  if (evaluated.all) return evaluated;
  const left = {
    names: evaluated.names.filter((name) => !names.includes(name)),
    patterns: evaluated.patterns.filter((pattern) => !patterns.includes(pattern)),
  };
  const guarded = evaluated.guarded
    .map(({ when, evaluated }) => ({ when, evaluated: without(evaluated, names, patterns) }))
    .filter(({ evaluated }) => !isNothing(evaluated));
  return { ...left, guarded };
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

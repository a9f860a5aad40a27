import type { DefinitionId, LoweredSet, Schema } from '../schema/dialect.js';
import type { Type } from './ir.js';

const MAX = 1_000_000;

/** About how many members a type has once the compiler has seen through its references and intersections. */
export function weightOf(type: Type, set: LoweredSet, known: Map<DefinitionId, number>): number {
  return cap(
    type.reduce((sum, atom) => {
      if (atom.kind === 'ref') return sum + weightOfDefinition(atom.id, set, known);
      if (atom.kind !== 'both') return sum + 1;
      return sum + atom.parts.reduce((product, part) => product * weightOf(part, set, known), 1);
    }, 0),
  );
}

function weightOfDefinition(
  id: DefinitionId,
  set: LoweredSet,
  known: Map<DefinitionId, number>,
): number {
  const weight = known.get(id);
  if (weight !== undefined) return weight;
  known.set(id, 1); // What leads back to itself at the same value becomes `unknown`.
  const counted = weightOfSchema(set.definitions.get(id)?.schema ?? true);
  known.set(id, counted);
  return counted;

  function weightOfSchema(schema: Schema): number {
    if (typeof schema === 'boolean') return 1;
    const {
      call,
      allOf = [],
      anyOf,
      oneOf,
      dependentRequired = [],
      dependentSchemas = [],
    } = schema;
    const unions = [anyOf, oneOf].filter((branches) => branches !== undefined);
    const factors = [
      call === undefined ? 1 : weightOfDefinition(call, set, known),
      ...allOf.map(weightOfSchema),
      ...unions.map((branches) =>
        branches.reduce((sum, branch) => sum + weightOfSchema(branch), 0),
      ),
      2 ** (dependentRequired.length + dependentSchemas.length + (schema.if === undefined ? 0 : 1)),
    ];
    return cap(factors.reduce((product, factor) => product * Math.max(factor, 1), 1));
  }
}

function cap(weight: number): number {
  return Math.min(weight, MAX);
}

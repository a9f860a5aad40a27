import type { Schema } from '../schema/dialect.js';
import { UNKNOWN } from './ir.js';
import { meet, meetAll } from './meet.js';
import type { Rule } from './rule.js';
import { union } from './union.js';

/** Alternatives of a `oneOf` that are told apart by the absence of each other's name. */
const MAX_EXCLUSIVE = 8;

/** `allOf` is the meet of its parts. */
export const ofAllOf: Rule = ({ allOf }, scope) => {
  return allOf ? meetAll(allOf.map(scope.widen), scope) : UNKNOWN;
};

/** `anyOf` is the union of its branches, and distributes over its siblings. */
export const ofAnyOf: Rule = ({ anyOf }, scope) => {
  return anyOf ? union(anyOf.map(scope.widen)) : UNKNOWN;
};

/** `oneOf` is a union too; branches that each require one name exclude the names of the others. */
export const ofOneOf: Rule = ({ oneOf }, scope) => {
  if (!oneOf) return UNKNOWN;
  if (oneOf.length > MAX_EXCLUSIVE || !oneOf.every(requiresOneName))
    return union(oneOf.map(scope.widen));
  const exclusive = oneOf.map((branch) => {
    const others = oneOf.filter((other) => other !== branch).map(scope.complement);
    return meetAll([scope.widen(branch), ...others], scope);
  });
  return union(exclusive);
};

function requiresOneName(schema: Schema): boolean {
  if (typeof schema === 'boolean' || schema.required?.length !== 1) return false;
  return Object.keys(schema).every((key) => key === 'required' || key === 'notes' || key === 'at');
}

/** `not` takes away what TypeScript can name the rest of. */
export const ofNot: Rule = ({ not }, scope) => {
  return not === undefined ? UNKNOWN : scope.complement(not);
};

/** A conditional is (if and then) or (not if and else); without a complement and an `else` it says nothing. */
export const ofCondition: Rule = (
  { if: condition, then = true, else: otherwise = true },
  scope,
) => {
  if (condition === undefined || (then === true && otherwise === true)) return UNKNOWN;
  return union([
    meet(scope.widen(condition), scope.widen(then), scope),
    meet(scope.complement(condition), scope.widen(otherwise), scope),
  ]);
};

import type { Rule } from './rule.js';
import { ofAllOf, ofAnyOf, ofCondition, ofNot, ofOneOf } from './rules-logic.js';
import {
  ofDependentRequired,
  ofDependentSchemas,
  ofProperties,
  ofPropertyNames,
  ofRemaining,
} from './rules-objects.js';
import { ofCall, ofItems, ofType, ofValues } from './rules-values.js';

/**
 * A schema's type is the meet of what each rule says of it. Annotations, formats, ranges, lengths and patterns of
 * values have no rule: they make no type. Alternatives come late, so that they distribute over little.
 */
export const RULES: readonly Rule[] = [
  ofType,
  ofValues,
  ofItems,
  ofProperties,
  ofPropertyNames,
  ofCall,
  ofAllOf,
  ofAnyOf,
  ofOneOf,
  ofNot,
  ofCondition,
  ofDependentRequired,
  ofDependentSchemas,
  ofRemaining,
];

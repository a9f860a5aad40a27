import type { Json, TypeName } from '../schema/dialect.js';
import { EVERY_KIND, literal, NEVER, otherKinds, UNKNOWN } from './ir.js';
import { arrayOf } from './meet-shapes.js';
import type { Rule } from './rule.js';
import { union } from './union.js';

/** `type` admits whole kinds of values; `integer` is `number`. */
export const ofType: Rule = ({ type }) => {
  if (!type) return UNKNOWN;
  return union(type.map((name) => [EVERY_KIND[name === 'integer' ? 'number' : name]]));
};

/** `enum` and `const` admit their values, those of them that `type` lets through. */
export const ofValues: Rule = ({ enum: values, type }) => {
  if (!values) return UNKNOWN;
  return union(
    values.filter((value) => !type || type.some((name) => isOfType(value, name))).map(literal),
  );
};

function isOfType(value: Json, name: TypeName): boolean {
  if (name === 'null') return value === null;
  if (name === 'array') return Array.isArray(value);
  if (name === 'object')
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (name === 'integer') return typeof value === 'number' && Number.isInteger(value);
  return typeof value === name;
}

/** A reference admits what its definition does. */
export const ofCall: Rule = ({ call }, scope) => (call === undefined ? UNKNOWN : scope.call(call));

/** Item schemas restrict arrays alone: a tuple for the first, its rest for the others. */
export const ofItems: Rule = (schema, scope) => {
  const { prefix = [], rest = true, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (!schema.prefix && schema.rest === undefined && minItems === 0 && maxItems > 0) return UNKNOWN;
  const within = scope.nested('array');
  const items = prefix.slice(0, maxItems).map((item) => within.widen(item));
  const others = maxItems <= prefix.length ? NEVER : within.widen(rest);
  return [...arrayOf(items, others, minItems), ...otherKinds('array')];
};

import { _, type Code, type Name } from 'ajv/dist/core.js';
import type { TypeName } from '../../schema/dialect.js';
import { and } from './emit.js';

/** Whether a value is of a kind. */
export function isKind(kind: TypeName, data: Name): Code {
  switch (kind) {
    case 'null':
      return _`${data} === null`;
    case 'integer':
      return _`Number.isInteger(${data})`;
    case 'number':
      return _`Number.isFinite(${data})`;
    case 'array':
      return _`Array.isArray(${data})`;
    case 'object':
      return _`typeof ${data} === "object" && ${data} !== null && !Array.isArray(${data})`;
    default:
      return _`typeof ${data} === ${kind}`;
  }
}

/** Whether a value is of none of the kinds. */
export function isOtherKind(kinds: readonly TypeName[], data: Name): Code {
  const wanted = kinds.includes('number') ? kinds.filter((kind) => kind !== 'integer') : kinds;
  return and(wanted.map((kind) => isNotKind(kind, data)));
}

function isNotKind(kind: TypeName, data: Name): Code {
  switch (kind) {
    case 'null':
      return _`${data} !== null`;
    case 'integer':
      return _`!Number.isInteger(${data})`;
    case 'number':
      return _`!Number.isFinite(${data})`;
    case 'array':
      return _`!Array.isArray(${data})`;
    case 'object':
      return _`(typeof ${data} !== "object" || ${data} === null || Array.isArray(${data}))`;
    default:
      return _`typeof ${data} !== ${kind}`;
  }
}

import type { Issue } from '../errors.js';
import { describe } from './describe.js';
import { isEqual } from './equal.js';
import { explainArray } from './explain-array.js';
import { explainObject } from './explain-object.js';
import { explainUnion } from './explain-union.js';
import { isLonger, isShorter } from './length.js';
import type { LoweredDefinitions, LoweredObject, LoweredSchema } from './lowered.js';
import { isMultipleOf } from './multiple-of.js';
import { type Explainer, isFull, kindOf, matches, type Place, report } from './place.js';
import { withHint } from './route.js';

/** Most issues in one explanation. */
const MOST = 20;

/**
 * Say what is wrong with a payload by walking the lowered schema. It follows the very decisions of the
 * generated function, so that one answers without issues exactly where the other answers true.
 */
export function explain(
  definitions: LoweredDefinitions,
  formats: Explainer['formats'],
  root: string,
  payload: unknown,
): Issue[] {
  const patterns = new Map<string, RegExp>();
  const explainer: Explainer = {
    definitions,
    formats,
    pattern(source) {
      const pattern = patterns.get(source) ?? new RegExp(source, 'u');
      patterns.set(source, pattern);
      return pattern;
    },
    check: (schema, place) => check(explainer, schema, place),
  };
  const found: Issue[] = [];
  check(
    explainer,
    { call: root },
    { value: payload, pointer: '', branch: undefined, found, most: MOST },
  );
  return distinct(found);
}

function check(explainer: Explainer, schema: LoweredSchema, place: Place): void {
  if (schema === true || isFull(place)) return;
  if (schema === false) report(place, 'false', 'absent');
  else if (!hasType(schema, place.value)) {
    report(place, 'type', describe(schema, explainer.definitions));
  } else if (!isAllowed(schema, place.value)) {
    const values = schema.enum ?? [];
    report(place, values.length === 1 ? 'const' : 'enum', withHint(values, place.value));
  } else {
    checkKeywords(explainer, schema, place);
  }
}

function checkKeywords(explainer: Explainer, schema: LoweredObject, place: Place): void {
  if (schema.call !== undefined)
    check(explainer, explainer.definitions[schema.call] ?? false, place);
  checkScalar(explainer, schema, place);
  const kind = kindOf(place.value);
  if (kind === 'object') explainObject(explainer, schema, place);
  if (kind === 'array') explainArray(explainer, schema, place);
  for (const part of schema.allOf ?? []) check(explainer, part, place);
  for (const union of schema.unions ?? []) explainUnion(explainer, union, place);
  if (schema.not !== undefined && matches(explainer, schema.not, place.value)) {
    report(place, 'not', `anything but ${describe(schema.not, explainer.definitions)}`);
  }
  if (schema.if === undefined) return;
  const branch = matches(explainer, schema.if, place.value) ? schema.then : schema.else;
  if (branch !== undefined) check(explainer, branch, place);
}

function hasType({ type }: LoweredObject, value: unknown): boolean {
  if (type === undefined) return true;
  const types = [type].flat();
  const kind = kindOf(value);
  if (kind !== 'number') return types.includes(kind);
  if (types.includes('number')) return Number.isFinite(value);
  return types.includes('integer') && Number.isInteger(value);
}

function isAllowed(schema: LoweredObject, value: unknown): boolean {
  return schema.enum?.some((allowed) => isEqual(allowed, value)) ?? true;
}

function checkScalar(explainer: Explainer, schema: LoweredObject, place: Place): void {
  const { value } = place;
  const fail = (keyword: string): void => {
    report(place, keyword, describe(schema, explainer.definitions));
  };
  if (typeof value === 'number') {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
    if (minimum !== undefined && !(value >= minimum)) fail('minimum');
    if (maximum !== undefined && !(value <= maximum)) fail('maximum');
    if (exclusiveMinimum !== undefined && !(value > exclusiveMinimum)) fail('exclusiveMinimum');
    if (exclusiveMaximum !== undefined && !(value < exclusiveMaximum)) fail('exclusiveMaximum');
    if (multipleOf !== undefined && !isMultipleOf(value, multipleOf)) fail('multipleOf');
  }
  if (typeof value === 'string') {
    const { minLength, maxLength, pattern, format } = schema;
    if (minLength !== undefined && isShorter(value, minLength)) fail('minLength');
    if (maxLength !== undefined && isLonger(value, maxLength)) fail('maxLength');
    if (pattern !== undefined && !explainer.pattern(pattern).test(value)) fail('pattern');
    if (format !== undefined && explainer.formats[format]?.(value) === false) fail('format');
  }
}

/** Two parts of an allOf may ask the same thing of the same field. */
function distinct(issues: readonly Issue[]): Issue[] {
  const texts = issues.map(({ pointer, keyword, expected }) =>
    JSON.stringify([pointer, keyword, expected]),
  );
  return issues.filter((_, index) => texts.indexOf(texts[index] ?? '') === index);
}

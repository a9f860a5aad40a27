import { describe } from './describe.js';
import type { LoweredEvaluated, LoweredObject, LoweredSchema } from './lowered.js';
import { nearest } from './near.js';
import { child, type Explainer, fieldsOf, isFull, matches, type Place, report } from './place.js';

/** Issues of an object's fields. */
export function explainObject(explainer: Explainer, schema: LoweredObject, place: Place): void {
  if (typeof place.value !== 'object' || place.value === null) return;
  const fields = fieldsOf(place.value);
  const properties = new Map(schema.properties ?? []);
  const known = new Set(properties.keys());
  for (const name of schema.required === true ? known : (schema.required ?? [])) {
    if (fields.has(name)) continue;
    const expected = describe(properties.get(name) ?? true, explainer.definitions);
    report(child(place, name, undefined), 'required', expected);
  }
  for (const [name, property] of properties) {
    if (fields.has(name)) explainer.check(property, child(place, name, fields.get(name)));
  }
  for (const [name, value] of fields) {
    if (isFull(place)) return;
    const at = child(place, name, value);
    let mentioned = known.has(name);
    for (const [pattern, property] of schema.patternProperties ?? []) {
      if (!explainer.pattern(pattern).test(name)) continue;
      mentioned = true;
      explainer.check(property, at);
    }
    const rest = schema.additionalProperties;
    if (!mentioned && rest !== undefined) {
      checkUnknown(explainer, rest, at, 'additionalProperties', name, missing(known, fields));
    }
    if (schema.propertyNames !== undefined && !matches(explainer, schema.propertyNames, name)) {
      const asked = describe(schema.propertyNames, explainer.definitions);
      report(at, 'propertyNames', `a field whose name is ${asked}`);
    }
  }
  checkCounts(explainer, schema, fields.size, place);
  checkDependents(explainer, schema, fields, place);
  const { remaining } = schema;
  if (remaining === undefined) return;
  const hints = missing(new Set([...known, ...(remaining.evaluated.names ?? [])]), fields);
  for (const [name, value] of fields) {
    if (isEvaluated(explainer, remaining.evaluated, name, place.value)) continue;
    const at = child(place, name, value);
    checkUnknown(explainer, remaining.schema, at, 'unevaluatedProperties', name, hints);
  }
}

function missing(known: ReadonlySet<string>, fields: ReadonlyMap<string, unknown>): string[] {
  return [...known].filter((name) => !fields.has(name));
}

function checkUnknown(
  explainer: Explainer,
  rest: LoweredSchema,
  at: Place,
  keyword: string,
  name: string,
  hints: readonly string[],
): void {
  if (rest !== false) {
    explainer.check(rest, at);
    return;
  }
  const near = nearest(name, hints);
  report(at, keyword, `not a known field${near === undefined ? '' : ` (did you mean ${near}?)`}`);
}

function checkCounts(
  explainer: Explainer,
  schema: LoweredObject,
  size: number,
  place: Place,
): void {
  const expected = (): string => describe({ ...schema, type: ['object'] }, explainer.definitions);
  if (size < (schema.minProperties ?? 0)) report(place, 'minProperties', expected());
  if (size > (schema.maxProperties ?? size)) report(place, 'maxProperties', expected());
}

function checkDependents(
  explainer: Explainer,
  schema: LoweredObject,
  fields: ReadonlyMap<string, unknown>,
  place: Place,
): void {
  for (const [name, required] of schema.dependentRequired ?? []) {
    if (!fields.has(name)) continue;
    for (const other of required.filter((one) => !fields.has(one))) {
      report(
        child(place, other, undefined),
        'dependentRequired',
        `present because ${JSON.stringify(name)} is`,
      );
    }
  }
  for (const [name, dependent] of schema.dependentSchemas ?? []) {
    if (fields.has(name)) explainer.check(dependent, place);
  }
}

function isEvaluated(
  explainer: Explainer,
  evaluated: LoweredEvaluated,
  name: string,
  value: unknown,
): boolean {
  return (
    evaluated.all === true ||
    (evaluated.names ?? []).includes(name) ||
    (evaluated.patterns ?? []).some((pattern) => explainer.pattern(pattern).test(name)) ||
    (evaluated.guarded ?? []).some(
      (part) =>
        isEvaluated(explainer, part.evaluated, name, value) && matches(explainer, part.when, value),
    )
  );
}

import { describe } from './describe.js';
import type { LoweredObject } from './lowered.js';
import { child, type Explainer, isFull, matches, type Place, report } from './place.js';
import { isUnique } from './unique.js';

/** Issues of an array's length and items. */
export function explainArray(explainer: Explainer, schema: LoweredObject, place: Place): void {
  const items: unknown = place.value;
  if (!Array.isArray(items)) return;
  const { prefix = [], rest, contains } = schema;
  const expected = (): string => describe({ ...schema, type: ['array'] }, explainer.definitions);
  if (items.length < (schema.minItems ?? 0)) report(place, 'minItems', expected());
  if (items.length > (schema.maxItems ?? items.length)) report(place, 'maxItems', expected());
  for (const [index, item] of items.entries()) {
    if (isFull(place)) return;
    const asked = prefix[index] ?? rest;
    if (asked !== undefined) explainer.check(asked, child(place, index, item));
  }
  if (schema.uniqueItems === true && !isUnique(items)) {
    report(place, 'uniqueItems', 'an array without equal items');
  }
  if (contains === undefined) return;
  const found = items.filter((item) => matches(explainer, contains.schema, item)).length;
  const asked = describe(contains.schema, explainer.definitions);
  if (found < contains.min) {
    report(place, 'contains', `an array with at least ${contains.min} of ${asked}`);
  } else if (found > (contains.max ?? found)) {
    report(place, 'maxContains', `an array with at most ${contains.max} of ${asked}`);
  }
}

import type { Issue } from '../errors.js';
import { describe, listed } from './describe.js';
import type { LoweredUnion } from './lowered.js';
import { type Explainer, fieldsOf, kindOf, type Place, report } from './place.js';
import { type Fault, findRoute, withHint } from './route.js';

/** Issues of a value that matches no branch of a union, or too many, told along the union's decision tree. */
export function explainUnion(explainer: Explainer, union: LoweredUnion, place: Place): void {
  const { branches, fault, slip } = findRoute(explainer, union, place);
  const attempts = branches.map((index) => attempt(explainer, union, index, place));
  const matching = attempts.filter(({ found }) => found.length === 0);
  if (union.keyword === 'anyOf' ? matching.length > 0 : matching.length === 1) return;
  const [first, ...others] = attempts;
  if (first === undefined) reportFault(fault());
  else if (matching.length > 1) reportSeveral(union, matching, place);
  else if (slip !== undefined) reportFault(slip);
  else reportClosest(explainer, union, [first, ...others], place);
}

interface Attempt {
  readonly index: number;
  readonly found: Issue[];
}

function attempt(explainer: Explainer, union: LoweredUnion, index: number, place: Place): Attempt {
  const found: Issue[] = [];
  const branch = union.labels[index] ?? place.branch;
  explainer.check(union.branches[index] ?? false, { ...place, branch, found });
  return { index, found };
}

function reportFault({ at, keyword, expected }: Fault): void {
  report(at, keyword, expected);
}

function reportSeveral(union: LoweredUnion, matching: readonly Attempt[], place: Place): void {
  const names = matching.map(({ index }) => union.labels[index] ?? `alternative ${index + 1}`);
  report(place, 'oneOf', `only one of ${listed(names)}, not several at once`);
}

/** What is wrong by the branch with the fewest faults near the union's place. */
function reportClosest(
  explainer: Explainer,
  union: LoweredUnion,
  [first, ...others]: readonly [Attempt, ...Attempt[]],
  place: Place,
): void {
  const values = constants(union, [first, ...others]);
  if (values !== undefined && kindOf(place.value) !== 'object') {
    report(place, 'enum', withHint(values, place.value));
    return;
  }
  const { found } = others.reduce(
    (best, one) => (faults(one, place) < faults(best, place) ? one : best),
    first,
  );
  if (isEmptyObject(place.value) && found.every(({ keyword }) => keyword === 'required')) {
    report(place, union.keyword, describeFilled(explainer, union, found, place));
  } else {
    place.found.push(...found.slice(0, place.most - place.found.length));
  }
}

/** Weight of a branch's issues: those near the union's place count most. */
function faults({ found }: Attempt, place: Place): number {
  return found.reduce((sum, { pointer }) => {
    const depth = pointer.slice(place.pointer.length).split('/').length - 1;
    return sum + 4 ** -depth;
  }, 0);
}

/** All values of branches that are nothing but lists of values. */
function constants(union: LoweredUnion, attempts: readonly Attempt[]): unknown[] | undefined {
  const lists = attempts.map(({ index }) => {
    const branch = union.branches[index];
    return typeof branch === 'object' ? branch.enum : undefined;
  });
  return lists.every((list) => list !== undefined) ? lists.flat() : undefined;
}

function isEmptyObject(value: unknown): boolean {
  return kindOf(value) === 'object' && fieldsOf(value ?? {}).size === 0;
}

/** `{}` among alternatives is one fault at its place, not one for each field that it might have had. */
function describeFilled(
  explainer: Explainer,
  union: LoweredUnion,
  found: readonly Issue[],
  place: Place,
): string {
  const names = found.map(({ pointer }) => pointer.slice(place.pointer.length + 1));
  const shown = names.slice(0, 5).join(', ');
  const more = names.length > 5 ? ` and ${names.length - 5} more fields` : '';
  const kinds = Object.keys(union.kinds);
  const others = kinds.map((kind) => describe({ type: kind }, explainer.definitions));
  return listed([`an object with ${shown}${more}`, ...others]);
}

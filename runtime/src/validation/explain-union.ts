import type { Issue } from '../errors.js';
import { describe, describeValues, listed } from './describe.js';
import type { LoweredTree, LoweredUnion } from './lowered.js';
import { nearest } from './near.js';
import { child, type Explainer, fieldsOf, kindOf, type Place, report } from './place.js';

/** Issues of a value that matches no branch of a union, or too many, told along the union's decision tree. */
export function explainUnion(explainer: Explainer, union: LoweredUnion, place: Place): void {
  const candidates = findCandidates(explainer, union, place);
  const attempts = candidates.map((index) => attempt(explainer, union, index, place));
  const [first, ...others] = attempts;
  if (first === undefined) return;
  const matching = attempts.filter(({ found }) => found.length === 0);
  if (union.keyword === 'anyOf' ? matching.length > 0 : matching.length === 1) return;
  const values = constants(union, candidates);
  if (matching.length > 1) {
    const names = matching.map(({ index }) => union.labels[index] ?? `alternative ${index + 1}`);
    report(place, 'oneOf', `only one of ${listed(names)}, not several at once`);
  } else if (values !== undefined && kindOf(place.value) !== 'object') {
    report(place, 'enum', withHint(values, place.value));
  } else {
    const closest = others.reduce(
      (best, one) => (faults(one, place) < faults(best, place) ? one : best),
      first,
    );
    place.found.push(...closest.found.slice(0, place.most - place.found.length));
  }
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

/** Weight of a branch's issues: those near the union's place count most. */
function faults({ found }: Attempt, place: Place): number {
  return found.reduce((sum, { pointer }) => {
    const depth = pointer.slice(place.pointer.length).split('/').length - 1;
    return sum + 4 ** -depth;
  }, 0);
}

/** The branches that the value may match; where there is none, that is reported. */
function findCandidates(
  explainer: Explainer,
  union: LoweredUnion,
  place: Place,
): readonly number[] {
  const { value } = place;
  const wrongKind = (): void => {
    report(place, 'type', describe({ unions: [union] }, explainer.definitions));
  };
  const kind = kindOf(value);
  if (kind === 'object' && typeof value === 'object' && value !== null) {
    return walk(union.tree, fieldsOf(value), place, wrongKind);
  }
  const candidates = kind === 'none' ? union.branches.map((_, index) => index) : union.kinds[kind];
  if (candidates === undefined || candidates.length === 0) wrongKind();
  return candidates ?? [];
}

function walk(
  tree: LoweredTree,
  fields: ReadonlyMap<string, unknown>,
  place: Place,
  fault: () => void,
): readonly number[] {
  if (isLeaf(tree)) {
    if (tree.length === 0) fault();
    return tree;
  }
  if ('has' in tree) {
    const at = child(place, tree.has, fields.get(tree.has));
    if (fields.has(tree.has)) {
      return walk(tree.yes, fields, place, () => report(at, 'not', 'absent'));
    }
    return walk(tree.no, fields, place, () => report(at, 'required', 'present'));
  }
  const at = child(place, tree.tag, fields.get(tree.tag));
  const values = tree.cases.flatMap(([known]) => known);
  if (at.value === undefined) {
    return walk(tree.absent, fields, place, () => report(at, 'required', describeValues(values)));
  }
  const taken = tree.cases.find(([known]) => known.includes(at.value));
  return walk(taken?.[1] ?? tree.other, fields, place, () =>
    report(at, 'enum', withHint(values, at.value)),
  );
}

function isLeaf(tree: LoweredTree): tree is readonly number[] {
  return Array.isArray(tree);
}

/** All values of branches that are nothing but lists of values. */
function constants(union: LoweredUnion, candidates: readonly number[]): unknown[] | undefined {
  const lists = candidates.map((index) => {
    const branch = union.branches[index];
    return typeof branch === 'object' ? branch.enum : undefined;
  });
  return lists.every((list) => list !== undefined) ? lists.flat() : undefined;
}

/** Allowed values, and the one that was probably meant. */
export function withHint(values: readonly unknown[], actual: unknown): string {
  const texts = values.filter((value) => typeof value === 'string');
  const near = typeof actual === 'string' ? nearest(actual, texts) : undefined;
  const hint =
    near === undefined || values.length === 1 ? '' : ` (did you mean ${JSON.stringify(near)}?)`;
  return `${describeValues(values)}${hint}`;
}

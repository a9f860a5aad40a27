import { describe, describeValues } from './describe.js';
import type { LoweredTree, LoweredUnion } from './lowered.js';
import { nearest } from './near.js';
import { child, type Explainer, fieldsOf, kindOf, type Place } from './place.js';

/** Where a union's decision tree leads for a value. */
export interface Route {
  /** The branches that it may match. */
  readonly branches: readonly number[];
  /** What to say where there is no branch: the decision that left none. */
  readonly fault: () => Fault;
  /** A tag whose value looks like a slip of a known one, though some branch takes any. */
  readonly slip?: Fault | undefined;
}

export interface Fault {
  readonly at: Place;
  readonly keyword: string;
  readonly expected: string;
}

export function findRoute(explainer: Explainer, union: LoweredUnion, place: Place): Route {
  const { value } = place;
  const fault = (): Fault => {
    const expected = describe({ unions: [union] }, explainer.definitions);
    return { at: place, keyword: 'type', expected };
  };
  const kind = kindOf(value);
  if (kind === 'object' && typeof value === 'object' && value !== null) {
    return follow(union.tree, fieldsOf(value), place, fault);
  }
  if (kind === 'none') return { branches: union.branches.map((_, index) => index), fault };
  return { branches: union.kinds[kind] ?? [], fault };
}

function follow(
  tree: LoweredTree,
  fields: ReadonlyMap<string, unknown>,
  place: Place,
  fault: () => Fault,
  slip?: Fault,
): Route {
  if (isLeaf(tree)) return { branches: tree, fault, slip };
  const on = (next: LoweredTree, why: () => Fault, nextSlip = slip): Route =>
    follow(next, fields, place, why, nextSlip);
  if ('has' in tree) {
    const at = child(place, tree.has, fields.get(tree.has));
    return fields.has(tree.has)
      ? on(tree.yes, () => ({ at, keyword: 'not', expected: 'absent' }))
      : on(tree.no, () => ({ at, keyword: 'required', expected: 'present' }));
  }
  const at = child(place, tree.tag, fields.get(tree.tag));
  const values = tree.cases.flatMap(([known]) => known);
  if (at.value === undefined) {
    return on(tree.absent, () => ({ at, keyword: 'required', expected: describeValues(values) }));
  }
  const wrong = (): Fault => ({ at, keyword: 'enum', expected: withHint(values, at.value) });
  const taken = tree.cases.find(([known]) => known.includes(at.value));
  if (taken !== undefined) return on(taken[1], wrong);
  return on(tree.other, wrong, nearValue(values, at.value) === undefined ? slip : wrong());
}

function isLeaf(tree: LoweredTree): tree is readonly number[] {
  return Array.isArray(tree);
}

/** Allowed values, and the one that was probably meant. */
export function withHint(values: readonly unknown[], actual: unknown): string {
  const near = values.length === 1 ? undefined : nearValue(values, actual);
  const hint = near === undefined ? '' : ` (did you mean ${JSON.stringify(near)}?)`;
  return `${describeValues(values)}${hint}`;
}

function nearValue(values: readonly unknown[], actual: unknown): string | undefined {
  if (typeof actual !== 'string') return undefined;
  return nearest(
    actual,
    values.filter((value) => typeof value === 'string'),
  );
}

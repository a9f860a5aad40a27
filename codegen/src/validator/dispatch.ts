import type { Schema } from '../schema/dialect.js';
import { canHave, type Facts, KINDS, type Kind, tagValues } from './facts.js';
import type { Scalar } from './simple.js';

/**
 * The way to the branches that a value may match. Branches are told by their index. A step only ever drops
 * branches that provably fail, so it is exact for anyOf and oneOf alike and needs no proof that they exclude
 * each other.
 */
export interface Dispatch {
  /** By the kind of a value that is no object. */
  readonly kinds: ReadonlyMap<Kind, readonly number[]>;
  readonly tree: Tree;
}

/** A leaf, a choice by a property's value, or a choice by its presence. */
export type Tree = readonly number[] | TagChoice | PresenceChoice;

export interface TagChoice {
  readonly tag: string;
  readonly cases: readonly { readonly values: readonly Scalar[]; readonly tree: Tree }[];
  /** For a value in no case. */
  readonly other: Tree;
  readonly absent: Tree;
}

export interface PresenceChoice {
  readonly has: string;
  readonly yes: Tree;
  readonly no: Tree;
}

export function isLeaf(tree: Tree): tree is readonly number[] {
  return Array.isArray(tree);
}

/** Deeper decisions cost more text than they save time. */
const DEEPEST = 8;

export function dispatch(
  branches: readonly Schema[],
  factsOf: (schema: Schema) => Facts,
): Dispatch {
  const facts = branches.map(factsOf);
  const allowing = (kind: Kind): number[] =>
    [...facts.keys()].filter((index) => facts[index]?.kinds.has(kind));
  const others = KINDS.filter((kind) => kind !== 'object');
  return {
    kinds: new Map(others.map((kind) => [kind, allowing(kind)])),
    tree: grow(allowing('object'), facts, DEEPEST),
  };
}

type Split =
  | { readonly by: 'tag'; readonly name: string; readonly groups: TagGroups }
  | {
      readonly by: 'presence';
      readonly name: string;
      readonly yes: number[];
      readonly no: number[];
    };

interface TagGroups {
  readonly cases: readonly { readonly values: readonly Scalar[]; readonly branches: number[] }[];
  readonly other: number[];
  readonly absent: number[];
}

function grow(branches: number[], facts: readonly Facts[], depth: number): Tree {
  const split = depth === 0 || branches.length < 2 ? undefined : bestSplit(branches, facts);
  if (split === undefined) return branches;
  const next = (part: number[]): Tree => grow(part, facts, depth - 1);
  if (split.by === 'presence') {
    return { has: split.name, yes: next(split.yes), no: next(split.no) };
  }
  const { cases, other, absent } = split.groups;
  return {
    tag: split.name,
    cases: cases.map(({ values, branches: part }) => ({ values, tree: next(part) })),
    other: next(other),
    absent: next(absent),
  };
}

/** The choice after which the fewest branches are left on average; by name where two are equal. */
function bestSplit(branches: readonly number[], facts: readonly Facts[]): Split | undefined {
  let best: Split | undefined;
  let least = branches.length * 0.95;
  const consider = (split: Split | undefined, cost: number): void => {
    if (split === undefined || cost >= least) return;
    [best, least] = [split, cost];
  };
  const of = (index: number): Facts | undefined => facts[index];
  const tags = new Set(branches.flatMap((index) => [...(of(index)?.tags.keys() ?? [])]));
  for (const name of [...tags].sort()) {
    const groups = groupByTag(name, branches, facts);
    consider({ by: 'tag', name, groups }, tagCost(groups, branches.length));
  }
  const required = new Set(branches.flatMap((index) => [...(of(index)?.required ?? [])]));
  for (const name of [...required].sort()) {
    const yes = branches.filter((index) => can(facts[index], name));
    const no = branches.filter((index) => !of(index)?.required.has(name));
    // A choice that drops nothing on one side would only copy that side.
    if (yes.length === branches.length || no.length === branches.length) continue;
    consider({ by: 'presence', name, yes, no }, (yes.length + no.length) / 2);
  }
  return best;
}

function can(facts: Facts | undefined, name: string): boolean {
  return facts === undefined || canHave(facts, name);
}

function groupByTag(name: string, branches: readonly number[], facts: readonly Facts[]): TagGroups {
  const byValue = new Map<Scalar, number[]>();
  const other: number[] = [];
  for (const index of branches) {
    const of = facts[index];
    const values = of === undefined ? undefined : tagValues(of, name);
    if (values === undefined) other.push(index);
    for (const value of values ?? []) if (!byValue.has(value)) byValue.set(value, []);
  }
  for (const [value, list] of byValue) {
    for (const index of branches) {
      const of = facts[index];
      const values = of === undefined ? undefined : tagValues(of, name);
      if (values === undefined || values.has(value)) list.push(index);
    }
  }
  const cases = new Map<string, { values: Scalar[]; branches: number[] }>();
  const sorted = [...byValue].sort(([a], [b]) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  for (const [value, list] of sorted) {
    const key = list.join();
    const group = cases.get(key) ?? { values: [], branches: list };
    group.values.push(value);
    cases.set(key, group);
  }
  const absent = branches.filter((index) => !facts[index]?.required.has(name));
  return { cases: [...cases.values()], other, absent };
}

/** Branches left on average over the tag's values; a value that no case has, or none, is rarer. */
function tagCost({ cases, other, absent }: TagGroups, all: number): number {
  if (cases.every(({ branches }) => branches.length === all)) return all;
  const values = cases.reduce((sum, group) => sum + group.values.length, 0);
  const sum = cases.reduce(
    (total, { values: of, branches }) => total + of.length * branches.length,
    0,
  );
  const rare = 0.25;
  const weight = values + 2 * rare;
  return (sum + rare * (other.length + absent.length)) / weight;
}

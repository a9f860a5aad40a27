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

/** A chain of questions is cheap to follow; a text this deep is not cheap to compile. */
const DEEPEST = 100;

export function dispatch(
  branches: readonly Schema[],
  factsOf: (schema: Schema) => Facts,
): Dispatch {
  const facts = branches.map(factsOf);
  const allowing = (kind: Kind): number[] =>
    [...facts.keys()].filter((index) => facts[index]?.kinds.has(kind));
  const objects = new Map([...facts.entries()].filter(([, one]) => one.kinds.has('object')));
  const others = KINDS.filter((kind) => kind !== 'object');
  return {
    kinds: new Map(others.map((kind) => [kind, allowing(kind)])),
    tree: grow(objects, new Set(), DEEPEST),
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

/** Branches by index, with their facts. */
type Candidates = ReadonlyMap<number, Facts>;

function grow(candidates: Candidates, asked: ReadonlySet<string>, depth: number): Tree {
  const branches = [...candidates.keys()];
  const split = depth === 0 || branches.length < 2 ? undefined : bestSplit(candidates, asked);
  if (split === undefined) return branches;
  const known = new Set([...asked, split.name]);
  const next = (part: readonly number[]): Tree => {
    const left = [...candidates].filter(([index]) => part.includes(index));
    return grow(new Map(left), known, depth - 1);
  };
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

/** The question after which the fewest branches are left on average; the first by name where two are equal. */
function bestSplit(candidates: Candidates, asked: ReadonlySet<string>): Split | undefined {
  let best: Split | undefined;
  let least = candidates.size * 0.95;
  const consider = (split: Split, cost: number): void => {
    if (cost < least) [best, least] = [split, cost];
  };
  const all = [...candidates.values()];
  const named = (names: (facts: Facts) => Iterable<string>): string[] =>
    [...new Set(all.flatMap((facts) => [...names(facts)]))]
      .filter((name) => !asked.has(name))
      .sort();
  for (const name of named(({ tags }) => tags.keys())) {
    const groups = groupByTag(name, candidates);
    consider({ by: 'tag', name, groups }, tagCost(name, groups, candidates));
  }
  for (const name of named(({ required }) => required)) {
    const { yes, no } = groupByPresence(name, candidates);
    // A question that drops nothing on one side would only copy that side.
    if (yes.length === all.length || no.length === all.length) continue;
    consider({ by: 'presence', name, yes, no }, presenceCost(name, yes, no, candidates));
  }
  return best;
}

function groupByPresence(name: string, candidates: Candidates): { yes: number[]; no: number[] } {
  const entries = [...candidates];
  return {
    yes: entries.filter(([, facts]) => canHave(facts, name)).map(([index]) => index),
    no: entries.filter(([, facts]) => !facts.required.has(name)).map(([index]) => index),
  };
}

function groupByTag(name: string, candidates: Candidates): TagGroups {
  const allowed = [...candidates].map(([index, facts]) => [index, tagValues(facts, name)] as const);
  const values = new Set(allowed.flatMap(([, list]) => [...(list ?? [])]));
  const sorted = [...values].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const cases = new Map<string, { values: Scalar[]; branches: number[] }>();
  for (const value of sorted) {
    const fitting = allowed.filter(([, list]) => list === undefined || list.has(value));
    const branches = fitting.map(([index]) => index);
    const group = cases.get(branches.join()) ?? { values: [], branches };
    group.values.push(value);
    cases.set(branches.join(), group);
  }
  return {
    cases: [...cases.values()],
    other: allowed.filter(([, list]) => list === undefined).map(([index]) => index),
    absent: groupByPresence(name, candidates).no,
  };
}

// Costs: how many branches are left, if each branch is as likely as any other, each of its values too, and an
// optional property is there half of the time.

function presenceCost(
  name: string,
  yes: readonly number[],
  no: readonly number[],
  candidates: Candidates,
): number {
  const left = [...candidates.values()].map((facts) => {
    const present = chanceOf(name, facts);
    return present * yes.length + (1 - present) * no.length;
  });
  return weighed(left, yes.length + no.length);
}

function tagCost(
  name: string,
  { cases, other, absent }: TagGroups,
  candidates: Candidates,
): number {
  const left = [...candidates].map(([index, facts]) => {
    const present = chanceOf(name, facts);
    const own = cases.filter(({ branches }) => branches.includes(index));
    const known = tagValues(facts, name) !== undefined;
    const values = own.reduce((sum, group) => sum + group.values.length, 0);
    const among = own.reduce((sum, group) => sum + group.values.length * group.branches.length, 0);
    const presentLeft = known && values > 0 ? among / values : other.length;
    return present * presentLeft + (1 - present) * absent.length;
  });
  const sum = cases.reduce((total, { branches }) => total + branches.length, 0);
  const rest = other.length + (absent.join() === other.join() ? 0 : absent.length);
  return weighed(left, sum + rest);
}

function chanceOf(name: string, facts: Facts): number {
  if (!canHave(facts, name)) return 0;
  return facts.required.has(name) ? 1 : 0.5;
}

/** Below so many branches, copies of them in several leaves are cheap. */
const FEW = 8;

/** The average, made worse by how often branches stand in several leaves, `sum` times in all. */
function weighed(left: readonly number[], sum: number): number {
  const all = left.length;
  const average = left.reduce((total, one) => total + one, 0) / all;
  const copies = Math.max(0, sum - all) / all;
  return average * (1 + (all <= FEW ? 0.25 : 1) * copies);
}

import type { Definition, DefinitionId, LoweredSet, Schema } from './dialect.js';
import { Closing, PLACE } from './evolution/close.js';
import { Opening } from './evolution/open.js';
import { rewriteAll } from './evolution/variants.js';
import { onlyReached } from './reach.js';
import { subschemas } from './subschemas.js';

/** How producers and consumers of a stream validate (`evolution` of a declaration). */
export type Evolution = 'strict' | 'open-reader';

/** The schemas that validators are made from. */
export interface Evolved {
  /** All that a payload reaches, written or read; unchanged definitions keep their ids, so that they are shared. */
  readonly definitions: ReadonlyMap<DefinitionId, Definition>;
  /** What each module's producers check. */
  readonly write: ReadonlyMap<string, DefinitionId>;
  /** What its consumers check; the same under `strict`. Whatever `write` accepts, it accepts. */
  readonly read: ReadonlyMap<string, DefinitionId>;
}

/** Applies each module's evolution: `open-reader` closes what is written and opens what is read. */
export function evolve(set: LoweredSet, evolution: ReadonlyMap<string, Evolution>): Evolved {
  const roots = [...set.roots].filter(([module]) => evolution.get(module) === 'open-reader');
  const some: LoweredSet = { definitions: set.definitions, roots: new Map(roots) };
  const closing = new Closing(set.definitions);
  const closed = closeSet(some, closing);
  const opened = openSet(some, closing);
  const write = new Map([...set.roots, ...closed.roots]);
  const read = new Map([...set.roots, ...opened.roots]);
  const all = new Map([...set.definitions, ...closed.definitions, ...opened.definitions]);
  const both = new Map(
    [...write].flatMap(([module, id]) => [
      [`${module} write`, id] as const,
      [`${module} read`, read.get(module) ?? id] as const,
    ]),
  );
  return { definitions: onlyReached({ definitions: all, roots: both }).definitions, write, read };
}

/** Every payload closed, as producers check it. */
export function closeSet(
  set: LoweredSet,
  closing: Closing = new Closing(set.definitions),
): LoweredSet {
  const variants = [...set.roots.values()].map((id) => ({ id, mode: PLACE }) as const);
  const { refer, definitions } = rewriteAll(variants, closing);
  const roots = new Map([...set.roots].map(([module, id]) => [module, refer({ id, mode: PLACE })]));
  return onlyReached({ definitions: new Map([...set.definitions, ...definitions]), roots });
}

/** Every payload opened, as consumers check it. */
export function openSet(
  set: LoweredSet,
  closing: Closing = new Closing(set.definitions),
): LoweredSet {
  const reached = onlyReached(set).definitions;
  const opening = new Opening(set.definitions, closable(reached, closing));
  const variants = [...set.roots.values()].map((id) => ({ id, mode: 'open' }) as const);
  const { refer, definitions } = rewriteAll(variants, opening);
  const roots = new Map(
    [...set.roots].map(([module, id]) => [module, refer({ id, mode: 'open' })]),
  );
  return onlyReached({ definitions: new Map([...set.definitions, ...definitions]), roots });
}

/** Whether closing changes a branch of a `oneOf`. */
function closable(
  definitions: ReadonlyMap<DefinitionId, Definition>,
  closing: Closing,
): (branch: Schema) => boolean {
  const branches = [...definitions.values()]
    .flatMap(({ schema }) => oneOfBranches(schema))
    .flatMap((branch) => closing.branch(branch) ?? []);
  const { refer } = rewriteAll(branches, closing);
  return (branch) => {
    const variant = closing.branch(branch);
    return variant !== undefined && refer(variant) !== variant.id;
  };
}

function oneOfBranches(root: Schema): Schema[] {
  const branches: Schema[] = [];
  const open: Schema[] = [root];
  for (let schema = open.pop(); schema !== undefined; schema = open.pop()) {
    if (typeof schema === 'boolean') continue;
    branches.push(...(schema.oneOf ?? []));
    open.push(...subschemas(schema).map(([sub]) => sub));
  }
  return branches;
}

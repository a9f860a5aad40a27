import type { Definition, DefinitionId, Schema } from '../dialect.js';

/** A rewriting of a definition: which one, and how. */
export interface Variant<Mode> {
  readonly id: DefinitionId;
  readonly mode: Mode;
}

/** The id under which a variant is called. */
export type Refer<Mode> = (variant: Variant<Mode>) => DefinitionId;

export interface Rewriting<Mode> {
  lookup(id: DefinitionId): Definition;
  /** The id of a variant that differs from its definition. */
  nameOf(variant: Variant<Mode>): DefinitionId;
  /** The definition's schema rewritten; the same object where neither it nor an id given by `refer` is another. */
  rewrite(definition: Definition, mode: Mode, refer: Refer<Mode>): Schema;
}

export interface Rewritten<Mode> {
  readonly refer: Refer<Mode>;
  /** Those that differ from their own; all others keep their ids. */
  readonly definitions: ReadonlyMap<DefinitionId, Definition>;
}

/**
 * Rewrites definitions and what they call. A variant that comes out as the definition itself keeps its id, within
 * recursion too: it differs only if its own text does, or if it calls one that does.
 */
export function rewriteAll<Mode>(
  roots: Iterable<Variant<Mode>>,
  { lookup, nameOf, rewrite }: Rewriting<Mode>,
): Rewritten<Mode> {
  const variants = new Map([...roots].map((root) => [nameOf(root), root] as const));
  const callers = new Map<DefinitionId, DefinitionId[]>();
  const differing = new Set<DefinitionId>();
  for (const [key, { id, mode }] of variants) {
    const definition = lookup(id);
    const alone = rewrite(definition, mode, (called) => {
      const name = nameOf(called);
      if (!variants.has(name)) variants.set(name, called);
      const known = callers.get(name);
      if (known) known.push(key);
      else callers.set(name, [key]);
      return called.id;
    });
    if (alone !== definition.schema) differing.add(key);
  }
  for (const key of differing) for (const caller of callers.get(key) ?? []) differing.add(caller);

  const refer: Refer<Mode> = (variant) => {
    const name = nameOf(variant);
    return differing.has(name) ? name : variant.id;
  };
  const definitions = new Map<DefinitionId, Definition>();
  for (const key of [...differing].sort()) {
    const variant = variants.get(key);
    if (variant === undefined) continue;
    const definition = lookup(variant.id);
    const schema = rewrite(definition, variant.mode, refer);
    definitions.set(key, { ...definition, id: key, schema });
  }
  return { refer, definitions };
}

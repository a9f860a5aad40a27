import { createHash } from 'node:crypto';
import type { Definition, DefinitionId, Evaluated, Schema, SchemaObject } from '../dialect.js';
import { type Definitions, evaluatedBy, isNothing, without } from '../evaluated.js';
import { nameDefinition, pascalCase } from '../naming.js';
import { shapeOf } from '../shape.js';
import { mapSubschemas } from '../subschemas.js';
import { withRemaining } from '../unevaluated.js';
import { type Contested, contestedIn } from './contested.js';
import { type Describes, describing } from './describes.js';
import { areDisjoint } from './disjoint.js';
import { describesProperties, spokenOf } from './spoken.js';
import type { Refer, Rewriting, Variant } from './variants.js';

/** How a schema is closed: as all that is said of a value, or as a part of that. */
export type CloseMode = typeof PLACE | { readonly left: Left };

/** What a part leaves as it is, because other parts of the place describe it too. */
interface Left {
  readonly names: readonly string[];
  readonly others: boolean;
  readonly items: boolean;
}

interface PlaceFacts {
  readonly contested: Contested;
  readonly left: Left;
  /** Whether names are refused here. */
  readonly closes: boolean;
}

export const PLACE = 'place';
export const PART: CloseMode = { left: { names: [], others: false, items: false } };

/**
 * Closes schemas for writing: names that nothing in place speaks of are refused.
 *
 * It acts once for each place of a value, over all that stands there, as `unevaluatedProperties: false` would; what
 * counts as spoken of is in `spoken.ts`. Nothing changes inside `not`, `if` and `contains`. Where parts of a place
 * describe one property, they are closed as one if all of them always hold; if not, that property is left open.
 */
export class Closing implements Rewriting<CloseMode> {
  readonly #definitions: Definitions;
  readonly #describes: Describes;
  /** Definitions for what stands inline: branches, and properties that are closed as one. */
  readonly #made = new Map<DefinitionId, Definition>();
  readonly #prefixes: ReadonlyMap<string, string>;
  /** Places are rewritten more than once. */
  readonly #facts = new WeakMap<SchemaObject, PlaceFacts>();

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
    this.#describes = describing(definitions);
    this.#prefixes = filePrefixes(definitions);
  }

  lookup = (id: DefinitionId): Definition => {
    const definition = this.#definitions.get(id) ?? this.#made.get(id);
    if (definition === undefined) throw new Error(`close: no definition ${id}`);
    return definition;
  };

  nameOf = ({ id, mode }: Variant<CloseMode>): DefinitionId => {
    if (mode === PLACE) return `${id}~write`;
    const { names, others, items } = mode.left;
    const left = names.length > 0 || others || items ? JSON.stringify([names, others, items]) : '';
    return `${id}~write-part${left}`;
  };

  rewrite = (definition: Definition, mode: CloseMode, refer: Refer<CloseMode>): Schema =>
    this.#close(definition.schema, mode, refer);

  /** The variant that a branch of a union becomes, where it can be another than the branch. */
  branch(schema: Schema): Variant<CloseMode> | undefined {
    if (typeof schema === 'boolean') return undefined;
    return isOnlyCall(schema)
      ? { id: schema.call, mode: PART }
      : { id: this.#definitionOf(schema), mode: PART };
  }

  #close(schema: Schema, mode: CloseMode, refer: Refer<CloseMode>): Schema {
    if (typeof schema === 'boolean') return schema;
    return mode === PLACE ? this.#place(schema, refer) : this.#part(schema, mode.left, refer);
  }

  #place(schema: SchemaObject, refer: Refer<CloseMode>): Schema {
    if (isOnlyCall(schema)) return called(schema, refer({ id: schema.call, mode: PLACE }));
    const { contested, closes, left } = this.#factsOf(schema);
    const isFree = left.names.length === 0 && !left.others && !left.items;
    if (closes && isFree && this.#closesByBranch(schema)) {
      return this.#part(schema, left, refer, PLACE);
    }
    const asOne = [...contested.names].flatMap(([name, schemas]) => {
      if (schemas === undefined) return [];
      const id = this.#joined(name, schemas, schema);
      const closed = refer({ id, mode: PLACE });
      return closed === id ? [] : [[name, { call: closed, at: schema.at }] as const];
    });
    const parts = this.#part(schema, left, refer);
    const next = asOne.length === 0 ? parts : withPart(parts, { properties: asOne, at: schema.at });
    if (!closes) return next;
    const guard = (branch: Schema): Schema => this.#branch(branch, left, refer);
    return withRemaining(next, false, this.#definitions, this.#spoken(schema, guard));
  }

  #factsOf(schema: SchemaObject): PlaceFacts {
    const known = this.#facts.get(schema);
    if (known) return known;
    const contested = contestedIn(schema, this.#definitions, this.#describes);
    const left = { ...contested, names: [...contested.names.keys()].sort() };
    const closes =
      describesProperties(schema, this.#definitions) && this.#spoken(schema).all !== true;
    const facts = { contested, closes, left };
    this.#facts.set(schema, facts);
    return facts;
  }

  #part(
    schema: SchemaObject,
    left: Left,
    refer: Refer<CloseMode>,
    branches: typeof PLACE | undefined = undefined,
  ): SchemaObject {
    const place = (sub: Schema): Schema => this.#close(sub, PLACE, refer);
    const mapped = mapSubschemas(schema, (sub, role, name) => {
      if (role === 'property') return left.names.includes(name) ? sub : place(sub);
      if (role === 'others') return left.others ? sub : place(sub);
      if (role === 'item') return left.items ? sub : place(sub);
      if (role === 'part' || role === 'conditional') return this.#close(sub, { left }, refer);
      if (role === 'branch') return branches ? place(sub) : this.#branch(sub, left, refer);
      return sub;
    });
    if (schema.call === undefined) return mapped;
    return called(mapped, refer({ id: schema.call, mode: { left } }));
  }

  /** A branch that changes becomes a definition: guards ask for it again. */
  #branch(branch: Schema, left: Left, refer: Refer<CloseMode>): Schema {
    if (typeof branch === 'boolean') return branch;
    if (isOnlyCall(branch)) return called(branch, refer({ id: branch.call, mode: { left } }));
    const id = this.#definitionOf(branch);
    const closed = refer({ id, mode: { left } });
    return closed === id ? branch : { call: closed, at: branch.at };
  }

  #spoken(schema: Schema, guard = (branch: Schema): Schema => branch): Evaluated {
    return evaluatedBy(schema, this.#definitions, { speaks: spokenOf, guard });
  }

  /**
   * Whether closing each branch of the only union is the same as closing over all of them: no object matches two,
   * and nothing beside the union speaks of a name that a branch does not.
   */
  #closesByBranch({ anyOf, oneOf, ...rest }: SchemaObject): boolean {
    const branches = anyOf ?? oneOf;
    if (branches === undefined || (anyOf && oneOf)) return false;
    const beside = this.#spoken(rest);
    if (beside.all || beside.guarded.length > 0) return false;
    const covers = (branch: Schema): boolean => {
      const own = this.#spoken(branch);
      return own.all || isNothing(without(beside, own.names, own.patterns));
    };
    return branches.every(covers) && areDisjoint(branches, this.#definitions);
  }

  #definitionOf(branch: SchemaObject): DefinitionId {
    const { file, pointer } = branch.at;
    const id = `${this.#prefixes.get(file.id) ?? file.id}#${pointer}`;
    const naming = nameDefinition({
      place: branch.at,
      path: '',
      value: undefined,
      module: undefined,
    });
    this.#made.set(id, { id, ...naming, schema: branch });
    return id;
  }

  #joined(property: string, schemas: readonly Schema[], { at }: SchemaObject): DefinitionId {
    const shapes = schemas.map(shapeOf).sort().join();
    const id = `~join-${createHash('sha256').update(shapes).digest('hex').slice(0, 16)}`;
    const name = pascalCase(property) || 'Joined';
    this.#made.set(id, { id, name, alternatives: [], schema: { allOf: schemas, at } });
    return id;
  }
}

function called(schema: SchemaObject, id: DefinitionId): SchemaObject {
  return id === schema.call ? schema : { ...schema, call: id };
}

function withPart(schema: SchemaObject, part: SchemaObject): SchemaObject {
  return { ...schema, allOf: [...(schema.allOf ?? []), part] };
}

function isOnlyCall(
  schema: SchemaObject,
): schema is SchemaObject & { readonly call: DefinitionId } {
  return (
    Object.keys(schema).every((key) => key === 'call' || key === 'at' || key === 'notes') &&
    schema.call !== undefined
  );
}

/** What ids of places in a file begin with. */
function filePrefixes(definitions: Definitions): ReadonlyMap<string, string> {
  const prefixes = new Map<string, string>();
  for (const { id, schema } of definitions.values()) {
    if (typeof schema === 'boolean') continue;
    const { file, pointer } = schema.at;
    const prefix = id.slice(0, id.length - pointer.length - 1);
    if (id === `${prefix}#${pointer}`) prefixes.set(file.id, prefix);
  }
  return prefixes;
}

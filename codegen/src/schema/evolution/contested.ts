import type { Schema, SchemaObject } from '../dialect.js';
import type { Definitions } from '../evaluated.js';
import { shapeOf } from '../shape.js';
import type { Describes } from './describes.js';

/** What several parts of one place describe: closing each of them would make them refuse each other's names. */
export interface Contested {
  /** By property; with all the schemas where each of them always holds, so that they can be closed as one. */
  readonly names: ReadonlyMap<string, readonly Schema[] | undefined>;
  /** Properties by pattern, or all that are left. */
  readonly others: boolean;
  readonly items: boolean;
}

/** The parts of one place: those that always hold, and of each choice those that may. */
interface Parts {
  readonly node: SchemaObject;
  readonly always: readonly Parts[];
  readonly choices: readonly (readonly Parts[])[];
}

/** How many parts describe something: those that always hold, and the most that may hold beside them. */
interface Tally {
  readonly always: readonly Schema[];
  readonly sometimes: number;
}

export function contestedIn(
  schema: SchemaObject,
  definitions: Definitions,
  describes: Describes,
): Contested {
  const parts = partsOf(schema, definitions);
  const nodes = [...everyNode(parts)];
  const count = (of: (node: SchemaObject) => readonly Schema[]): Tally =>
    tally(parts, (node) => of(node).filter(describes));

  const others = sum(count(othersOf));
  let othersContested = others > 1;
  const names = new Map<string, readonly Schema[] | undefined>();
  for (const name of namesDescribed(nodes, describes, others > 0 ? 1 : 2)) {
    const { always, sometimes } = count((node) => describedBy(node, name));
    if (always.length + sometimes < 2) continue;
    names.set(name, sometimes === 0 ? always : undefined);
    othersContested ||= others > 0 && nodes.some((node) => meets(node, name, describes));
  }
  return { names, others: othersContested, items: sum(count(itemsOf)) > 1 };
}

/** The names that at least so many parts describe. */
function namesDescribed(
  nodes: readonly SchemaObject[],
  describes: Describes,
  least: number,
): readonly string[] {
  const counts = new Map<string, number>();
  for (const { properties = [] } of nodes) {
    for (const [name, schema] of properties) {
      if (describes(schema)) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return [...counts].filter(([, times]) => times >= least).map(([name]) => name);
}

function partsOf(node: SchemaObject, definitions: Definitions): Parts {
  const of = (schemas: readonly (Schema | undefined)[]): Parts[] =>
    schemas.flatMap((schema) => (typeof schema === 'object' ? [partsOf(schema, definitions)] : []));
  const called = node.call === undefined ? undefined : definitions.get(node.call)?.schema;
  const dependents = (node.dependentSchemas ?? []).map(([, schema]) => of([schema]));
  return {
    node,
    always: of([called, ...(node.allOf ?? [])]),
    choices: [
      of(node.anyOf ?? []),
      of(node.oneOf ?? []),
      of([node.then, node.else]),
      ...dependents,
    ],
  };
}

function* everyNode({ node, always, choices }: Parts): Generator<SchemaObject> {
  yield node;
  for (const part of [...always, ...choices.flat()]) yield* everyNode(part);
}

function tally(
  { node, always, choices }: Parts,
  of: (node: SchemaObject) => readonly Schema[],
): Tally {
  const inner = always.map((part) => tally(part, of));
  const branches = choices.map((choice) => choice.map((part) => sum(tally(part, of))));
  return {
    always: distinct([...of(node), ...inner.flatMap((each) => each.always)]),
    sometimes:
      inner.reduce((total, each) => total + each.sometimes, 0) +
      branches.reduce((total, counts) => total + Math.max(0, ...counts), 0),
  };
}

function sum({ always, sometimes }: Tally): number {
  return always.length + sometimes;
}

function describedBy(node: SchemaObject, name: string): readonly Schema[] {
  const own = [
    ...(node.properties ?? []).filter(([each]) => each === name),
    ...(node.patternProperties ?? []).filter(([pattern]) => new RegExp(pattern, 'u').test(name)),
  ].map(([, schema]) => schema);
  return own.length > 0 ? own : leftOf(node);
}

function othersOf(node: SchemaObject): readonly Schema[] {
  return [...(node.patternProperties ?? []).map(([, schema]) => schema), ...leftOf(node)];
}

function leftOf({ additionalProperties, remaining }: SchemaObject): readonly Schema[] {
  return [additionalProperties, remaining?.schema].filter((schema) => schema !== undefined);
}

/** Whether a part describes the property, but not by its name. */
function meets(node: SchemaObject, name: string, describes: Describes): boolean {
  const named = (node.properties ?? [])
    .filter(([each]) => each === name)
    .map(([, schema]) => schema);
  return describedBy(node, name).some((schema) => !named.includes(schema) && describes(schema));
}

/** The items by position are one part: each item has one schema among them. */
function itemsOf({ prefix, rest, contains, at }: SchemaObject): readonly Schema[] {
  const positions = { ...(prefix && { prefix }), ...(rest !== undefined && { rest }), at };
  return [positions, ...(contains ? [contains.schema] : [])];
}

function distinct(schemas: Schema[]): Schema[] {
  if (schemas.length < 2) return schemas;
  return [...new Map(schemas.map((schema) => [shapeOf(schema), schema])).values()];
}

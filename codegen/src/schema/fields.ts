import type { Schema, SchemaObject } from './dialect.js';
import type { Definitions } from './evaluated.js';
import { isRecord } from './pointer.js';

/** What is certain of the fields of every value that a schema accepts. */
export interface Fields {
  /** Whether each value has that field, and it is of that kind: a string or integer, or an object. */
  always(path: readonly string[], kind: 'scalar' | 'object'): boolean;
  /** The names of the properties described at a path, on any branch, sorted. */
  names(path: readonly string[]): readonly string[];
}

export function fieldsOf(root: Schema, definitions: Definitions): Fields {
  const always = (
    { nodes, unions: [union, ...unions] }: InPlace,
    path: readonly string[],
    kind: 'scalar' | 'object',
  ): boolean => {
    if (nodesSay(nodes, path, kind)) return true;
    return (
      union?.every((branch) => {
        const chosen = inPlace([branch], definitions);
        const both = { nodes: [...nodes, ...chosen.nodes], unions: [...unions, ...chosen.unions] };
        return chosen.impossible || always(both, path, kind);
      }) ?? false
    );
  };
  const nodesSay = (
    nodes: readonly SchemaObject[],
    [name, ...rest]: readonly string[],
    kind: 'scalar' | 'object',
  ): boolean => {
    if (name === undefined) return nodes.some((node) => isAlways(node, kind));
    if (!nodes.some((node) => isAlways(node, 'object'))) return false;
    if (!nodes.some(({ required }) => required?.includes(name))) return false;
    return always(inPlace(described(nodes, name), definitions), rest, kind);
  };
  const names = (
    schemas: readonly Schema[],
    [name, ...rest]: readonly string[],
  ): readonly string[] => {
    const nodes = everyBranch(schemas, definitions);
    if (name !== undefined) return names(described(nodes, name), rest);
    const all = nodes.flatMap(({ properties = [] }) => properties.map(([property]) => property));
    return [...new Set(all)].sort();
  };
  const start = inPlace([root], definitions);
  return {
    always: (path, kind) => always(start, path, kind),
    names: (path) => names([root], path),
  };
}

/** What is said of one value. */
export interface InPlace {
  /** Everything that holds of the value, whatever branches it takes. */
  readonly nodes: readonly SchemaObject[];
  readonly unions: readonly (readonly Schema[])[];
  /** No value can be here. */
  readonly impossible?: boolean;
}

export function inPlace(schemas: readonly Schema[], definitions: Definitions): InPlace {
  const nodes: SchemaObject[] = [];
  const open: Schema[] = [...schemas];
  for (let schema = open.pop(); schema !== undefined; schema = open.pop()) {
    if (typeof schema === 'boolean') continue;
    nodes.push(schema);
    open.push(...(schema.allOf ?? []));
    const called = schema.call === undefined ? undefined : definitions.get(schema.call);
    if (called) open.push(called.schema);
  }
  const unions = nodes.flatMap(({ anyOf, oneOf }) =>
    [anyOf, oneOf].filter((each) => each !== undefined),
  );
  return { nodes, unions, impossible: schemas.includes(false) };
}

function everyBranch(schemas: readonly Schema[], definitions: Definitions): SchemaObject[] {
  const found: SchemaObject[] = [];
  let open = schemas;
  while (open.length > 0) {
    const { nodes, unions } = inPlace(open, definitions);
    found.push(...nodes);
    open = unions.flat();
  }
  return found;
}

function described(nodes: readonly SchemaObject[], name: string): Schema[] {
  return nodes
    .flatMap(({ properties = [], patternProperties = [] }) => [
      ...properties.filter(([property]) => property === name),
      ...patternProperties.filter(([pattern]) => new RegExp(pattern, 'u').test(name)),
    ])
    .map(([, schema]) => schema);
}

function isAlways({ type, enum: values }: SchemaObject, kind: 'scalar' | 'object'): boolean {
  if (kind === 'object') {
    return type?.every((name) => name === 'object') || values?.every(isRecord) || false;
  }
  return (
    type?.every((name) => name === 'string' || name === 'integer') ||
    values?.every((value) => typeof value === 'string' || Number.isInteger(value)) ||
    false
  );
}

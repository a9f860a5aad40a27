import { type Diagnostic, diagnostic } from '../diagnostics.js';
import type { Place } from '../source.js';
import type { Definition, DefinitionId, Schema } from './dialect.js';
import { pointerTo } from './pointer.js';
import { isInPlace, subschemas } from './subschemas.js';

interface Edge {
  readonly to: DefinitionId;
  readonly at: Place;
}

/**
 * Definitions that call themselves for the same value: no payload could ever be decided. One diagnostic a cycle, at
 * a `$ref` in it.
 */
export function inPlaceCycles(
  definitions: ReadonlyMap<DefinitionId, Definition>,
): readonly Diagnostic[] {
  const edges = new Map(
    [...definitions].map(([id, { schema }]) => [id, callsInPlace(schema)] as const),
  );
  const diagnostics: Diagnostic[] = [];
  for (let cycle = someCycle(edges); cycle.length > 0; cycle = someCycle(edges)) {
    diagnostics.push(cycleProblem(cycle, definitions));
    for (const { to } of cycle) edges.delete(to);
  }
  return diagnostics;
}

function someCycle(edges: Map<DefinitionId, readonly Edge[]>): Edge[] {
  trim(edges);
  const path: Edge[] = [];
  let [at] = edges.keys();
  while (at !== undefined) {
    const next: Edge | undefined = edges.get(at)?.[0];
    if (next === undefined) return [];
    const start = path.findIndex(({ to }) => to === next.to);
    if (start >= 0) return path.slice(start + 1).concat(next);
    path.push(next);
    at = next.to;
  }
  return [];
}

/** Leaves only definitions from which a cycle can be reached, and the calls among them. */
function trim(edges: Map<DefinitionId, readonly Edge[]>): void {
  for (let size = -1; size !== edges.size; ) {
    size = edges.size;
    for (const [id, all] of edges) {
      const left = all.filter(({ to }) => edges.has(to));
      if (left.length === 0) edges.delete(id);
      else edges.set(id, left);
    }
  }
}

function cycleProblem(
  cycle: readonly Edge[],
  definitions: ReadonlyMap<DefinitionId, Definition>,
): Diagnostic {
  const names = cycle.map(({ to }) => definitions.get(to)?.name ?? to);
  const edge = cycle.find(({ at }) => hasRef(at)) ?? cycle[0];
  const way = [names.at(-1), ...names].join(' → ');
  return diagnostic('PSPF037', `The schema refers to itself for the same value: ${way}`, {
    hint: 'Let the reference stand in a property or in items, or remove it.',
    at: edge?.at.file.locate(pointerTo(edge.at.pointer, '$ref'), 'value'),
  });
}

function hasRef({ file, pointer }: Place): boolean {
  const value = file.locate(pointer, 'value');
  const ref = file.locate(pointerTo(pointer, '$ref'), 'value');
  return value.line !== ref.line || value.column !== ref.column;
}

function callsInPlace(root: Schema): Edge[] {
  const edges: Edge[] = [];
  const open: Schema[] = [root];
  for (let schema = open.pop(); schema !== undefined; schema = open.pop()) {
    if (typeof schema === 'boolean') continue;
    if (schema.call !== undefined) edges.push({ to: schema.call, at: schema.at });
    for (const [sub, role] of subschemas(schema)) {
      if (isInPlace(role)) open.push(sub);
    }
  }
  return edges;
}

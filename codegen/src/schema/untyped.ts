import { type Diagnostic, diagnostic } from '../diagnostics.js';
import type { LoweredSet, Schema, SchemaObject } from './dialect.js';
import { inPlace } from './fields.js';
import { pointerTo } from './pointer.js';
import { isInPlace, subschemas } from './subschemas.js';

/**
 * Warns of values whose properties are described, but which need not be objects: `properties` alone also accepts 5,
 * and the type says so.
 */
export function untypedObjects({ definitions, roots }: LoweredSet): readonly Diagnostic[] {
  const warned = new Map<SchemaObject, Diagnostic>();
  const seen = new Set<SchemaObject>();
  const open: Schema[][] = [...roots.values()].map((id) => [definitions.get(id)?.schema ?? true]);
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { nodes, unions } = inPlace(place, definitions);
    const isTyped = nodes.some((node) => node.type ?? node.enum);
    const described = nodes.find(({ properties = [] }) => properties.length > 0);
    if (!isTyped && described && unions.length === 0) warned.set(described, warning(described));
    for (const node of nodes) {
      if (seen.has(node)) continue;
      seen.add(node);
      for (const [sub, role] of subschemas(node)) if (!isInPlace(role)) open.push([sub]);
      for (const branch of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) {
        open.push(isTyped ? [branch, { type: ['object'], at: node.at }] : [branch]);
      }
    }
  }
  return [...warned.values()];
}

function warning({ at: { file, pointer } }: SchemaObject): Diagnostic {
  return diagnostic(
    'PSPF048',
    'properties are described, but any value that is no object is valid here too',
    {
      severity: 'warning',
      hint: 'Write `type: object` beside them.',
      at: file.locate(pointerTo(pointer, 'properties'), 'key'),
    },
  );
}

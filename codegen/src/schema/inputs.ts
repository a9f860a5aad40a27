import type { SourceFile } from '../source.js';
import { placeKey, type SchemaNode } from './node.js';
import type { Resolved } from './resolve.js';

/** Every file that a schema is read from, sorted. */
export function inputsOf(root: SchemaNode, resolved: Resolved): readonly SourceFile[] {
  const files = new Map<string, SourceFile>();
  const nodes = new Map([[placeKey(root), root]]);
  for (const node of nodes.values()) {
    files.set(node.file.id, node.file);
    const target = resolved.targetOf(node);
    for (const next of [...resolved.childrenOf(node), ...(target ? [target] : [])]) {
      if (!nodes.has(placeKey(next))) nodes.set(placeKey(next), next);
    }
  }
  return [...files.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

import { createHash } from 'node:crypto';
import { canonical } from './canonical.js';
import { keywordsOf } from './keywords.js';
import { childrenOf, keywordsIn, placeKey, type SchemaNode } from './node.js';
import { isRecord, pointerTo } from './pointer.js';
import type { Resolved } from './resolve.js';

/**
 * The fingerprint of a payload schema: the first 16 hex digits of SHA-256 over the RFC 8785 form of the schema as
 * declared, bundled with what it refers to, without annotations, and with its draft.
 *
 * References are numbers in the order in which a walk by sorted keys meets their targets: so neither the order of
 * keys nor the names of files and definitions count, and every change of meaning does.
 */
export function fingerprint(root: SchemaNode, resolved: Resolved): string {
  const text = canonical(bundle(root, resolved));
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 16);
}

/** The schemas that a payload consists of, itself first, with numbers for references. */
export function bundle(root: SchemaNode, resolved: Resolved): readonly unknown[] {
  const numbers = new Map<string, number>([[placeKey(root), 0]]);
  const nodes = [root];
  const numberOf = (target: SchemaNode): number => {
    const known = numbers.get(placeKey(target));
    if (known !== undefined) return known;
    numbers.set(placeKey(target), nodes.length);
    return nodes.push(target) - 1;
  };
  const bundled: unknown[] = [];
  // It grows while it is walked.
  for (const node of nodes) {
    bundled.push({ draft: node.draft, schema: withoutAnnotations(node, resolved, numberOf) });
  }
  return bundled;
}

function withoutAnnotations(
  node: SchemaNode,
  resolved: Resolved,
  numberOf: (target: SchemaNode) => number,
): unknown {
  if (!isRecord(node.value)) return node.value;
  const known = keywordsOf(node.draft);
  const counted = new Set([...keywordsIn(node)].map(([name]) => name));
  const children = new Set(childrenOf(node).map(({ pointer }) => pointer));
  /** A value with the schemas in it replaced; others, constants among them, are kept as they are. */
  const convert = (value: unknown, pointer: string): unknown => {
    if (children.has(pointer)) {
      const child = resolved.nodeAt({ file: node.file, pointer });
      return withoutAnnotations(child, resolved, numberOf);
    }
    if (Array.isArray(value)) return value.map((item, i) => convert(item, pointerTo(pointer, i)));
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((key) => [key, convert(value[key], pointerTo(pointer, key))]),
    );
  };
  const said: [string, unknown][] = [];
  for (const name of Object.keys(node.value).sort()) {
    if (SAYS_NOTHING.has(name) || (known.has(name) && !counted.has(name))) continue;
    const target = name === '$ref' ? resolved.targetOf(node) : undefined;
    const value = node.value[name];
    if (target) said.push([name, numberOf(target)]);
    else said.push([name, convert(value, pointerTo(node.pointer, name))]);
  }
  return Object.fromEntries(said);
}

const SAYS_NOTHING: ReadonlySet<string> = new Set([
  'title',
  'description',
  'examples',
  'default',
  'deprecated',
  '$comment',
  '$schema',
  '$id',
  'id',
  '$anchor',
  '$dynamicAnchor',
  '$defs',
  'definitions',
]);

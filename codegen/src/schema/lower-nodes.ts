import type { SourceFile } from '../source.js';
import type { Definition, DefinitionId, Schema, SchemaObject } from './dialect.js';
import { taggedUnion } from './discriminated.js';
import { lowerKeywords, type Sub } from './lower-keywords.js';
import { type Naming, nameDefinition, pascalCase } from './naming.js';
import { keywordsIn, placeKey, refOf, type SchemaNode } from './node.js';
import { isRecord, pointerTo } from './pointer.js';
import type { Payload, Resolved } from './resolve.js';

/** Identity of the definition made from a schema. */
export function definitionId(
  { file, pointer }: SchemaNode,
  pathOf: (file: SourceFile) => string,
): DefinitionId {
  return `${pathOf(file)}#${pointer}`;
}

/** Turns every schema that payloads reach into definitions; `remaining` is left to be filled. */
export function lowerNodes(
  payloads: readonly Payload[],
  resolved: Resolved,
  pathOf: (file: SourceFile) => string,
): ReadonlyMap<DefinitionId, Definition> {
  const modules = new Map(resolved.roots.map(({ module, node }) => [node.file.id, module]));
  const nameOf = (node: SchemaNode, preferred?: string): Naming =>
    nameDefinition({
      place: node,
      path: pathOf(node.file),
      value: node.value,
      module: modules.get(node.file.id),
      preferred,
    });
  const tags = tagNames(payloads, resolved, nameOf);
  const definitions = new Map<DefinitionId, Definition>();
  const wanted = new Map<DefinitionId, SchemaNode>();

  const call = (node: SchemaNode): DefinitionId => {
    const id = definitionId(node, pathOf);
    wanted.set(id, node);
    return id;
  };
  const isDefinition = (node: SchemaNode, keyword: string): boolean =>
    resolved.isTarget(node) ||
    tags.has(placeKey(node)) ||
    isTitledObject(node) ||
    (QUESTIONS.has(keyword) && asksForRemaining(node.value));

  const lower = (node: SchemaNode, depth: number): Schema => {
    if (typeof node.value === 'boolean') return node.value;
    if (!isRecord(node.value)) return true;
    const said = new Map<string, unknown>();
    for (const [name, value, { rule }] of keywordsIn(node)) {
      if (rule(value, name).every(({ path }) => path !== '')) said.set(name, value);
    }
    const at = { file: node.file, pointer: node.pointer };
    const sub: Sub = (keyword, token) => {
      const tokens = token === undefined ? [keyword] : [keyword, token];
      const child = resolved.nodeAt({ ...at, pointer: pointerTo(node.pointer, ...tokens) });
      if (!isDefinition(child, keyword) && depth < MAX_DEPTH) return lower(child, depth + 1);
      return { call: call(child), at: { file: child.file, pointer: child.pointer } };
    };
    const keywords = lowerKeywords(said, sub);
    if (keywords === false) return false;
    const target = resolved.targetOf(node);
    const schema: SchemaObject = { ...(target && { call: call(target) }), ...keywords, at };
    return schema;
  };

  for (const { node } of payloads) call(node);
  for (const [id, node] of wanted) {
    const naming = nameOf(node, tags.get(placeKey(node)));
    definitions.set(id, { id, ...naming, schema: lower(node, 0) });
  }
  return new Map([...definitions].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Deeper parts become definitions of their own: no later stage needs a deep stack. */
const MAX_DEPTH = 64;

/** What is asked of a value more than once where a `remaining` depends on it. */
const QUESTIONS: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'if']);

function asksForRemaining(value: unknown): boolean {
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (isRecord(next) && Object.hasOwn(next, 'unevaluatedProperties')) return true;
    if (typeof next === 'object' && next !== null) open.push(...Object.values(next));
  }
  return false;
}

function isTitledObject({ value }: SchemaNode): boolean {
  if (!isRecord(value) || typeof value.title !== 'string') return false;
  const { type } = value;
  if (type !== undefined) return Array.isArray(type) ? type.includes('object') : type === 'object';
  return Object.hasOwn(value, 'properties');
}

/** Names for the branches of payloads that are tagged unions: by their tags. */
function tagNames(
  payloads: readonly Payload[],
  resolved: Resolved,
  nameOf: (node: SchemaNode) => Naming,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { node } of payloads) {
    for (const { node: branch, tag } of taggedUnion(node, resolved)?.branches ?? []) {
      if (refOf(branch) !== undefined) continue;
      // `OrdersPayload` has members `OrdersPlaced` and so on.
      const union = nameOf(node).name.replace(/(?<=.)Payload$/, '');
      const words = tag.match(/\p{Lu}?[\p{Ll}\p{N}]+|\p{Lu}+/gu) ?? [];
      names.set(placeKey(branch), pascalCase(words.length > 1 ? tag : `${union} ${tag}`));
    }
  }
  return names;
}

import type { SourceFile } from '../source.js';
import { type Draft, refHidesSiblings } from './draft.js';
import { type Keyword, keywordsOf } from './keywords.js';
import { isRecord, pointerTo } from './pointer.js';

/** A schema as it stands in a file, with what decides its meaning there. */
export interface SchemaNode extends Scope {
  readonly file: SourceFile;
  readonly pointer: string;
  readonly value: unknown;
}

/** What a schema takes from those around it. */
export interface Scope {
  readonly draft: Draft;
  /** What references and ids in it are relative to; a URI without a fragment. */
  readonly base: string;
  /** Pointer of the schema resource it belongs to: what `#` means in it. */
  readonly resource: string;
}

/** A subschema, and the path to it: the keyword, then a name or an index where the keyword holds several. */
export interface Child {
  readonly path: readonly [keyword: string, token?: string | number];
  readonly pointer: string;
  readonly value: unknown;
}

/** Identity of a place; only within one run, as ids of files are absolute paths. */
export function placeKey(place: { readonly file: SourceFile; readonly pointer: string }): string {
  return `${place.file.id}#${place.pointer}`;
}

/** The schema's `$ref`, if it has one that is a text. */
export function refOf(node: SchemaNode): string | undefined {
  if (!isRecord(node.value) || !Object.hasOwn(node.value, '$ref')) return undefined;
  return typeof node.value.$ref === 'string' ? node.value.$ref : undefined;
}

/** The keywords of a schema that count in its draft. */
export function* keywordsIn(
  node: Pick<SchemaNode, 'value' | 'draft'>,
): Generator<readonly [name: string, value: unknown, keyword: Keyword]> {
  if (!isRecord(node.value)) return;
  const known = keywordsOf(node.draft);
  const alone = refHidesSiblings(node.draft) && Object.hasOwn(node.value, '$ref');
  for (const [name, value] of Object.entries(node.value)) {
    const keyword = known.get(name);
    if (keyword !== undefined && (!alone || BESIDE_REF.has(name))) yield [name, value, keyword];
  }
}

/** Every subschema that a schema holds directly. */
export function childrenOf(node: Pick<SchemaNode, 'value' | 'draft' | 'pointer'>): Child[] {
  const children: Child[] = [];
  for (const [name, value, { shape }] of keywordsIn(node)) {
    const add = (value: unknown, token?: string | number): void => {
      const pointer = pointerTo(node.pointer, name, ...(token === undefined ? [] : [token]));
      children.push({ path: token === undefined ? [name] : [name, token], pointer, value });
    };
    if (Array.isArray(value)) {
      if (shape === 'list' || shape === 'schema-or-list') value.forEach(add);
    } else if (shape === 'schema' || shape === 'schema-or-list') {
      add(value);
    } else if ((shape === 'map' || shape === 'map-or-names') && isRecord(value)) {
      for (const [key, each] of Object.entries(value)) if (!Array.isArray(each)) add(each, key);
    }
  }
  return children;
}

/** What is read beside a `$ref` that hides its siblings: nothing that asserts. */
const BESIDE_REF: ReadonlySet<string> = new Set([
  '$ref',
  '$schema',
  '$comment',
  'definitions',
  '$defs',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
]);

import type { Place } from '../source.js';
import { isRecord, pointerTokens, step } from './pointer.js';

/** What to call a definition: a name, and longer ones for when it is taken. */
export interface Naming {
  readonly name: string;
  readonly alternatives: readonly string[];
}

/** Where the words of a definition's name come from. */
export interface NameSource {
  readonly place: Place;
  /** The file's path as everybody has it: relative to the declarations, never to the machine. */
  readonly path: string;
  readonly value: unknown;
  /** Module of the declaration whose payload it stands in; `undefined` in other files. */
  readonly module: string | undefined;
  /** Wanted before all others but the title. */
  readonly preferred?: string | undefined;
}

/**
 * Names from the title, then from the path, shortest first. Only the place decides, never the order in which
 * schemas are met: reordering a file renames nothing.
 */
export function nameDefinition(source: NameSource): Naming {
  const wanted = [titleOf(source.value), source.preferred, ...pathNames(source)];
  const names = [...new Set(wanted.flatMap((name) => (name ? [pascalCase(name)] : [])))];
  const usable = names.filter((name) => /^\p{ID_Start}/u.test(name) && !TAKEN.has(name));
  if (usable.length === 0) usable.push(`T${names[0] ?? ''}Value`);
  const [name = '', ...alternatives] = usable;
  return { name, alternatives };
}

/** `order-line`, `order line`, `ORDER_LINE` and `orderLine` → `OrderLine`; what no identifier may hold is dropped. */
export function pascalCase(text: string): string {
  const words = text.normalize('NFC').match(/[^\P{ID_Continue}_]+/gu) ?? [];
  const shouted = words.length > 1 && words.every((word) => word === word.toUpperCase());
  return words
    .map((word) => (shouted ? word.toLowerCase() : word))
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** Titles that are sentences make no names. */
function titleOf(value: unknown): string | undefined {
  const title = isRecord(value) && Object.hasOwn(value, 'title') ? value.title : undefined;
  if (typeof title !== 'string' || title.length > 48) return undefined;
  return title.trim().split(/\s+/).length <= 6 ? title : undefined;
}

interface Word {
  readonly text: string;
  /** Chosen by the user; others say what a part is: an item, an option. */
  readonly own: boolean;
}

function pathNames({ place, path, module }: NameSource): string[] {
  const words = [...fileWords(path, module), ...pointerWords(place)];
  if (module !== undefined && words.length === 1) return [`${module}-payload`];
  const start = words.findLastIndex(({ own }) => own);
  return Array.from({ length: start + 1 }, (_, index) => joined(words.slice(start - index)));
}

function joined(words: readonly Word[]): string {
  const parts = words.map(({ text }) => pascalCase(text));
  return parts.filter((part, index) => part !== parts[index - 1]).join('');
}

function fileWords(path: string, module: string | undefined): Word[] {
  if (module !== undefined) return [{ text: module, own: true }];
  const parts = path.split('/').filter((part) => part !== '..');
  const stem = parts
    .pop()
    ?.replace(/\.(json|ya?ml)$/i, '')
    .replace(/\.(schema|stream)$/i, '');
  return [...parts.slice(-1), stem ?? ''].map((text) => ({ text, own: true }));
}

function pointerWords({ file, pointer }: Place): Word[] {
  const words: Word[] = [];
  const tokens = pointerTokens(pointer);
  let value = file.value;
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] ?? '';
    value = step(value, token);
    const word = STRUCTURE.get(token);
    if (word === undefined) {
      if (index > 0 || token !== 'payload') words.push({ text: token, own: true });
      continue;
    }
    const next = tokens[index + 1];
    const holdsSeveral = KEYED.has(token) || NAMED.has(token) || Array.isArray(value);
    if (next === undefined || !holdsSeveral) {
      words.push({ text: word, own: false });
      continue;
    }
    index += 1;
    value = step(value, next);
    if (NAMED.has(token)) words.push({ text: next, own: true });
    else if (KEYED.has(token)) words.push({ text: word, own: false });
    else words.push({ text: `${word}${Number(next) + 1}`, own: false });
  }
  return words;
}

const NAMED: ReadonlySet<string> = new Set([
  'properties',
  '$defs',
  'definitions',
  'dependentSchemas',
  'dependencies',
]);

const KEYED: ReadonlySet<string> = new Set(['patternProperties']);

/** What a keyword's subschema is called where no name of the user's says it. */
const STRUCTURE: ReadonlyMap<string, string> = new Map([
  ['properties', 'Property'],
  ['$defs', 'Definition'],
  ['definitions', 'Definition'],
  ['dependentSchemas', 'With'],
  ['dependencies', 'With'],
  ['patternProperties', 'Value'],
  ['additionalProperties', 'Value'],
  ['unevaluatedProperties', 'Value'],
  ['propertyNames', 'Name'],
  ['items', 'Item'],
  ['additionalItems', 'Item'],
  ['prefixItems', 'Item'],
  ['contains', 'Item'],
  ['allOf', 'Part'],
  ['anyOf', 'Option'],
  ['oneOf', 'Option'],
  ['not', 'Not'],
  ['if', 'If'],
  ['then', 'Then'],
  ['else', 'Else'],
]);

/** Names that mean something else in every TypeScript module, or in generated ones. */
const TAKEN: ReadonlySet<string> = new Set(
  `Any Array ArrayBuffer AsyncGenerator AsyncIterable AsyncIterator Atomics Awaited BigInt Boolean Buffer Capitalize
  ConstructorParameters DataView Date Error EvalError Exclude Extract FinalizationRegistry Function Generator Infinity
  InstanceType Intl Iterable Iterator JSON Map Math Message NaN Never NonNullable Null Number Object Omit
  OmitThisParameter Parameters Partial Pick Promise PromiseLike Proxy PropertyKey RangeError Readonly ReadonlyArray
  ReadonlyMap ReadonlySet Record Reflect RegExp Required ReturnType Set SharedArrayBuffer Stream StreamDefinition
  StreamOptions String Symbol SyntaxError ThisParameterType ThisType TypeError Undefined Unknown Uncapitalize Uppercase
  Lowercase Void WeakMap WeakRef WeakSet`.split(/\s+/),
);

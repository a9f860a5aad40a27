import {
  type Alias,
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type ParsedNode,
  Parser,
  Scalar,
} from 'yaml';
import { lineOf } from './lines.js';
import {
  arrayTree,
  type Entry,
  inexact,
  isExact,
  MAX_DEPTH,
  objectTree,
  type Parsed,
  type Problem,
  repeatedKey,
  type Tree,
  tooDeep,
} from './tree.js';
import { scanTokens, syntaxProblems } from './yaml-syntax.js';

/** Values that aliases may make a document stand for; beyond it, a few lines would fill the memory. */
const MAX_EXPANDED = 1_000_000;

const CORE_TAGS: ReadonlySet<string> = new Set([
  '!',
  ...['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map(
    (name) => `tag:yaml.org,2002:${name}`,
  ),
]);

type Node = ParsedNode | null;
type Range = { readonly start: number; readonly end: number };
type ParsedPair = Pair<ParsedNode, ParsedNode | null>;

/** YAML 1.2 with the core schema, and the merge key `<<`; what JSON cannot hold is a problem. */
export function parseYaml(text: string): Parsed {
  const tokens = [...new Parser().parse(text)];
  const scan = scanTokens(tokens, MAX_DEPTH);
  if (scan.tooDeep !== undefined) return { tree: undefined, problems: [tooDeep(scan.tooDeep)] };

  const composer = new Composer<ParsedNode, true>({
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    intAsBigInt: true,
    logLevel: 'silent',
  });
  const documents = [...composer.compose(tokens, true, text.length)];
  const syntax = syntaxProblems(documents, scan, text);
  const document = documents[0];
  if (!document || syntax.length > 0) return { tree: undefined, problems: syntax };
  const reader = new Reader(text);
  const tree = reader.document(document);
  return { tree: reader.meaningless ? undefined : tree, problems: reader.problems };
}

/** Turns YAML nodes into data, in document order, so that an alias finds the anchor last set before it. */
class Reader {
  readonly problems: Problem[] = [];
  meaningless = false;
  readonly #text: string;
  readonly #anchors = new Map<string, Tree | 'open'>();

  constructor(text: string) {
    this.#text = text;
  }

  document(document: Document.Parsed): Tree {
    const tree = this.#node(document.contents, { start: 0, end: 0 });
    if (this.#anchors.size > 0 && expandedSize(tree, new Map()) > MAX_EXPANDED) {
      const message = `Aliases make this document more than ${MAX_EXPANDED} values large`;
      this.#refuse(tree, message, 'Use $ref for parts that repeat.');
    }
    return tree;
  }

  /** `absent`: where a value that is not written down would stand. */
  #node(node: Node, absent: Range): Tree {
    if (node === null) return { ...absent, value: null };
    if (isAlias(node)) return this.#alias(node);
    const [start, valueEnd] = node.range;
    const range = { start, end: start + this.#text.slice(start, valueEnd).trimEnd().length };
    if (node.tag !== undefined && !CORE_TAGS.has(node.tag)) {
      const tag = node.tag.replace('tag:yaml.org,2002:', '!!');
      const hint =
        'JSON knows text, numbers, true, false, null, lists and mappings: remove the tag.';
      this.#refuse(range, `The tag ${tag} has no meaning here`, hint);
    }
    const { anchor } = node;
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const tree = this.#contents(node, range);
    if (anchor !== undefined) this.#anchors.set(anchor, tree);
    return tree;
  }

  #contents(node: Exclude<ParsedNode, Alias.Parsed>, range: Range): Tree {
    if (isMap(node)) return this.#mapping(node.items, range);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.#node(item, range));
      return arrayTree(range.start, range.end, items);
    }
    return { ...range, value: this.#scalar(node.value, range) };
  }

  #alias(node: Alias.Parsed): Tree {
    const target = this.#anchors.get(node.source);
    if (target !== undefined && target !== 'open') return target;
    const [start, end] = node.range;
    if (target === 'open') {
      const message = `The alias *${node.source} stands inside what it names`;
      this.#refuse({ start, end }, message, 'A schema that contains itself is written with $ref.');
    } else {
      const message = `The alias *${node.source} names nothing: no &${node.source} stands before it`;
      this.#refuse({ start, end }, message, 'Text that begins with * needs quotes.');
    }
    return { start, end, value: null };
  }

  #scalar(value: unknown, range: Range): unknown {
    const written = this.#text.slice(range.start, range.end);
    if (typeof value === 'bigint') {
      if (!isExact(value)) this.problems.push(inexact(range.start, range.end, written));
      return Number(value);
    }
    if (typeof value !== 'number' || Number.isFinite(value)) return value;
    if (/\d/.test(written)) this.problems.push(inexact(range.start, range.end, written));
    else this.#refuse(range, `${written} is no JSON number`, 'For text, put it in quotes.');
    return value;
  }

  #mapping(pairs: readonly ParsedPair[], range: Range): Tree {
    const own = new Map<string, Entry>();
    const merged = new Map<string, Entry>();
    for (const { key, value } of pairs) {
      const at = this.#keyRange(key, range);
      const name = this.#keyName(key, at);
      const tree = this.#node(value, { start: at.end, end: at.end });
      if (isMergeKey(key)) {
        this.#merge(tree, at, merged);
        continue;
      }
      if (name === undefined) continue;
      const first = own.get(name);
      if (first) {
        const line = lineOf(this.#text, first.start);
        this.problems.push(repeatedKey(name, at.start, at.end, line));
      } else {
        own.set(name, { ...at, value: tree });
      }
    }
    return objectTree(range.start, range.end, new Map([...merged, ...own]));
  }

  /** Keys given in the mapping itself win over merged ones, earlier merged ones over later ones. */
  #merge(source: Tree, at: Range, into: Map<string, Entry>): void {
    for (const each of source.items ?? [source]) {
      if (each.entries === undefined) {
        this.#refuse(at, 'The merge key << takes a mapping, or a list of mappings');
      }
      for (const [name, entry] of each.entries ?? []) {
        if (!into.has(name)) into.set(name, entry);
      }
    }
  }

  #keyRange(key: Node, mapping: Range): Range {
    if (key === null) return { start: mapping.start, end: mapping.start };
    const [start, end] = key.range;
    return { start, end };
  }

  /** A key as it is written: `404` and `true` are the texts "404" and "true". */
  #keyName(key: Node, at: Range): string | undefined {
    const tree = key === null ? undefined : this.#node(key, at);
    if (typeof tree?.value === 'string') return tree.value;
    const written = tree && this.#text.slice(tree.start, tree.end);
    if (tree && written && !tree.entries && !tree.items) return written;
    if (written)
      this.#refuse(at, 'A key must be text', 'A key that begins with [ or { needs quotes.');
    else this.#refuse(at, 'There is no key before this colon');
    return undefined;
  }

  #refuse({ start, end }: Range, message: string, hint?: string): void {
    this.meaningless = true;
    this.problems.push({
      code: 'PSPF006',
      start,
      end,
      message,
      ...(hint !== undefined && { hint }),
    });
  }
}

function isMergeKey(key: Node): boolean {
  return isScalar(key) && key.value === '<<' && key.type === Scalar.PLAIN;
}

/** How many values the document has once every alias is written out. */
function expandedSize(tree: Tree, known: Map<Tree, number>): number {
  const before = known.get(tree);
  if (before !== undefined) return before;
  let size = 1;
  for (const item of tree.items ?? []) size += expandedSize(item, known);
  for (const entry of tree.entries?.values() ?? []) size += expandedSize(entry.value, known);
  known.set(tree, size);
  return size;
}

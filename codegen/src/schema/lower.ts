import { posix } from 'node:path';
import type { PayloadDeclaration } from '../declaration/declaration.js';
import { type Diagnostic, hasErrors, type Outcome } from '../diagnostics.js';
import type { SourceFile } from '../source.js';
import { inPlaceCycles } from './cycles.js';
import type { LoweredSet } from './dialect.js';
import { fingerprint } from './fingerprint.js';
import { inputsOf } from './inputs.js';
import { checkKey } from './key.js';
import { definitionId, lowerNodes } from './lower-nodes.js';
import { keywordsIn, placeKey } from './node.js';
import { onlyReached } from './reach.js';
import type { Loader } from './references.js';
import { type Payload, type Resolved, resolve } from './resolve.js';
import { fillRemaining } from './unevaluated.js';
import { untypedObjects } from './untyped.js';

export interface Lowered extends LoweredSet {
  /** Fingerprint of each module's payload schema, as entries carry it: 16 hex digits. */
  readonly fingerprints: ReadonlyMap<string, string>;
  /** The files that each module's payload was read from, the declaration among them, sorted. */
  readonly inputs: ReadonlyMap<string, readonly SourceFile[]>;
}

/** From declarations to the lowered dialect: resolves, checks and lowers every payload. All problems at once. */
export function lowerAll(
  declarations: readonly PayloadDeclaration[],
  loader: Loader,
): Outcome<Lowered> {
  const sorted = declarations.toSorted((a, b) => (a.module < b.module ? -1 : 1));
  const { resolved, diagnostics } = resolve(
    sorted.map(({ module, payload }) => ({ module, place: payload })),
    loader,
  );
  const payloads = resolved.roots.map((root) => payloadOf(root, resolved));
  const pathOf = relativePaths(sorted.map(({ file }) => file.id));
  const definitions = lowerNodes(payloads, resolved, pathOf);
  const roots = new Map(payloads.map(({ module, node }) => [module, definitionId(node, pathOf)]));
  const inputs = new Map(
    resolved.roots.map(({ module, node }) => [module, inputsOf(node, resolved)]),
  );

  const problems = [...diagnostics, ...inPlaceCycles(definitions)];
  const wrong = new Set(
    problems.filter(({ severity }) => severity === 'error').map(({ at }) => at?.file),
  );
  for (const declaration of sorted) {
    if (inputs.get(declaration.module)?.some(({ path }) => wrong.has(path))) continue;
    problems.push(...checkKey({ definitions, roots }, declaration));
  }
  if (hasErrors(problems)) return { value: undefined, diagnostics: inOrder(problems) };

  const fingerprints = new Map(
    resolved.roots.map(({ module, node }) => [module, fingerprint(node, resolved)]),
  );
  const set = onlyReached({ definitions: fillRemaining(definitions), roots });
  problems.push(...untypedObjects(set));
  return { value: { ...set, fingerprints, inputs }, diagnostics: inOrder(problems) };
}

/** A payload that only refers to a schema is that schema, with its name. */
function payloadOf({ module, node }: Payload, resolved: Resolved): Payload {
  const seen = new Set<string>();
  let at = node;
  while (!seen.has(placeKey(at)) && [...keywordsIn(at)].every(([name]) => SAYS_NOTHING.has(name))) {
    seen.add(placeKey(at));
    at = resolved.targetOf(at) ?? at;
  }
  return { module, node: at };
}

const SAYS_NOTHING: ReadonlySet<string> = new Set([
  '$ref',
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'definitions',
  'description',
]);

/** Paths relative to the folder that all declarations share: the same on every machine, whatever the working directory. */
function relativePaths(declared: readonly string[]): (file: SourceFile) => string {
  const [first = [], ...others] = declared.map((id) => posix.dirname(id).split('/'));
  const apart = first.findIndex((part, index) => others.some((other) => other[index] !== part));
  const folder = (apart < 0 ? first : first.slice(0, apart)).join('/') || '/';
  return ({ id }) => posix.relative(folder, id);
}

function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const unique = new Map(diagnostics.map((each) => [JSON.stringify(each), each]));
  return [...unique.values()].sort((a, b) => {
    if (a.at === undefined || b.at === undefined) return Number(!a.at) - Number(!b.at);
    if (a.at.file !== b.at.file) return a.at.file < b.at.file ? -1 : 1;
    return a.at.line - b.at.line || a.at.column - b.at.column;
  });
}

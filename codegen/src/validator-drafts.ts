import { createHash } from 'node:crypto';
import type { Declaration } from './declaration/declaration.js';
import type { Draft } from './finish.js';
import type { GenerateOptions } from './generation.js';
import { SHARED_MODULE } from './names.js';
import { banner } from './output/banner.js';
import { relativeTo } from './output/out-directory.js';
import type { DefinitionId } from './schema/dialect.js';
import { type Evolved, evolve } from './schema/evolution.js';
import type { Lowered } from './schema/lower.js';
import { usage } from './schema/reach.js';
import { compileDefinitions } from './validator/compile.js';
import { printValidators } from './validator/modules.js';
import type { Printed } from './view.js';

/** The validator modules: a function for each definition, in its stream's module or in the shared one. */
export function validatorDrafts(
  declarations: readonly Declaration[],
  lowered: Lowered,
  printed: Printed,
  { dir, out, importExtension }: GenerateOptions,
): Draft[] {
  const evolution = new Map(declarations.map((each) => [each.module, each.evolution]));
  const evolved = evolve(lowered, evolution);
  const moduleOf = homes(evolved);
  const names = functionNames(evolved, moduleOf, printed);
  const files = printValidators({
    compiled: compileDefinitions({ ...evolved, roots: evolved.write }, (id) => get(names, id)),
    streams: declarations.map(({ module }) => {
      const { type, module: typeModule } = get(printed.names, get(lowered.roots, module));
      const write = get(evolved.write, module);
      return { module, type, typeModule, write, read: get(evolved.read, module) };
    }),
    moduleOf: (id) => get(moduleOf, id),
    sharedModule: SHARED_MODULE,
    extension: importExtension,
    banner: banner(relativeTo(out)(dir)),
  });
  return [...files].map(([path, text]) => ({ path: `${path}.ts`, text, format: false }));
}

/** The module that holds each definition's function: its only user's, or the shared one. */
function homes({ definitions, write, read }: Evolved): ReadonlyMap<DefinitionId, string> {
  const users = [write, read].map((roots) => usage({ definitions, roots }));
  return new Map(
    [...definitions.keys()].map((id) => {
      const modules = new Set(users.flatMap((each) => [...(each.get(id) ?? [])]));
      const [only = SHARED_MODULE] = modules;
      return [id, modules.size === 1 ? only : SHARED_MODULE];
    }),
  );
}

/**
 * `v_order` after its type; `v_order_write` and `v_order_read` for what `open-reader` makes of it. Where two in one
 * scope want the same name, each takes a hash of its place.
 */
function functionNames(
  { definitions }: Evolved,
  moduleOf: ReadonlyMap<DefinitionId, string>,
  printed: Printed,
): ReadonlyMap<DefinitionId, string> {
  const wanted = new Map(
    [...definitions].map(([id, definition]) => {
      const [, base = id, variant] = VARIANT.exec(id) ?? [];
      const type = printed.names.get(base)?.type ?? definition.name;
      const suffix = variant === undefined ? '' : `_${variant}`;
      const word = inAscii(type);
      return [id, `v_${word.charAt(0).toLowerCase()}${word.slice(1)}${suffix}`];
    }),
  );
  const claims = new Map<string, number>();
  const claim = (id: DefinitionId, name: string) => `${moduleOf.get(id)}/${name}`;
  for (const [id, name] of wanted) {
    claims.set(claim(id, name), (claims.get(claim(id, name)) ?? 0) + 1);
  }
  return new Map(
    [...wanted].map(([id, name]) => {
      const inShared = claims.get(`${SHARED_MODULE}/${name}`) ?? 0;
      const local = moduleOf.get(id) === SHARED_MODULE ? 0 : inShared;
      const rivals = (claims.get(claim(id, name)) ?? 0) - 1 + local;
      return [id, rivals === 0 ? name : `${name}_${hash(id)}`];
    }),
  );
}

/** The id of what `evolve` makes of a definition; pointers have a `~` too, before a digit. */
const VARIANT = /^(.*?)~(write|read|join)(?![a-z])/s;

/** ajv prints functions under ASCII names only, and a type may be called `Größe` or `注文`. */
function inAscii(name: string): string {
  return name.normalize('NFKD').replace(/[^\w$]/g, '') || 'value';
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function get<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new Error(`validators: nothing known of ${key}`);
  return value;
}

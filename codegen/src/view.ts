import { CONTRACT, RUNTIME_MODULE } from './contract.js';
import type { Declaration } from './declaration/declaration.js';
import { type Diagnostic, diagnostic } from './diagnostics.js';
import type { ImportExtension } from './generation.js';
import { type DefinitionName, SHARED_MODULE } from './names.js';
import type { IndexView, NamesFrom, SharedView, StreamView } from './render.js';
import type { DefinitionId } from './schema/dialect.js';
import { docComment } from './types/comments.js';
import { stringLiteral } from './types/literals.js';
import type { PrintedType } from './types/print.js';

/** What every view is made from. */
export interface Printed {
  readonly names: ReadonlyMap<DefinitionId, DefinitionName>;
  /** The modules whose streams reach each definition. */
  readonly users: ReadonlyMap<DefinitionId, ReadonlySet<string>>;
  readonly types: ReadonlyMap<DefinitionId, PrintedType>;
  readonly roots: ReadonlyMap<string, DefinitionId>;
  readonly fingerprints: ReadonlyMap<string, string>;
  readonly importExtension: ImportExtension;
}

/** A stream's module: its types, its definition, its class. */
export function streamView(declaration: Declaration, printed: Printed, banner: string): StreamView {
  const { module, retry, timeout, className } = declaration;
  const root = printed.roots.get(module);
  const payload = root === undefined ? undefined : printed.names.get(root)?.type;
  const fingerprint = printed.fingerprints.get(module);
  if (root === undefined || payload === undefined || fingerprint === undefined) {
    throw new Error(`view: ${module} was not lowered`);
  }
  const own = idsOf(module, printed);
  const mentioned = [root, ...own.flatMap((id) => printed.types.get(id)?.references ?? [])];
  return {
    banner,
    imports: [
      {
        from: stringLiteral(RUNTIME_MODULE),
        typeOnly: false,
        names: [value('Stream'), type('StreamDefinition'), type('StreamOptions')],
      },
      ...sharedNames(mentioned, printed),
      {
        from: stringLiteral(`./${module}.validator${printed.importExtension}`),
        typeOnly: false,
        names: [value('validator')],
      },
    ],
    // A type that a second stream begins to use moves to the shared module, and is still found here.
    exports: sharedNames(usedBy(module, printed), printed),
    types: textsOf(module, [root, ...own], printed),
    payload,
    contract: CONTRACT,
    stream: stringLiteral(declaration.stream),
    group: stringLiteral(declaration.group),
    key: declaration.key === undefined ? undefined : stringLiteral(declaration.key),
    retry,
    dlq: {
      name: declaration.dlq.name === undefined ? undefined : stringLiteral(declaration.dlq.name),
      maxLength: declaration.dlq.maxLength,
    },
    timeout,
    retain: printRetain(declaration.retain),
    fingerprint: stringLiteral(fingerprint),
    classComment: docComment(
      declaration.description === undefined ? {} : { description: declaration.description },
    ),
    className,
  };
}

/** The module of what several streams use; undefined where nothing is shared. */
export function sharedView(printed: Printed, banner: string): SharedView | undefined {
  const ids = idsOf(SHARED_MODULE, printed);
  return ids.length === 0 ? undefined : { banner, types: textsOf(SHARED_MODULE, ids, printed) };
}

/**
 * Everything by one import, by name: `export *` would not compile where two modules use one name. Such a
 * type is left out, with a warning; a class always stays.
 */
export function indexView(
  declarations: readonly Declaration[],
  printed: Printed,
  banner: string,
): { view: IndexView; diagnostics: Diagnostic[] } {
  const homes = new Map<string, string[]>();
  for (const { module, type: name } of printed.names.values()) {
    homes.set(name, [...(homes.get(name) ?? []), module].sort());
  }
  const classes = new Set(declarations.map(({ className }) => className));
  const exported = (name: string): boolean => homes.get(name)?.length === 1 && !classes.has(name);
  const typesIn = (module: string) =>
    idsOf(module, printed)
      .flatMap((id) => printed.names.get(id)?.type ?? [])
      .filter(exported)
      .sort()
      .map(type);
  const modules = [
    ...declarations.map(({ module, className }) => ({
      module,
      names: [value(className), ...typesIn(module)],
    })),
    { module: SHARED_MODULE, names: typesIn(SHARED_MODULE) },
  ];
  return {
    view: {
      banner,
      modules: modules
        .filter(({ names }) => names.length > 0)
        .map(({ module, names }) => ({
          from: stringLiteral(`./${module}${printed.importExtension}`),
          typeOnly: false,
          names,
        })),
    },
    diagnostics: [...homes]
      .filter(([name]) => !exported(name))
      .map(([name, modules]) => leftOut(name, modules, classes)),
  };
}

function leftOut(
  name: string,
  modules: readonly string[],
  classes: ReadonlySet<string>,
): Diagnostic {
  const also = classes.has(name) ? ', and a stream has a class of that name' : '';
  const message = `The type ${name} is left out of the index: ${listed(modules)} define${modules.length === 1 ? 's' : ''} it${also}`;
  return diagnostic('PSPF030', message, {
    severity: 'warning',
    hint: `Import it from the module itself (./${modules[0]}), or give one of the schemas another title.`,
  });
}

function listed(modules: readonly string[]): string {
  const shown = modules.length > 4 ? [...modules.slice(0, 3), 'others'] : modules;
  return shown.join(', ').replace(/, ([^,]+)$/, ' and $1');
}

/** Those of some definitions that stand in the shared module, as one import or export of types. */
function sharedNames(ids: readonly DefinitionId[], printed: Printed): NamesFrom[] {
  const names = ids.flatMap((id) => {
    const home = printed.names.get(id);
    return home?.module === SHARED_MODULE ? [home.type] : [];
  });
  if (names.length === 0) return [];
  return [
    {
      from: stringLiteral(`./${SHARED_MODULE}${printed.importExtension}`),
      typeOnly: true,
      names: [...new Set(names)].sort().map(value),
    },
  ];
}

function usedBy(module: string, { users }: Printed): DefinitionId[] {
  return [...users].filter(([, modules]) => modules.has(module)).map(([id]) => id);
}

/** The definitions printed in a module, by name. */
function idsOf(module: string, { names }: Printed): DefinitionId[] {
  return [...names]
    .filter(([, name]) => name.module === module)
    .sort(([, a], [, b]) => (a.type < b.type ? -1 : 1))
    .map(([id]) => id);
}

/** The types that stand in a module, in the order of the ids, each once. */
function textsOf(
  module: string,
  ids: readonly DefinitionId[],
  { types, names }: Printed,
): { text: string }[] {
  return [...new Set(ids)]
    .filter((id) => names.get(id)?.module === module)
    .flatMap((id) => types.get(id) ?? []);
}

function printRetain(retain: Declaration['retain']): string {
  if (retain === 'none') return stringLiteral('none');
  return `{ maxLength: ${retain.maxLength}, onFull: ${stringLiteral(retain.onFull)} }`;
}

const value = (name: string) => ({ name, typeOnly: false });
const type = (name: string) => ({ name, typeOnly: true });

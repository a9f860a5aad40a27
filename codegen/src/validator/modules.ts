import type { DefinitionId } from '../schema/dialect.js';
import type { CompiledFunction, CompiledSet } from './compile.js';
import { encodeUnit, formatsOf } from './encode.js';
import { printSharedModule, printStreamModule } from './print.js';

/** A stream's validator: which definitions judge its payload, and where it is printed. */
export interface ValidatorStream {
  /** Base name of the stream's module: `orders` for `orders.ts` and `orders.validator.ts`. */
  readonly module: string;
  /** Name of the payload's type, exported by the module that `typeModule` names. */
  readonly type: string;
  /** Base name of the module with the type; the stream's own, or the shared one. */
  readonly typeModule: string;
  /** Judges what is emitted. */
  readonly write: DefinitionId;
  /** Judges what arrives; the same definition where the stream is strict. */
  readonly read: DefinitionId;
}

export interface ValidatorRequest {
  readonly compiled: CompiledSet;
  readonly streams: readonly ValidatorStream[];
  /** Base name of the module that holds a definition. */
  readonly moduleOf: (id: DefinitionId) => string;
  /** Base name of the module of what several streams use. */
  readonly sharedModule: string;
  /** Of imports between generated files: `.js`, `.ts` or nothing. */
  readonly extension: string;
  /** First lines of every file. */
  readonly banner: string;
}

/** The validator modules as text, by base name: `orders.validator`, `_shared.validator`. */
export function printValidators(request: ValidatorRequest): ReadonlyMap<string, string> {
  const { compiled, streams, moduleOf, sharedModule } = request;
  const files = new Map<string, string>();
  const shared = new Set<CompiledFunction>();
  for (const stream of streams) {
    const reached = reachable(compiled, [stream.write, stream.read]);
    const isShared = (one: CompiledFunction): boolean => moduleOf(one.unit.owner) === sharedModule;
    const own = byName(reached.filter((one) => !isShared(one)));
    const imported = byName(reached.filter(isShared));
    for (const one of imported) shared.add(one);
    const text = printStreamModule({
      banner: request.banner,
      own,
      imported,
      shared: `./${sharedModule}.validator${request.extension}`,
      type: { name: stream.type, from: `./${stream.typeModule}${request.extension}` },
      roots: { write: nameOf(compiled, stream.write), read: nameOf(compiled, stream.read) },
      schemas: schemasOf(compiled, own),
      formats: [...new Set(reached.flatMap(({ unit }) => [...formatsOf(unit)]))].sort(),
    });
    files.set(`${stream.module}.validator`, text);
  }
  if (shared.size > 0) {
    const functions = byName([...shared]);
    const schemas = schemasOf(compiled, functions);
    files.set(
      `${sharedModule}.validator`,
      printSharedModule({ banner: request.banner, functions, schemas }),
    );
  }
  return files;
}

/** All that may run for some payload; for an explanation too, which walks the same calls. */
function reachable(compiled: CompiledSet, roots: readonly DefinitionId[]): CompiledFunction[] {
  const found = new Map<DefinitionId, CompiledFunction>();
  const open = [...roots];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    const one = compiled.functions.get(id);
    if (one === undefined) throw new Error(`no function for ${id}`);
    found.set(id, one);
    open.push(...one.calls);
  }
  return [...found.values()];
}

function byName(functions: readonly CompiledFunction[]): CompiledFunction[] {
  return [...functions].sort((a, b) => (a.unit.name < b.unit.name ? -1 : 1));
}

function nameOf({ units }: CompiledSet, id: DefinitionId): string {
  const unit = units.get(id);
  if (unit === undefined) throw new Error(`no definition ${id}`);
  return unit.name;
}

function schemasOf(
  { units, factsOf }: CompiledSet,
  functions: readonly CompiledFunction[],
): string {
  const entries = functions.map(({ unit }) => [unit.name, encodeUnit(unit, units, factsOf)]);
  return JSON.stringify(Object.fromEntries(entries));
}

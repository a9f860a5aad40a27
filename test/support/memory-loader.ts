import { posix } from 'node:path';
import type { PayloadDeclaration } from '../../codegen/dist/declaration/declaration.js';
import { diagnostic, type Outcome, type Span } from '../../codegen/dist/diagnostics.js';
import { parseSource, type SourceFile } from '../../codegen/dist/source.js';

/** Source files in memory, by path; each a text, or data that is written as JSON. */
export class MemoryLoader {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #read = new Map<string, Outcome<SourceFile>>();

  constructor(files: Readonly<Record<string, unknown>>) {
    this.#texts = new Map(
      Object.entries(files).map(([path, content]) => [
        posix.resolve('/', path),
        typeof content === 'string' ? content : JSON.stringify(content, null, 2),
      ]),
    );
  }

  load(from: SourceFile, path: string, at?: Span): Outcome<SourceFile> {
    return this.open(posix.resolve(posix.dirname(from.id), path), at);
  }

  open(id: string, at?: Span): Outcome<SourceFile> {
    const before = this.#read.get(id);
    if (before) return before;
    const text = this.#texts.get(id);
    if (text === undefined) {
      const missing = diagnostic('PSPF002', `${id.slice(1)} does not exist`, { at });
      return { value: undefined, diagnostics: [missing] };
    }
    const outcome = parseSource({ id, path: id.slice(1), text });
    this.#read.set(id, outcome);
    return outcome;
  }
}

/** Declarations by module name, with a loader that knows them and other files beside them. */
export function declarations(
  payloads: Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, unknown>> = {},
  keys: Readonly<Record<string, string>> = {},
): { readonly declarations: readonly PayloadDeclaration[]; readonly loader: MemoryLoader } {
  const pathOf = (module: string): string => `streams/${module}.stream.json`;
  const own = Object.entries(payloads).map(([module, payload]) => {
    const key = keys[module];
    return [pathOf(module), { stream: module, ...(key !== undefined && { key }), payload }];
  });
  const loader = new MemoryLoader({ ...files, ...Object.fromEntries(own) });
  return {
    loader,
    declarations: Object.keys(payloads).map((module) => {
      const file = loader.open(`/${pathOf(module)}`).value;
      if (file === undefined) throw new Error(`declarations: ${module} cannot be read`);
      return { file, module, key: keys[module], payload: { file, pointer: '/payload' } };
    }),
  };
}

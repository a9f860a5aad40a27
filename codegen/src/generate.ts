import type { Declaration } from './declaration/declaration.js';
import { loadDeclarations } from './declaration/load.js';
import { hasErrors } from './diagnostics.js';
import type { Draft } from './finish.js';
import type { Generate, GenerateOptions } from './generation.js';
import { allotNames, SHARED_MODULE } from './names.js';
import { banner } from './output/banner.js';
import { relativeTo } from './output/out-directory.js';
import { loadRenderer } from './render.js';
import { type Lowered, lowerAll } from './schema/lower.js';
import { usage } from './schema/reach.js';
import { printTypes } from './types/print.js';
import { validatorDrafts } from './validator-drafts.js';
import { indexView, type Printed, sharedView, streamView } from './view.js';

/** The pipeline, from declarations to files; every stage is a function from data to data. */
export const generate: Generate = async (options) => {
  const { dir, loader } = options;
  const loaded = loadDeclarations(dir, loader);
  const declarations = loaded.value ?? [];
  const lowered = lowerAll(declarations, loader);
  const problems = [...loaded.diagnostics, ...lowered.diagnostics];
  const set = lowered.value;
  if (set === undefined || hasErrors(problems)) return { value: undefined, diagnostics: problems };

  const printed = await print(declarations, set, options);
  const rendered = renderModules(declarations, printed, options);
  // Late: what formats and parses takes longer to load than a mistake takes to be found.
  const { finish } = await import('./finish.js');
  const drafts = [...rendered.drafts, ...validatorDrafts(declarations, set, printed, options)];
  return {
    value: {
      files: finish(drafts),
      streams: declarations.map(({ module, file }) => ({
        module,
        inputs: inputsOf(file.id, set, module),
      })),
    },
    diagnostics: [...problems, ...rendered.diagnostics],
  };
};

async function print(
  declarations: readonly Declaration[],
  lowered: Lowered,
  { importExtension }: GenerateOptions,
): Promise<Printed> {
  const users = usage(lowered);
  const names = allotNames({
    users,
    definitions: lowered.definitions,
    roots: lowered.roots,
    classes: new Map(declarations.map(({ module, className }) => [module, className])),
  });
  const nameOf = (id: string): string => {
    const name = names.get(id);
    if (name === undefined) throw new Error(`generate: no name for ${id}`);
    return name.type;
  };
  const types = await printTypes(lowered, [...names.keys()], nameOf);
  const { roots, fingerprints } = lowered;
  return { names, users, types, roots, fingerprints, importExtension };
}

function renderModules(
  declarations: readonly Declaration[],
  printed: Printed,
  { dir, out }: GenerateOptions,
): { drafts: Draft[]; diagnostics: ReturnType<typeof indexView>['diagnostics'] } {
  const fromOut = relativeTo(out);
  const render = loadRenderer();
  const all = banner(fromOut(dir));
  const index = indexView(declarations, printed, all);
  const shared = sharedView(printed, all);
  const draft = (module: string, text: string): Draft => ({
    path: `${module}.ts`,
    text,
    format: true,
  });
  return {
    drafts: [
      ...declarations.map((declaration) => {
        const view = streamView(declaration, printed, banner(fromOut(declaration.file.id)));
        return draft(declaration.module, render.stream(view));
      }),
      ...(shared === undefined ? [] : [draft(SHARED_MODULE, render.shared(shared))]),
      draft('index', render.index(index.view)),
    ],
    diagnostics: index.diagnostics,
  };
}

/** Ids of the files a stream is made from, its declaration first. */
function inputsOf(declaration: string, { inputs }: Lowered, module: string): string[] {
  const ids = (inputs.get(module) ?? []).map(({ id }) => id);
  return [...new Set([declaration, ...ids])];
}

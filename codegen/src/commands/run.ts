import { statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Diagnostic, diagnostic, hasErrors } from '../diagnostics.js';
import type { Generate, ImportExtension } from '../generation.js';
import { detectImportExtension } from '../import-extension.js';
import { MANIFEST, type Manifest, parseManifest } from '../output/manifest.js';
import { realOrFuture, relativeTo } from '../output/out-directory.js';
import { readOut } from '../output/write.js';
import { slashed } from '../paths.js';
import type { SourceLoader } from '../source/loader.js';

/** What the user asked for, complete. */
export interface Run {
  readonly dir: string;
  readonly out: string;
  /** As given; otherwise found in the nearest tsconfig. */
  readonly importExtension: ImportExtension | undefined;
  /** The version of this package. */
  readonly tool: string;
  /** Where the pipeline comes from: late, because it is heavy. */
  pipeline(): Promise<Generate>;
}

/** What is in the out directory before a run. */
export interface Before {
  readonly onDisk: ReadonlyMap<string, string>;
  readonly manifest: Manifest | undefined;
  readonly importExtension: ImportExtension;
  /** What a stream's code depends on beside its files. */
  readonly options: Readonly<Record<string, string>>;
  readonly diagnostics: readonly Diagnostic[];
}

export function lookBefore(run: Run): Before | { readonly diagnostics: readonly Diagnostic[] } {
  const read = readOut(run.out);
  if (!read.value) return { diagnostics: read.diagnostics };
  const text = read.value.get(MANIFEST);
  const parsed =
    text === undefined ? undefined : parseManifest(text, slashed(join(run.out, MANIFEST)));
  const importExtension = run.importExtension ?? detectImportExtension(run.out);
  return {
    onDisk: read.value,
    manifest: parsed?.manifest,
    importExtension,
    options: { dir: relativeTo(run.out)(run.dir), importExtension },
    diagnostics: parsed?.diagnostics ?? [],
  };
}

/** Runs the pipeline and adds the manifest; no files where there was an error. */
export async function makeFiles(
  run: Run,
  before: Before,
  loader: SourceLoader,
): Promise<{
  readonly files: ReadonlyMap<string, string> | undefined;
  readonly streams: number;
  readonly diagnostics: readonly Diagnostic[];
}> {
  const generate = await run.pipeline();
  const { withManifest } = await import('../output/record.js');
  const { dir, out, tool } = run;
  const { options, importExtension } = before;
  const { value, diagnostics } = await generate({ dir, out, importExtension, loader });
  if (!value || hasErrors(diagnostics)) return { files: undefined, streams: 0, diagnostics };
  const files = withManifest(value, { out, tool, options, loader });
  const made = new Set(value.streams.map(({ module }) => module));
  const elsewhere = declaredElsewhere(run, before.manifest, made);
  return { files, streams: made.size, diagnostics: [...diagnostics, ...elsewhere] };
}

/** Two directories of declarations with one out directory would remove each other's clients, in silence. */
function declaredElsewhere(
  { dir, out }: Run,
  manifest: Manifest | undefined,
  made: ReadonlySet<string>,
): readonly Diagnostic[] {
  const from = realOrFuture(resolve(out));
  const [first, ...more] = [...(manifest?.streams ?? [])]
    .filter(([module]) => !made.has(module))
    .map(([, { inputs }]) => resolve(from, inputs[0] ?? ''))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  if (first === undefined) return [];
  const shown = `${slashed(relative('', first))}${more.length > 0 ? ` and ${more.length} more` : ''}`;
  const message = `${slashed(out)} holds clients of declarations that are not in ${slashed(dir)}: ${shown}`;
  const hint = 'Generating removes them. Each directory of declarations needs an --out of its own.';
  return [diagnostic('PSPF067', message, { severity: 'warning', hint })];
}

export function notOurs(out: string, path: string): Diagnostic {
  const shown = slashed(join(out, path));
  return diagnostic('PSPF061', `${shown} was not made by pspf-gen, and would be overwritten`, {
    hint: 'Move it elsewhere, rename the declaration, or choose another --out. Nothing was written.',
  });
}

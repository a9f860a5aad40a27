import { hasErrors } from '../diagnostics.js';
import { plan } from '../output/plan.js';
import { unchanged } from '../output/unchanged.js';
import { write } from '../output/write.js';
import { slashed } from '../paths.js';
import { count } from '../report/text.js';
import { type Output, type Result, type Shown, toOutput } from './command.js';
import { lookBefore, makeFiles, notOurs, type Run } from './run.js';

/**
 * Makes every file and writes those that differ, all or none.
 *
 * @param trust whether a manifest that says nothing changed is believed
 */
export async function generateCommand(run: Run, trust: boolean, shown: Shown): Promise<Output> {
  const before = lookBefore(run);
  if (!('onDisk' in before)) return toOutput(failed(before.diagnostics), () => undefined, shown);
  if (
    trust &&
    before.manifest &&
    unchanged(before.manifest, before.onDisk, { ...run, ...before })
  ) {
    const kept = before.manifest.files.size + 1;
    return toOutput(
      done(run, { write: [], remove: [], kept }, before.manifest.streams.size, []),
      () => undefined,
      shown,
    );
  }

  const { SourceLoader } = await import('../source/loader.js');
  const loader = new SourceLoader();
  const textOf = (file: string) => loader.textOf(file);
  const made = await makeFiles(run, before, loader);
  const diagnostics = [...before.diagnostics, ...made.diagnostics];
  if (!made.files) return toOutput(failed(diagnostics), textOf, shown);

  const todo = plan(made.files, before.onDisk, before.manifest);
  diagnostics.push(...todo.blocked.map((path) => notOurs(run.out, path)));
  if (todo.blocked.length === 0) diagnostics.push(...write(run.out, made.files, todo));
  if (hasErrors(diagnostics)) return toOutput(failed(diagnostics), textOf, shown);
  const counts = { write: todo.write, remove: todo.remove, kept: todo.keep.length };
  return toOutput(done(run, counts, made.streams, diagnostics), textOf, shown);
}

function failed(diagnostics: Result['diagnostics']): Result {
  return { exitCode: 2, diagnostics, text: '', data: { written: [], removed: [] } };
}

function done(
  { out }: Run,
  files: {
    readonly write: readonly string[];
    readonly remove: readonly string[];
    readonly kept: number;
  },
  streams: number,
  diagnostics: Result['diagnostics'],
): Result {
  const parts = [
    files.write.length > 0 && `${files.write.length} written`,
    files.remove.length > 0 && `${files.remove.length} removed`,
    files.kept > 0 && `${files.kept} unchanged`,
  ].filter((part) => part !== false);
  const text = `${count(streams, 'stream')} → ${slashed(out)}: ${parts.join(', ')}\n`;
  return { exitCode: 0, diagnostics, text, data: { written: files.write, removed: files.remove } };
}

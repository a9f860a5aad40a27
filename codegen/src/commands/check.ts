import { join } from 'node:path';
import { type Finding, findDrift } from '../check.js';
import { DIAGNOSTICS } from '../diagnostics.js';
import { slashed } from '../paths.js';
import type { Style } from '../report/style.js';
import { count } from '../report/text.js';
import { SourceLoader } from '../source/loader.js';
import { exitFor, type Output, type Shown, toOutput } from './command.js';
import { lookBefore, makeFiles, notOurs, type Run } from './run.js';

/** Compares what a run would make with the disk, and touches nothing. */
export async function checkCommand(run: Run, shown: Shown): Promise<Output> {
  const before = lookBefore(run);
  const none = { text: '', data: { findings: [] } };
  if (!('onDisk' in before)) {
    return toOutput(
      { ...none, exitCode: 2, diagnostics: before.diagnostics },
      () => undefined,
      shown,
    );
  }
  const loader = new SourceLoader();
  const textOf = (file: string) => loader.textOf(file);
  const made = await makeFiles(run, before, loader);
  const diagnostics = [...before.diagnostics, ...made.diagnostics];
  if (!made.files) return toOutput({ ...none, exitCode: 2, diagnostics }, textOf, shown);

  const { findings, blocked } = findDrift(made.files, before.onDisk, before.manifest);
  diagnostics.push(...blocked.map((path) => notOurs(run.out, path)));
  const exitCode = exitFor(diagnostics, findings.length > 0 ? 1 : 0);
  const data = {
    findings: findings.map(({ kind, code, path }) => ({
      kind,
      code,
      title: DIAGNOSTICS[code],
      file: slashed(join(run.out, path)),
    })),
  };
  const text =
    findings.length > 0 ? listed(findings, run, shown.style) : fresh(run, made.files.size);
  return toOutput(
    { exitCode, diagnostics, text: exitCode === 2 && findings.length === 0 ? '' : text, data },
    textOf,
    shown,
  );
}

const WHY: Readonly<Record<Finding['kind'], string>> = {
  stale: 'its declaration or the generator has changed',
  missing: 'it would be made and is not there',
  orphaned: 'no declaration makes it any more',
  edited: 'somebody changed it by hand',
};

function listed(findings: readonly Finding[], { dir, out }: Run, style: Style): string {
  const files = findings.map(({ path }) => slashed(join(out, path)));
  const width = Math.max(...files.map(({ length }) => length));
  const lines = findings.map(({ kind, code }, index) => {
    const file = (files[index] ?? '').padEnd(width);
    return `${file}  ${style.red(kind.padEnd(8))}  ${style.dim(code)}  ${WHY[kind]}`;
  });
  const elsewhere = out === 'generated' ? '' : ` --out ${asArgument(out)}`;
  const command = style.bold(`pspf-gen ${asArgument(dir)}${elsewhere}`);
  const differ = findings.length === 1 ? 'file differs' : 'files differ';
  const sum = `${findings.length} ${differ} from what ${slashed(dir)} makes. Run: ${command}`;
  return `${lines.join('\n')}\n\n${sum}\n`;
}

/** As one would type it. */
function asArgument(path: string): string {
  const shown = slashed(path);
  const dotted = /^(?:\.{0,2}\/|\.{1,2}$|[A-Za-z]:)/.test(shown) ? shown : `./${shown}`;
  return /[^\w./:@+-]/.test(dotted) ? `"${dotted}"` : dotted;
}

function fresh({ out }: Run, files: number): string {
  return `${slashed(out)} is fresh: ${count(files, 'file')}\n`;
}

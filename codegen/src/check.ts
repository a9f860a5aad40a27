import type { DiagnosticCode } from './diagnostics.js';
import { isAsRecorded, type Manifest } from './output/manifest.js';
import { plan } from './output/plan.js';

/** A file of the out directory that is not what a run would make. */
export interface Finding {
  readonly kind: 'stale' | 'missing' | 'orphaned' | 'edited';
  readonly code: DiagnosticCode;
  /** Relative to the out directory. */
  readonly path: string;
}

const CODES = {
  stale: 'PSPF063',
  missing: 'PSPF064',
  orphaned: 'PSPF065',
  edited: 'PSPF066',
} as const;

/** Every file that differs, sorted. Arguments as of {@link plan}; line ends are no difference. */
export function findDrift(
  files: ReadonlyMap<string, string>,
  onDisk: ReadonlyMap<string, string>,
  manifest: Manifest | undefined,
): { readonly findings: readonly Finding[]; readonly blocked: readonly string[] } {
  const { write, remove, blocked } = plan(files, onDisk, manifest);
  const kindOf = (path: string): Finding['kind'] => {
    const present = onDisk.get(path);
    if (present === undefined) return 'missing';
    const known = manifest?.files.has(path) ? manifest : undefined;
    return known !== undefined && !isAsRecorded(known, path, present) ? 'edited' : 'stale';
  };
  const differing = write.map((path) => ({ path, kind: kindOf(path) }));
  const orphaned = remove.map((path) => ({ path, kind: 'orphaned' as const }));
  const findings = [...differing, ...orphaned]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, kind }) => ({ kind, code: CODES[kind], path }));
  return { findings, blocked };
}

import type { AppendEntry } from './backend.js';

/** Entries that go to the server in one command. */
export interface AppendStep {
  readonly kind: 'script' | 'single';
  readonly entries: readonly AppendEntry[];
}

/** A script blocks the server while it runs, so it gets at most this much. */
const scriptEntries = 128;
const scriptBytes = 256 * 1024;
/** Above this, copying the values into the script costs more than a command of its own. */
const largeEntry = 8 * 1024;
/** A script cannot pass more values than this to one command. */
export const scriptValues = 7_000;

/**
 * Cut entries into commands, keeping their order: scripts for many small ones, a command each for large ones.
 * With `guarded` each entry goes through a script, which looks at the stream's length first.
 */
export function planAppend(entries: readonly AppendEntry[], guarded: boolean): AppendStep[] {
  const steps: AppendStep[] = [];
  let batch: AppendEntry[] = [];
  let bytes = 0;
  const flush = (): void => {
    const [only] = batch;
    if (only !== undefined) {
      const kind = batch.length === 1 && !guarded ? 'single' : 'script';
      steps.push({ kind, entries: batch });
    }
    batch = [];
    bytes = 0;
  };
  for (const entry of entries) {
    const fits = batch.length < scriptEntries && bytes + entry.bytes <= scriptBytes;
    const large = entry.bytes > largeEntry || entry.fields.length > scriptValues;
    if (!fits || large) flush();
    batch.push(entry);
    bytes += entry.bytes;
    if (large) flush();
  }
  flush();
  return steps;
}

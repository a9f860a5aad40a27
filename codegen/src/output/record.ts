import type { Generation } from '../generation.js';
import type { SourceLoader } from '../source/loader.js';
import { hashesOf, inputHash, MANIFEST, printManifest } from './manifest.js';
import { relativeTo } from './out-directory.js';

/** Every file of a run, with the manifest that records it. */
export function withManifest(
  { files, streams }: Generation,
  run: {
    readonly out: string;
    readonly tool: string;
    readonly options: Readonly<Record<string, string>>;
    readonly loader: SourceLoader;
  },
): ReadonlyMap<string, string> {
  const fromOut = relativeTo(run.out);
  const hashes = run.loader.hashes();
  const records = streams.map(({ module, inputs }) => {
    const [declaration = '', ...others] = inputs;
    const read = [declaration, ...others.sort()].map((id) => ({
      path: fromOut(id),
      hash: hashes.get(id) ?? '',
    }));
    const record = { hash: inputHash(read, run.options), inputs: read.map(({ path }) => path) };
    return [module, record] as const;
  });
  const manifest = printManifest({
    tool: run.tool,
    files: new Map([...files].map(([path, text]) => [path, hashesOf(path, text)])),
    streams: new Map(records),
  });
  return new Map([...files, [MANIFEST, manifest]]);
}

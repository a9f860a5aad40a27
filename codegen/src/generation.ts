import type { Outcome } from './diagnostics.js';
import type { SourceLoader } from './source/loader.js';

/** How a generated module names its siblings: `./orders.js`, `./orders.ts` or `./orders`. */
export type ImportExtension = '.js' | '.ts' | '';

export interface GenerateOptions {
  /** The directory of declarations. */
  readonly dir: string;
  /** Where the files will be written; nothing is read from it, but paths in the files are relative to it. */
  readonly out: string;
  readonly importExtension: ImportExtension;
  readonly loader: SourceLoader;
}

/** Everything a run makes, in memory. */
export interface Generation {
  /** Text by path relative to the out directory, which is flat. Without the manifest. */
  readonly files: ReadonlyMap<string, string>;
  readonly streams: readonly GeneratedStream[];
}

export interface GeneratedStream {
  readonly module: string;
  /** Ids ({@link SourceFile.id}) of every file it is made from: the declaration first. */
  readonly inputs: readonly string[];
}

/** The pipeline: from declarations to the text of every file, touching no disk but to read. */
export type Generate = (options: GenerateOptions) => Promise<Outcome<Generation>>;

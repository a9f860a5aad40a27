import {
  IndentationText,
  NewLineKind,
  type Program,
  Project,
  QuoteKind,
  type SourceFile,
  ts,
} from 'ts-morph';

/** A generated file before it is written. */
export interface Draft {
  readonly path: string;
  readonly text: string;
  /** Validators are printed as they should stand; formatting a large one takes seconds. */
  readonly format: boolean;
}

/**
 * Format what people read and parse everything.
 *
 * @throws Error where a text is not TypeScript: a bug of the generator, which must never reach a disk.
 */
export function finish(drafts: readonly Draft[]): ReadonlyMap<string, string> {
  const project = new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, noLib: true, types: [] },
    manipulationSettings: {
      indentationText: IndentationText.TwoSpaces,
      newLineKind: NewLineKind.LineFeed,
      quoteKind: QuoteKind.Single,
    },
  });
  const files = drafts.map(({ path, text, format }) => {
    const file = project.createSourceFile(path, text);
    if (format) file.formatText({ indentSize: 2, ensureNewLineAtEndOfFile: true });
    return file;
  });
  const program = project.getProgram();
  for (const file of files) refuseBroken(file, program);
  return new Map(drafts.map(({ path }, i) => [path, files[i]?.getFullText() ?? '']));
}

function refuseBroken(file: SourceFile, program: Program): void {
  const [fault] = program.getSyntacticDiagnostics(file);
  if (fault === undefined) return;
  const message = ts.flattenDiagnosticMessageText(fault.compilerObject.messageText, ' ');
  throw new Error(
    `pspf-gen printed ${file.getBaseName()} wrongly (line ${fault.getLineNumber() ?? '?'}: ${message}). ` +
      'Please report the declaration that led here; nothing was written.',
  );
}

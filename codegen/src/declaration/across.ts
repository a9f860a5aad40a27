import {
  type Diagnostic,
  type DiagnosticCode,
  diagnostic,
  type Span,
  startOf,
} from '../diagnostics.js';
import type { Declaration } from './declaration.js';
import { fields } from './read.js';

/** What declarations must keep to among each other. The later file of two is told. */
export function checkAcross(declarations: readonly Declaration[]): readonly Diagnostic[] {
  const streams = new Map<string, Declaration>();
  for (const each of declarations) if (!streams.has(each.stream)) streams.set(each.stream, each);
  return [
    ...clashes(declarations, 'PSPF015', {
      key: ({ module }) => module.toLowerCase(),
      at: ({ file }) => startOf(file.locate('', 'value')),
      message: ({ module }) => `A second declaration has the base name '${module}'`,
      hint: 'Generated files are named by it, all in one directory: rename one of the two.',
    }),
    ...clashes(declarations, 'PSPF016', {
      key: ({ stream }) => stream,
      at: ({ file }) => file.locate('/stream', 'value'),
      message: ({ stream }) => `The stream '${stream}' is declared twice`,
      hint: 'A stream has one declaration; several types of events are branches of a oneOf in its payload.',
    }),
    ...clashes(declarations, 'PSPF021', {
      key: ({ className }) => className,
      at: ({ file }) =>
        file.locate(fields(file.value).class === undefined ? '/stream' : '/class', 'value'),
      message: ({ className }) => `A second class would be called ${className}`,
      hint: "Rename one of the files, or give one class another name with 'class:'.",
      unless: (a, b) => a.module.toLowerCase() === b.module.toLowerCase(),
    }),
    ...declarations.flatMap((each) => deadLetterClash(each, streams)),
  ];
}

interface Clash {
  key(declaration: Declaration): string;
  at(declaration: Declaration): Span;
  message(declaration: Declaration): string;
  readonly hint: string;
  /** Told already by another rule. */
  unless?(first: Declaration, second: Declaration): boolean;
}

function* clashes(
  declarations: readonly Declaration[],
  code: DiagnosticCode,
  clash: Clash,
): Iterable<Diagnostic> {
  const firsts = new Map<string, Declaration>();
  for (const each of declarations) {
    const key = clash.key(each);
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, each);
    else if (key !== '' && !clash.unless?.(first, each)) {
      const message = `${clash.message(each)}; the first is ${first.file.path}`;
      yield diagnostic(code, message, { at: clash.at(each), hint: clash.hint });
    }
  }
}

function deadLetterClash(
  { dlq, file }: Declaration,
  streams: ReadonlyMap<string, Declaration>,
): readonly Diagnostic[] {
  const other = dlq.name === undefined ? undefined : streams.get(dlq.name);
  if (other === undefined) return [];
  const own = other.file === file;
  const message = own
    ? `The dead letters of '${dlq.name}' would go into the stream itself`
    : `The dead-letter stream '${dlq.name}' is a declared stream; see ${other.file.path}`;
  const hint = `Consumers would get dead letters as events. Leave 'dlq' out for {${dlq.name}}:dlq, or choose another name.`;
  const pointer = typeof fields(file.value).dlq === 'string' ? '/dlq' : '/dlq/name';
  return [diagnostic('PSPF018', message, { at: file.locate(pointer, 'value'), hint })];
}

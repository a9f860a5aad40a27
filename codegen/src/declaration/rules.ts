import { type Diagnostic, diagnostic } from '../diagnostics.js';
import type { SourceFile } from '../source.js';
import type { Declaration } from './declaration.js';
import { formatDuration, MAX_DURATION, parseDuration } from './duration.js';
import { fields, text } from './read.js';
import {
  dlqNameProblem,
  groupNameProblem,
  type NameProblem,
  streamNameProblem,
} from './stream-name.js';

type Rule = (
  declaration: Declaration,
  given: Partial<Record<string, unknown>>,
) => Iterable<Diagnostic>;

/** What a declaration must keep to beyond its shape. */
export function checkRules(declaration: Declaration): readonly Diagnostic[] {
  const given = fields(declaration.file.value);
  return RULES.flatMap((rule) => [...rule(declaration, given)]);
}

const RULES: readonly Rule[] = [
  function* namesAreUsable({ file }, { stream, group, dlq }) {
    yield* named('PSPF017', file, '/stream', text(stream), streamNameProblem);
    yield* named('PSPF019', file, '/group', text(group), groupNameProblem);
    yield* named('PSPF017', file, '/dlq', text(dlq), dlqNameProblem);
    yield* named('PSPF017', file, '/dlq/name', text(fields(dlq).name), dlqNameProblem);
  },

  function* keyIsAPointer({ file, key }) {
    if (key === undefined || /^(?:\/(?:[^~/]|~[01])*)+$/.test(key)) return;
    const at = file.locate('/key', 'value');
    const dotted = key.replace(/^\$?\.?\/?/, '').replaceAll('.', '/');
    const hint = dotted
      ? `Did you mean '/${dotted.replace(/~(?![01])/g, '~0')}'?`
      : 'It leads from the payload to the key, as in /customerId or /customer/id.';
    yield diagnostic('PSPF012', `'key' must be a JSON pointer, not '${key}'`, { at, hint });
  },

  function* durationsFitATimer({ file }, { timeout, retry }) {
    const backoff = fields(fields(retry).backoff);
    for (const [pointer, value] of [
      ['/timeout', timeout],
      ['/retry/backoff/initial', backoff.initial],
      ['/retry/backoff/max', backoff.max],
    ] as const) {
      const milliseconds = typeof value === 'string' ? parseDuration(value) : undefined;
      if (milliseconds === undefined) continue;
      const at = file.locate(pointer, 'value');
      const name = `'${pointer.slice(1).replaceAll('/', '.')}'`;
      if (milliseconds === 0) yield diagnostic('PSPF013', `${name} must be longer than 0`, { at });
      if (milliseconds > MAX_DURATION) {
        yield diagnostic('PSPF013', `${name} must not be longer than 24 days, and is ${value}`, {
          at,
        });
      }
    }
  },

  function* backoffGrows({ file, retry: { backoff } }, { retry }) {
    const given = fields(fields(retry).backoff);
    const unreadable = [given.initial, given.max].some(
      (each) =>
        each !== undefined && (typeof each !== 'string' || parseDuration(each) === undefined),
    );
    if (unreadable || backoff.initial <= backoff.max) return;
    const on = given.initial === undefined ? 'max' : 'initial';
    const at = file.locate(`/retry/backoff/${on}`, 'value');
    const message = `The first wait, ${formatDuration(backoff.initial)}, is longer than the longest, ${formatDuration(backoff.max)}`;
    const other = on === 'max' ? 'initial' : 'max';
    const both = given.initial !== undefined && given.max !== undefined;
    const hint = both ? "Make 'max' the larger one." : `Give '${other}' too, 'max' the larger one.`;
    yield diagnostic('PSPF022', message, { at, hint });
  },

  function* supported({ file }, { ordering, partitions, compatibility, versions }) {
    if (ordering === 'exclusive') yield unsupported(file, 'ordering', "'ordering: exclusive'");
    if (typeof partitions === 'number' && partitions > 1) {
      yield unsupported(file, 'partitions', `'partitions: ${partitions}'`);
    }
    if (compatibility !== undefined) yield unsupported(file, 'compatibility', "'compatibility'");
    if (versions !== undefined) yield unsupported(file, 'versions', "'versions'");
  },
];

function unsupported(file: SourceFile, key: string, what: string): Diagnostic {
  return diagnostic('PSPF014', `${what} is not supported by this version of pspf-gen`, {
    at: file.locate(`/${key}`, 'key'),
    hint: `Remove '${key}'. It is refused rather than ignored because it promises what nothing keeps yet.`,
  });
}

function* named(
  code: 'PSPF017' | 'PSPF019',
  file: SourceFile,
  pointer: string,
  name: string | undefined,
  check: (name: string) => NameProblem | undefined,
): Iterable<Diagnostic> {
  const problem = name === undefined ? undefined : check(name);
  if (!problem) return;
  const { message, hint } = problem;
  yield diagnostic(code, message, { at: file.locate(pointer, 'value'), hint });
}

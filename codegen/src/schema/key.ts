import type { PayloadDeclaration } from '../declaration/declaration.js';
import { type Diagnostic, diagnostic } from '../diagnostics.js';
import { nearest } from '../near.js';
import type { LoweredSet } from './dialect.js';
import { type Fields, fieldsOf } from './fields.js';
import { pointerTo, pointerTokens } from './pointer.js';

/** Whether the ordering key of a declaration is a string or integer that every valid payload has. */
export function checkKey(
  set: Pick<LoweredSet, 'definitions' | 'roots'>,
  { file, module, key }: PayloadDeclaration,
): readonly Diagnostic[] {
  const id = set.roots.get(module);
  // What is no pointer was reported with the declaration's other values.
  if (id === undefined || !key?.startsWith('/')) return [];
  const fields = fieldsOf({ call: id, at: { file, pointer: '' } }, set.definitions);
  if (fields.always(pointerTokens(key), 'scalar')) return [];
  const message = `The key ${key} is no string or integer that every payload has`;
  const hint = advice(key, scalars(fields));
  return [diagnostic('PSPF047', message, { at: file.locate('/key', 'value'), hint })];
}

function advice(key: string, candidates: readonly string[]): string {
  if (candidates.length === 0) {
    return 'Make a property of the payload required, with type string or integer, and name it here.';
  }
  const near = nearest(key, candidates);
  const others = candidates.filter((each) => each !== near).slice(0, 8);
  if (near === undefined) return `Possible are: ${others.join(', ')}.`;
  return [
    `Did you mean '${near}'?`,
    ...(others.length > 0 ? [`Possible are also: ${others.join(', ')}.`] : []),
  ].join(' ');
}

/** Pointers to every field that could be the key, shallow ones first. */
function scalars(fields: Fields): string[] {
  const found: string[] = [];
  let level: string[][] = [[]];
  for (let depth = 1; depth <= MAX_DEPTH; depth += 1) {
    const paths = level.flatMap((path) => fields.names(path).map((name) => [...path, name]));
    found.push(
      ...paths
        .filter((path) => fields.always(path, 'scalar'))
        .map((path) => pointerTo('', ...path)),
    );
    level = paths.filter((path) => fields.always(path, 'object')).slice(0, MAX_OBJECTS);
  }
  return found;
}

const MAX_DEPTH = 3;
const MAX_OBJECTS = 50;

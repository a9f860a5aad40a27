import {
  type ArrayAtom,
  isNever,
  NEVER,
  type ObjectAtom,
  type PatternProp,
  type Prop,
  type Type,
  UNKNOWN,
} from './ir.js';
import { matchesPattern } from './patterns.js';
import { typeKey, union } from './union.js';

type Meet = (a: Type, b: Type) => Type;

/** What an object demands of a name: its own type, else what the patterns that match say together, else the rest. */
export function typeOfName(object: ObjectAtom, name: string, meet: Meet): Type {
  const prop = object.props.get(name);
  if (prop) return prop.type;
  const met: Type[] = [];
  for (const { source, type } of object.patterns) {
    const matches = matchesPattern(source, name);
    if (matches === undefined) return UNKNOWN;
    if (matches) met.push(type);
  }
  const [first, ...others] = met;
  return first ? others.reduce(meet, first) : object.rest;
}

/** Objects meet key by key. A name that one side knows and the other, being closed, does not, is not in the result. */
export function meetObjects(a: ObjectAtom, b: ObjectAtom, meet: Meet): Type {
  const rest = meet(a.rest, b.rest);
  const props = new Map<string, Prop>();
  for (const name of new Set([...a.props.keys(), ...b.props.keys()])) {
    const left = a.props.get(name);
    const right = b.props.get(name);
    const type = meet(typeOfName(a, name, meet), typeOfName(b, name, meet));
    const required = Boolean(left?.required || right?.required);
    if (isNever(type) && required) return NEVER;
    if (isNever(type) && isNever(rest) && !(left && right)) continue;
    props.set(name, { type, required, notes: left?.notes ?? right?.notes });
  }
  const patterns = meetPatterns(a, b, meet);
  return [{ kind: 'object', props, patterns, rest, index: meetIndex(a, b) }];
}

/** A name that matches a pattern of one side has, on the other, the type of some pattern there, or of the rest. */
function meetPatterns(a: ObjectAtom, b: ObjectAtom, meet: Meet): readonly PatternProp[] {
  const sources = new Set([...a.patterns, ...b.patterns].map(({ source }) => source));
  return [...sources].map((source) => ({
    source,
    type: meet(typeOfPattern(a, source), typeOfPattern(b, source)),
  }));
}

function typeOfPattern({ patterns, rest }: ObjectAtom, source: string): Type {
  const own = patterns.find((pattern) => pattern.source === source);
  return own ? own.type : union([rest, ...patterns.map(({ type }) => type)]);
}

function meetIndex(a: ObjectAtom, b: ObjectAtom): ObjectAtom['index'] {
  if (a.index === 'sealed' || b.index === 'sealed') return 'sealed';
  return a.index === 'declared' || b.index === 'declared' ? 'declared' : 'silent';
}

export function meetArrays(a: ArrayAtom, b: ArrayAtom, meet: Meet): Type {
  const length = Math.max(a.prefix.length, b.prefix.length);
  const prefix = Array.from({ length }, (_, index) =>
    meet(a.prefix[index] ?? a.rest, b.prefix[index] ?? b.rest),
  );
  return arrayOf(prefix, meet(a.rest, b.rest), Math.max(a.min, b.min));
}

/** An array in its plainest form: it ends before an item that can't be, and names no position that is like the rest. */
export function arrayOf(prefix: readonly Type[], rest: Type, min: number): Type {
  const end = prefix.findIndex(isNever);
  if (end >= 0) return end < min ? NEVER : arrayOf(prefix.slice(0, end), NEVER, min);
  if (isNever(rest) && min > prefix.length) return NEVER;
  let length = prefix.length;
  while (length > min && typeKey(prefix[length - 1] ?? NEVER) === typeKey(rest)) length -= 1;
  return [{ kind: 'array', prefix: prefix.slice(0, length), min, rest }];
}

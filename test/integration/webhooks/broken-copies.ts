import { childrenOf } from './tags.js';

/** A payload with one value replaced by one of another type. */
export interface BrokenCopy {
  readonly payload: unknown;
  readonly pointer: string;
}

const REPLACEMENTS: readonly unknown[] = [null, true, 7, 'seven', [], {}];

/** A random one that fails, among all copies but those of values at the pointers `spared`. */
export function breakRandomly(
  payload: unknown,
  spared: ReadonlySet<string>,
  accepts: (payload: unknown) => boolean,
  random: () => number,
): BrokenCopy {
  const places = placesIn(payload).filter(({ pointer }) => !spared.has(pointer));
  for (const { pointer, path, value } of shuffled(places, random)) {
    const others = REPLACEMENTS.filter((other) => typeOf(other) !== typeOf(value));
    for (const other of shuffled(others, random)) {
      const copy = replaced(payload, path, other);
      if (!accepts(copy)) return { pointer, payload: copy };
    }
  }
  throw new Error('every copy is valid');
}

type Path = readonly (number | string)[];

interface PlacedValue {
  readonly pointer: string;
  readonly path: Path;
  readonly value: unknown;
}

function placesIn(parent: unknown, path: Path = []): PlacedValue[] {
  return childrenOf(parent).flatMap(([step, value]) => {
    const to = [...path, step];
    return [
      { pointer: to.map((each) => `/${each}`).join(''), path: to, value },
      ...placesIn(value, to),
    ];
  });
}

function replaced(value: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by;
  const next = (child: unknown): unknown => replaced(child, rest, by);
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? next(item) : item));
  const entries = childrenOf(value).map(([name, child]) => [
    name,
    name === step ? next(child) : child,
  ]);
  return Object.fromEntries(entries);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

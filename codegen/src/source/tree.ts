import type { DiagnosticCode } from '../diagnostics.js';

/** Data with the offsets it was read from. What an alias or a merge brings in is shared, not copied. */
export interface Tree {
  readonly start: number;
  readonly end: number;
  readonly value: unknown;
  /** Of an object. */
  readonly entries?: ReadonlyMap<string, Entry>;
  /** Of an array. */
  readonly items?: readonly Tree[];
}

export interface Entry {
  readonly start: number;
  readonly end: number;
  readonly value: Tree;
}

/** What a parser hands back: no tree where the text cannot be understood at all. */
export interface Parsed {
  readonly tree: Tree | undefined;
  readonly problems: readonly Problem[];
}

export interface Problem {
  readonly code: DiagnosticCode;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly hint?: string;
}

/** Nesting beyond this is refused: every later stage may then recurse. */
export const MAX_DEPTH = 500;

export function objectTree(start: number, end: number, entries: ReadonlyMap<string, Entry>): Tree {
  const value = {};
  for (const [key, entry] of entries) {
    Object.defineProperty(value, key, {
      value: entry.value.value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return { start, end, value, entries };
}

export function arrayTree(start: number, end: number, items: readonly Tree[]): Tree {
  return { start, end, value: items.map((item) => item.value), items };
}

/** The place a pointer names, or its nearest ancestor. */
export function locate(
  root: Tree,
  pointer: string,
  on: 'key' | 'value',
): { start: number; end: number } {
  let place: Entry = { start: root.start, end: root.end, value: root };
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    const entry = place.value.entries?.get(name);
    const item = /^(0|[1-9]\d*)$/.test(name) ? place.value.items?.[Number(name)] : undefined;
    if (entry) place = entry;
    else if (item) place = { start: item.start, end: item.end, value: item };
    else break;
  }
  return on === 'key' ? place : place.value;
}

/** Whether a double holds this integer. */
export function isExact(integer: bigint): boolean {
  const number = Number(integer);
  return Number.isFinite(number) && BigInt(number) === integer;
}

export function inexact(start: number, end: number, written: string): Problem {
  const shown = written.length > 40 ? `${written.slice(0, 37)}…` : written;
  return {
    code: 'PSPF005',
    start,
    end,
    message: `The number ${shown} cannot be held exactly in a JavaScript number`,
    hint: 'Use a number within ±9007199254740991, or write it as a string.',
  };
}

export function repeatedKey(key: string, start: number, end: number, line: number): Problem {
  return {
    code: 'PSPF004',
    start,
    end,
    message: `The key ${JSON.stringify(key)} appears twice`,
    hint: `It is first given in line ${line}. Remove one of the two.`,
  };
}

export function tooDeep(start: number): Problem {
  return {
    code: 'PSPF003',
    start,
    end: start + 1,
    message: `Nested deeper than ${MAX_DEPTH} levels`,
    hint: 'Move inner parts to definitions of their own and use $ref.',
  };
}

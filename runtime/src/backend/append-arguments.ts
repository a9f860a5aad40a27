import type { AppendEntry, Fields } from './backend.js';

/**
 * Entries as arguments of the append script. Each argument costs the client about as much as appending costs the
 * server, and the entries of a batch nearly always have their field names and some values in common: those go once.
 */
export function appendArguments(entries: readonly AppendEntry[]): (string | number)[] {
  const args: (string | number)[] = [];
  for (const [first, ...others] of runs(entries)) {
    const places = differences(first, others);
    args.push(1 + others.length, first.length, places.map((place) => place + 1).join(' '));
    args.push(...first);
    for (const fields of others) {
      for (const place of places) args.push(fields[place] ?? '');
    }
  }
  return args;
}

type Run = [Fields, ...Fields[]];

/** Neighbours with the same field names. */
function runs(entries: readonly AppendEntry[]): Run[] {
  const all: Run[] = [];
  let run: Run | undefined;
  for (const { fields } of entries) {
    if (run !== undefined && haveSameNames(run[0], fields)) run.push(fields);
    else {
      run = [fields];
      all.push(run);
    }
  }
  return all;
}

function haveSameNames(a: Fields, b: Fields): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 2) if (a[i] !== b[i]) return false;
  return true;
}

/** The places at which not all are equal. */
function differences(first: Fields, others: readonly Fields[]): number[] {
  const places: number[] = [];
  for (const [place, value] of first.entries()) {
    if (others.some((fields) => fields[place] !== value)) places.push(place);
  }
  return places;
}

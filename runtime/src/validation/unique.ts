import { isEqual } from './equal.js';

/** Up to this many objects are compared pairwise; beyond, by their canonical text. */
const PAIRWISE = 6;

/** Whether no two items are equal as JSON. */
export function isUnique(items: readonly unknown[]): boolean {
  const scalars = new Set<unknown>();
  const others: object[] = [];
  for (const item of items) {
    if (typeof item === 'object' && item !== null) others.push(item);
    else if (scalars.has(item)) return false;
    else scalars.add(item);
  }
  return others.length <= PAIRWISE ? allDiffer(others) : textsDiffer(others);
}

function allDiffer(items: readonly object[]): boolean {
  return items.every((item, index) => !items.slice(0, index).some((one) => isEqual(one, item)));
}

function textsDiffer(items: readonly object[]): boolean {
  return new Set(items.map(canonicalText)).size === items.length;
}

/** JSON text with sorted names: equal texts, equal values. */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${canonicalText(item)}`).join()}}`;
}

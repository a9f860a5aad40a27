import type { Attempt, EntryHistory, History } from './history.js';

/** First deliveries that started before, or beside, an earlier entry of their key; as times of their starts. */
export interface Disorder {
  /** Within one consumer: never. */
  readonly within: readonly number[];
  /** Between consumers, which share a group's entries in no order. */
  readonly across: readonly number[];
}

interface First {
  readonly id: EntryId;
  readonly attempt: Attempt;
}

export function disorderOf({ entries, faults }: History): Disorder {
  const firsts = [...entries.values()].flatMap(firstOf);
  firsts.sort((a, b) => a.attempt.start - b.attempt.start);
  // A server that forgot what it had delivered delivers it again, to anyone.
  const forgot = faults.filter(({ forgets }) => forgets > 0).map(({ at }) => at);
  const epoch = (start: number): number => forgot.filter((at) => at <= start).length;

  // Any other way leads through another consumer; `own` too, where the answer to a claim was lost.
  const read = firsts.filter(({ attempt: { by } }) => by === 'read');
  return {
    within: [
      ...backwards(read, ({ consumer, key, start }) => `${consumer} ${epoch(start)} ${key}`),
      ...overlaps(entries.values()),
    ],
    across: backwards(firsts, ({ key }) => key),
  };
}

/** Starts of entries older than one that started before, within a group of attempts. */
function backwards(firsts: readonly First[], group: (attempt: Attempt) => string): number[] {
  const newest = new Map<string, EntryId>();
  const found: number[] = [];
  for (const { id, attempt } of firsts) {
    const name = group(attempt);
    const before = newest.get(name);
    if (before !== undefined && isOlder(id, before)) found.push(attempt.start);
    else newest.set(name, id);
  }
  return found;
}

/** Starts of attempts while another entry of their key was being handled by the same consumer. */
function overlaps(entries: Iterable<EntryHistory>): number[] {
  const attempts = [...entries].flatMap((entry) => entry.attempts);
  attempts.sort((a, b) => a.start - b.start);
  const busyUntil = new Map<string, number>();
  const found: number[] = [];
  for (const { consumer, key, start, end } of attempts) {
    const lane = `${consumer} ${key}`;
    const busy = busyUntil.get(lane) ?? 0;
    if (start < busy) found.push(start);
    busyUntil.set(lane, Math.max(busy, end));
  }
  return found;
}

function firstOf({ origin, attempts }: EntryHistory): First[] {
  const [attempt] = attempts;
  return attempt === undefined ? [] : [{ id: entryId(origin), attempt }];
}

/** Milliseconds and sequence number. */
type EntryId = readonly [number, number];

function entryId(origin: string): EntryId {
  const [ms = '0', sequence = '0'] = origin.slice(origin.lastIndexOf('/') + 1).split('-');
  return [Number(ms), Number(sequence)];
}

function isOlder(a: EntryId, b: EntryId): boolean {
  return a[0] === b[0] ? a[1] < b[1] : a[0] < b[0];
}

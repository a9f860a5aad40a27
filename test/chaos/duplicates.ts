import type { Attempt, EntryHistory } from './history.js';
import type { Injury } from './ledger.js';

/** An entry was handled to its end once more. */
export interface Duplicate {
  readonly again: Attempt;
  /** What excuses it; undefined where nothing does. */
  readonly fault: Injury | undefined;
}

/**
 * Every completed handling of an entry beyond its first. At least once allows it only where an earlier one was in
 * flight in a process that a fault hit, or where the server forgot the acknowledgement.
 */
export function duplicatesOf({ attempts }: EntryHistory, faults: readonly Injury[]): Duplicate[] {
  const done = attempts.filter((attempt) => attempt.done);
  return done.slice(1).map((again, index) => {
    const earlier = done.slice(0, index + 1);
    const excuses = (fault: Injury): boolean =>
      fault.at <= again.start && earlier.some((attempt) => excused(attempt, again, fault));
    return { again, fault: faults.findLast(excuses) };
  });
}

function excused(earlier: Attempt, again: Attempt, fault: Injury): boolean {
  if (earlier.acknowledged > again.start) return inFlight(earlier, fault);
  const { at, until, forgets } = fault;
  return forgets > 0 && earlier.acknowledged >= at - forgets && earlier.acknowledged <= until;
}

/** Whether a fault hit its process between the entry's delivery and the answer to its acknowledgement. */
export function inFlight({ consumer, since, acknowledged }: Attempt, fault: Injury): boolean {
  const hit = fault.exposed === 'all' || fault.exposed.includes(consumer);
  return hit && since <= fault.until && acknowledged >= fault.at;
}

import { type Duplicate, duplicatesOf, inFlight } from './duplicates.js';
import type { EntryHistory, History } from './history.js';
import type { Injury } from './ledger.js';
import { disorderOf } from './order.js';
import type { FaultName } from './schedule.js';

/** All rounds of one fault. What is emitted from a fault until the next belongs to it. */
export interface FaultRow {
  fault: FaultName;
  rounds: number;
  /** Emits that were acknowledged. */
  emitted: number;
  /** Of those, handled to the end. */
  handled: number;
  deadLettered: number;
  /** Completed handlings beyond the first, by the fault that excuses them. */
  duplicates: number;
  /** Acknowledged, and neither handled nor dead-lettered. */
  lost: number;
  /** The same, where a server that died may forget it: acknowledged in the second before. Not in `lost`. */
  lostLastSecond: number;
  /** Disorder of a key within one consumer. */
  unordered: number;
  /** Disorder of a key between consumers; none is promised. */
  unorderedAcross: number;
  /** From the end of the fault until all emitted before it was settled; the longest of the rounds. */
  recoverySeconds: number;
}

/** A promise that was not kept. */
export interface Violation {
  readonly promise: string;
  readonly what: string;
}

export interface Audit {
  readonly rows: readonly FaultRow[];
  readonly violations: readonly Violation[];
}

/** Match all that was written down, and tell what does not fit. */
export function audit(history: History): Audit {
  const { entries, faults, left } = history;
  const violations: Violation[] = history.surprises.map((what) => ({ promise: 'processes', what }));
  const violate = (promise: string, what: string): void => {
    violations.push({ promise, what });
  };
  const rows = new Map<FaultName, FaultRow>();
  for (const fault of faults) addRound(rows, fault, violate);
  const rowAt = (time: number): FaultRow | undefined => {
    const fault = faults.findLast(({ at }) => at <= time) ?? faults[0];
    return fault === undefined ? undefined : rows.get(fault.fault);
  };
  const count = (row: FaultRow | undefined, column: Count, by = 1): void => {
    if (row !== undefined) row[column] += by;
  };

  for (const entry of entries.values()) {
    const { origin, emitted, attempts, dead } = entry;
    const handled = attempts.some(({ done }) => done);
    if (emitted !== undefined) {
      const row = rowAt(emitted);
      count(row, 'emitted');
      if (handled) count(row, 'handled');
      if (dead.length > 0) count(row, 'deadLettered');
      if (!handled && dead.length === 0) {
        const forgiven = entry.stored === undefined && mayBeForgotten(emitted, faults);
        count(row, forgiven ? 'lostLastSecond' : 'lost');
        if (!forgiven) violate('nothing lost', `${origin} ${traceOf(entry)}`);
      }
    }
    for (const duplicate of duplicatesOf(entry, faults)) {
      const { fault, again } = duplicate;
      count(fault === undefined ? rowAt(again.start) : rows.get(fault.fault), 'duplicates');
      if (fault === undefined) violate('once, but for what was in flight', told(entry, duplicate));
    }
    for (const what of unfinished(entry, faults)) violate('handlers come to their end', what);
    for (const what of wrongDeadLetters(entry, handled, faults)) violate('dead letters', what);
  }
  const { within, across } = disorderOf(history);
  for (const start of within) {
    count(rowAt(start), 'unordered');
    violate('order of a key within a consumer', `broken at ${new Date(start).toISOString()}`);
  }
  for (const start of across) count(rowAt(start), 'unorderedAcross');
  for (const what of wrongWrites(history)) violate('written once, or told', what);
  if (left === undefined || left.pending > 0 || left.lag > 0) {
    violate('nothing is left over', `the group at the end: ${JSON.stringify(left)}`);
  }
  return { rows: [...rows.values()], violations };
}

type Count = Exclude<keyof FaultRow, 'fault' | 'recoverySeconds'>;

function addRound(
  rows: Map<FaultName, FaultRow>,
  { fault, at, until, recoveredAt }: Injury,
  violate: (promise: string, what: string) => void,
): void {
  const row = rows.get(fault) ?? emptyRow(fault);
  rows.set(fault, row);
  row.rounds += 1;
  if (recoveredAt === undefined) {
    violate('recovery', `${fault} at ${new Date(at).toISOString()}: entries stayed unsettled`);
  } else {
    row.recoverySeconds = Math.max(row.recoverySeconds, (recoveredAt - until) / 1_000);
  }
}

function emptyRow(fault: FaultName): FaultRow {
  return {
    fault,
    rounds: 0,
    emitted: 0,
    handled: 0,
    deadLettered: 0,
    duplicates: 0,
    lost: 0,
    lostLastSecond: 0,
    unordered: 0,
    unorderedAcross: 0,
    recoverySeconds: 0,
  };
}

function mayBeForgotten(acknowledged: number, faults: readonly Injury[]): boolean {
  return faults.some(
    ({ at, until, forgets }) =>
      forgets > 0 && acknowledged >= at - forgets && acknowledged <= until,
  );
}

/** Handlers that were cut off, though nobody killed their process. */
function* unfinished(
  { origin, attempts }: EntryHistory,
  faults: readonly Injury[],
): Generator<string> {
  for (const { consumer, number, end } of attempts) {
    const killed = faults.some(
      ({ fault, exposed }) => fault === 'SIGKILL' && exposed.includes(consumer),
    );
    if (end === Number.POSITIVE_INFINITY && !killed) yield `${origin} #${number} by ${consumer}`;
  }
}

/** Dead letters of entries that were to succeed, and more than one of an entry. */
function* wrongDeadLetters(
  entry: EntryHistory,
  handled: boolean,
  faults: readonly Injury[],
): Generator<string> {
  const { origin, stored, dead, attempts } = entry;
  if (dead.length > 1) yield `${origin} has ${dead.length}: ${dead.join()}`;
  if (dead.length > 0 && handled) yield `${origin} was handled and is one: ${traceOf(entry)}`;
  if (stored === undefined) return;
  const expected = stored.task === 'fail' ? 'failed' : 'rejected';
  const fails = stored.task === 'fail' || stored.task === 'reject';
  // Whoever takes it over cannot know how the last attempt allowed had ended.
  const last = attempts.at(-1);
  const interrupted = last !== undefined && faults.some((fault) => inFlight(last, fault));
  for (const reason of dead) {
    if (fails && reason === 'crashed' && interrupted) continue;
    if (!fails || reason !== expected) yield `${origin} (${stored.task}) is one: ${reason}`;
  }
}

/** Payloads stored twice, and stored although their emit said that they were not. */
function* wrongWrites({ entries, refused }: History): Generator<string> {
  const seen = new Map<string, string>();
  for (const { origin, stored } of entries.values()) {
    if (stored === undefined) continue;
    const other = seen.get(stored.id);
    if (other !== undefined) yield `${stored.id} is ${other} and ${origin}`;
    seen.set(stored.id, origin);
    if (refused.get(stored.id) === false) yield `${stored.id} is ${origin}, and its emit denied it`;
  }
}

function told(entry: EntryHistory, { again }: Duplicate): string {
  return `${entry.origin} once more by ${again.consumer}: ${traceOf(entry)}`;
}

function traceOf({ stored, attempts }: EntryHistory): string {
  const calls = attempts.map(
    ({ consumer, number, by, start, end, done, acknowledged }) =>
      `${consumer} #${number} by ${by} ${start}–${end}${done ? ' done' : ''} acknowledged ${acknowledged}`,
  );
  return `${stored === undefined ? 'not stored' : 'stored'}; ${calls.join('; ') || 'never started'}`;
}

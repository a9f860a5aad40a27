import type { Injury, LedgerRecord, Stored, Way } from './ledger.js';

/** One call of a handler. */
export interface Attempt {
  readonly consumer: string;
  readonly key: string;
  readonly number: number;
  readonly by: Way;
  /** When its entry came to the process. */
  readonly since: number;
  readonly start: number;
  /** Infinity where its process was gone before. */
  end: number;
  done: boolean;
  /** When its process heard that the server had acknowledged it; Infinity where it never did. */
  acknowledged: number;
}

/** All that is known of one entry. */
export interface EntryHistory {
  readonly origin: string;
  /** When its emit was acknowledged; undefined where that answer was lost. */
  emitted: number | undefined;
  /** What the stream holds at the end; undefined where the server has forgotten it. */
  stored: Stored | undefined;
  /** In the order of their starts. */
  readonly attempts: Attempt[];
  /** Reasons of its dead letters. */
  readonly dead: string[];
}

/** What happened in a run. */
export interface History {
  readonly entries: ReadonlyMap<string, EntryHistory>;
  /** In the order they were made. */
  readonly faults: readonly Injury[];
  /** Payload ids whose emit failed, and whether it said that the server may have them. */
  readonly refused: ReadonlyMap<string, boolean>;
  readonly surprises: readonly string[];
  /** Undefined where the run did not come to its end. */
  readonly left: { readonly pending: number; readonly lag: number } | undefined;
}

/** Put together what each process wrote; every process's records are in their order. */
export function historyOf(records: readonly LedgerRecord[]): History {
  const entries = new Map<string, EntryHistory>();
  const faults: Injury[] = [];
  const refused = new Map<string, boolean>();
  const surprises: string[] = [];
  let left: History['left'];

  const entry = (origin: string): EntryHistory => {
    let known = entries.get(origin);
    if (known === undefined) {
      known = { origin, emitted: undefined, stored: undefined, attempts: [], dead: [] };
      entries.set(origin, known);
    }
    return known;
  };
  const last = (origin: string, consumer: string): Attempt | undefined =>
    entry(origin).attempts.findLast((attempt) => attempt.consumer === consumer);

  for (const record of records) {
    if (record.what === 'emitted') entry(record.origin).emitted = record.at;
    else if (record.what === 'refused') refused.set(record.id, record.maybeWritten);
    else if (record.what === 'started') {
      const { consumer, key, by, since, attempt: number, at: start } = record;
      const open = { end: Number.POSITIVE_INFINITY, done: false };
      const acknowledged = Number.POSITIVE_INFINITY;
      entry(record.origin).attempts.push({
        consumer,
        key,
        by,
        since,
        number,
        start,
        ...open,
        acknowledged,
      });
    } else if (record.what === 'ended') {
      const attempt = last(record.origin, record.consumer);
      if (attempt === undefined) continue;
      attempt.end = record.at;
      attempt.done = record.outcome === 'done';
    } else if (record.what === 'acknowledged') {
      const attempt = last(record.origin, record.consumer);
      if (attempt !== undefined) attempt.acknowledged = record.at;
    } else if (record.what === 'stored') entry(record.origin).stored = record;
    else if (record.what === 'dead') entry(record.origin).dead.push(record.reason);
    else if (record.what === 'fault') faults.push(record);
    else if (record.what === 'surprise') surprises.push(record.text);
    else left = { pending: record.pending, lag: record.lag };
  }
  for (const { attempts } of entries.values()) attempts.sort((a, b) => a.start - b.start);
  faults.sort((a, b) => a.at - b.at);
  return { entries, faults, refused, surprises, left };
}

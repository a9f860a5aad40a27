import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultName } from './schedule.js';

/** `at`: milliseconds since the epoch; all processes of a run share the clock of one machine. */
interface Timed {
  readonly at: number;
}

/** An emit was acknowledged. */
export interface Emitted extends Timed {
  readonly what: 'emitted';
  /** The payload's own id: each is emitted once. */
  readonly id: string;
  readonly origin: string;
}

/** An emit was not acknowledged. */
export interface Refused extends Timed {
  readonly what: 'refused';
  readonly id: string;
  readonly code: string;
  readonly maybeWritten: boolean;
}

/** How an entry came to a consumer. */
export type Way = 'read' | 'claim' | 'own' | 'inlet';

export interface Started extends Timed {
  readonly what: 'started';
  /** The process. */
  readonly consumer: string;
  readonly origin: string;
  readonly key: string;
  readonly attempt: number;
  readonly by: Way;
  /** When it came so. */
  readonly since: number;
}

export interface Ended extends Timed {
  readonly what: 'ended';
  readonly consumer: string;
  readonly origin: string;
  readonly attempt: number;
  readonly outcome: 'done' | 'threw';
}

/** The server answered an acknowledgement: `done`, now; `gone`, the entry was not pending any more. */
export interface Acknowledged extends Timed {
  readonly what: 'acknowledged';
  readonly consumer: string;
  readonly origin: string;
  readonly result: 'done' | 'gone';
}

/** A fault was made, and what it may excuse. */
export interface Injury extends Timed {
  readonly what: 'fault';
  readonly fault: FaultName;
  /** When its cause was over: the server back, the process awake, the successors ready. */
  readonly until: number;
  /** Processes whose entries in flight may be handled once more by others. */
  readonly exposed: readonly string[] | 'all';
  /** Milliseconds before `at` that the server may have forgotten. */
  readonly forgets: number;
  /** When everything emitted before `until` was settled; undefined where that took too long. */
  readonly recoveredAt: number | undefined;
}

/** A process did what nobody asked it for. */
export interface Surprise extends Timed {
  readonly what: 'surprise';
  readonly text: string;
}

/** Found in the stream at the end. */
export interface Stored {
  readonly what: 'stored';
  readonly origin: string;
  readonly id: string;
  readonly task: string;
}

/** Found in the dead-letter stream at the end. */
export interface Dead {
  readonly what: 'dead';
  readonly origin: string;
  readonly reason: string;
}

/** Found in the group at the end. */
export interface Left {
  readonly what: 'left';
  readonly pending: number;
  readonly lag: number;
}

export type LedgerRecord =
  | Emitted
  | Refused
  | Started
  | Ended
  | Acknowledged
  | Injury
  | Surprise
  | Stored
  | Dead
  | Left;

export interface Ledger {
  write(record: LedgerRecord): void;
  close(): void;
}

/** One process's part of the ledger. A record is in the file when `write` returns, whatever kills the process then. */
export function openLedger(folder: string, process: string): Ledger {
  const file = openSync(join(folder, `${process}.ledger`), 'a');
  return {
    write: (record) => {
      writeSync(file, `${JSON.stringify(record)}\n`);
    },
    close: () => closeSync(file),
  };
}

/** What all processes wrote, each one's records in their order. */
export function readLedger(folder: string): LedgerRecord[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ledger'));
  return files.sort().flatMap((name) => {
    const lines = readFileSync(join(folder, name), 'utf8').split('\n');
    // What follows the last line end is empty, or the record a killed process was writing.
    return lines.slice(0, -1).map((line): LedgerRecord => JSON.parse(line));
  });
}

/** What the suite tells its processes, as JSON in their first argument. */
export interface ProgramSettings {
  /** The process's name; its ledger is named so too. */
  readonly name: string;
  readonly url: string;
  /** Where the ledgers are. */
  readonly folder: string;
  readonly seed: number;
}

export function programSettings(): ProgramSettings {
  return JSON.parse(process.argv[2] ?? '{}');
}

/** How fast the suite's consumers notice a dead sibling, in milliseconds; users have a minute. */
export const CLAIM_IDLE = 4_000;

/** Milliseconds between two looks for entries to take over. */
export const RECOVERY = 500;

/** What a process prints when it is at work. */
export const READY = 'ready';

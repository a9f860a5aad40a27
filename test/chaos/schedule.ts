import { between, seeded, shuffled } from './random.js';

/** What may go wrong; `faults.ts` does it. */
export type FaultName =
  | 'SIGKILL'
  | 'SIGSTOP'
  | 'rolling restart'
  | 'CLIENT KILL'
  | 'server SIGKILL'
  | 'server pause'
  | 'network cut';

/** Milliseconds that each fault lasts, from and to: how long something is down, frozen or cut. */
const LASTING: Readonly<Record<FaultName, readonly [number, number]>> = {
  SIGKILL: [0, 1_500],
  // Around `claimIdle`: shorter, nobody takes anything over; longer, everything is taken.
  SIGSTOP: [500, 7_000],
  'rolling restart': [0, 300],
  'CLIENT KILL': [0, 400],
  'server SIGKILL': [0, 2_000],
  // Around the deadline of a read.
  'server pause': [500, 6_000],
  'network cut': [200, 5_000],
};

export const FAULT_NAMES: readonly FaultName[] = [
  'SIGKILL',
  'SIGSTOP',
  'rolling restart',
  'CLIENT KILL',
  'server SIGKILL',
  'server pause',
  'network cut',
];

/** One fault of a run. */
export interface Step {
  readonly fault: FaultName;
  /** Milliseconds of undisturbed traffic before it. */
  readonly calm: number;
  /** Milliseconds it lasts. */
  readonly lasts: number;
  /** Chooses among who may be hit: 0 up to 1. */
  readonly dice: number;
}

/**
 * What goes wrong in a run, in order and without end; it depends on nothing but the arguments. Each round has
 * every fault once, in an order of chance.
 */
export function* schedule(seed: number, faults: readonly FaultName[]): Generator<Step, never> {
  const random = seeded(seed);
  while (true) {
    for (const fault of shuffled(random, faults)) {
      const [least, most] = LASTING[fault];
      const calm = between(random, 200, 1_500);
      yield { fault, calm, lasts: between(random, least, most), dice: random() };
    }
  }
}

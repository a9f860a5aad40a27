import process from 'node:process';
import { processSlot } from '../process-slot.js';
import type { Consumer } from './consumer.js';

/** Numbers of the signals we stop on, for the exit status `128 + n`. */
const SIGNALS: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGTERM', 15],
  ['SIGINT', 2],
];

export interface EnrolOptions {
  /** Whether SIGTERM and SIGINT stop this consumer. */
  readonly signals: boolean;
  /** What ends after all consumers when a signal ends the process: flush emits, close backends. Each is called once. */
  readonly afterwards?: (() => Promise<void>) | undefined;
}

/** Who runs in this process, across all copies of the package. Its shape stays as it is within v1. */
interface Registry {
  /** Everything that consumes, heeding signals or not. */
  readonly running: Set<Consumer>;
  readonly heeding: Map<Consumer, EnrolOptions['afterwards']>;
  /** Takes the listeners off again; undefined while there are none. */
  unlisten: (() => void) | undefined;
  stopping: boolean;
  /** Keeps the process alive between two sockets: while connecting, or in memory. */
  keepAlive: NodeJS.Timeout | undefined;
}

function registry(): Registry {
  return processSlot('shutdown', () => ({
    running: processSlot<Set<Consumer>>('consumers', () => new Set()),
    heeding: new Map(),
    unlisten: undefined,
    stopping: false,
    keepAlive: undefined,
  }));
}

/**
 * A consumer runs: the process stays alive, and a signal stops it. The listener exists only while something
 * consumes that heeds signals. Answers the way out, for when it has stopped.
 */
export function enrol(consumer: Consumer, { signals, afterwards }: EnrolOptions): () => void {
  const shared = registry();
  shared.running.add(consumer);
  shared.keepAlive ??= setInterval(() => {}, 2 ** 30);
  if (signals) {
    shared.heeding.set(consumer, afterwards);
    shared.unlisten ??= listen();
  }
  return () => {
    shared.running.delete(consumer);
    if (shared.running.size === 0) {
      clearInterval(shared.keepAlive);
      shared.keepAlive = undefined;
    }
    if (shared.stopping) return;
    shared.heeding.delete(consumer);
    if (shared.heeding.size > 0) return;
    shared.unlisten?.();
    shared.unlisten = undefined;
  };
}

function listen(): () => void {
  const listeners = SIGNALS.map(([signal, number]) => {
    const heard = () => void onSignal(signal, number);
    process.on(signal, heard);
    return () => process.off(signal, heard);
  });
  return () => {
    for (const off of listeners) off();
  };
}

/** The first drains everything and ends the process as the signal would have; a second one does that at once. */
async function onSignal(signal: NodeJS.Signals, number: number): Promise<void> {
  const shared = registry();
  if (shared.stopping) process.exit(128 + number);
  shared.stopping = true;
  const { heeding } = shared;
  const alive = setInterval(() => {}, 2 ** 30);
  await Promise.allSettled([...heeding.keys()].map((consumer) => consumer.stop()));
  const afterwards = new Set(heeding.values());
  await Promise.allSettled([...afterwards].map((end) => end?.()));
  clearInterval(alive);

  heeding.clear();
  shared.unlisten?.();
  shared.unlisten = undefined;
  shared.stopping = false;
  // Others that listen decide for themselves when to exit.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

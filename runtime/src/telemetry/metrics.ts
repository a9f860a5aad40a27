import type { RuntimeEvent } from '../interceptor.js';
import { METRIC } from './names.js';

/** One metric as Prometheus knows it. Every one also has {@link COMMON_LABELS}. */
export interface MetricDescription {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

export const LABEL = {
  system: 'messaging_system',
  destination: 'messaging_destination_name',
  partition: 'partition',
  operation: 'messaging_operation_name',
  group: 'messaging_consumer_group_name',
  error: 'error_type',
  reason: 'reason',
} as const;

/** Labels of every metric; all of few values. `partition` is 0 until streams have partitions. */
export const COMMON_LABELS: readonly string[] = [LABEL.system, LABEL.destination, LABEL.partition];

export type HistogramName = 'operation' | 'process';

export const HISTOGRAMS: Readonly<Record<HistogramName, MetricDescription>> = {
  operation: {
    name: `${snake(METRIC.operationDuration)}_seconds`,
    help: 'Seconds that sending one message (operation send) or settling a batch (operation ack) took.',
    labels: [LABEL.operation, LABEL.group, LABEL.error],
  },
  process: {
    name: `${snake(METRIC.processDuration)}_seconds`,
    help: 'Seconds that one attempt of the handler took.',
    labels: [LABEL.group, LABEL.error],
  },
};

export type CounterName =
  | 'sent'
  | 'consumed'
  | 'retries'
  | 'deadLetters'
  | 'lost'
  | 'released'
  | 'refusedSettles'
  | 'zombies'
  | 'waitingFull'
  | 'unknownFingerprints'
  | 'readFailures'
  | 'groupsCreated'
  | 'pinned';

export const COUNTERS: Readonly<Record<CounterName, MetricDescription>> = {
  sent: {
    name: `${snake(METRIC.sent)}_total`,
    help: 'Messages that emit tried to send; error_type tells those that failed.',
    labels: [LABEL.operation, LABEL.error],
  },
  consumed: {
    name: `${snake(METRIC.consumed)}_total`,
    help: 'Messages delivered to a consumer; those taken over from another count again.',
    labels: [LABEL.operation, LABEL.group],
  },
  retries: ofGroup('pspf_retries_total', 'Attempts that failed and will be repeated.'),
  deadLetters: ofGroup('pspf_dead_letters_total', 'Messages moved to the dead-letter stream.', [
    LABEL.reason,
  ]),
  lost: ofGroup(
    'pspf_lost_total',
    'Held messages that were trimmed or taken by another consumer.',
    [LABEL.reason],
  ),
  released: ofGroup('pspf_released_total', 'Messages handed back unfinished.'),
  refusedSettles: ofGroup(
    'pspf_refused_settles_total',
    'Outcomes the server refused: the message was gone, or another consumer owned it.',
    [LABEL.reason],
  ),
  zombies: ofGroup('pspf_zombies_total', 'Handlers that ignored their abort past the grace time.'),
  waitingFull: ofGroup(
    'pspf_waiting_full_total',
    'Times reading stopped because too many messages wait for a retry.',
  ),
  unknownFingerprints: ofGroup(
    'pspf_unknown_fingerprints_total',
    'Invalid messages written with a schema this consumer does not know.',
  ),
  readFailures: ofGroup('pspf_read_failures_total', 'Reads that failed; the consumer reconnects.', [
    LABEL.error,
  ]),
  groupsCreated: ofGroup('pspf_groups_created_total', 'Consumer groups created.'),
  pinned: ofGroup(
    'pspf_pinned_total',
    'Times this group kept a stream from being trimmed to its maxLength.',
  ),
};

export type GaugeName =
  | 'inFlight'
  | 'waiting'
  | 'ready'
  | 'length'
  | 'pending'
  | 'lag'
  | 'oldestPending';

export const GAUGES: Readonly<Record<GaugeName, MetricDescription>> = {
  inFlight: ofGroup('pspf_in_flight', 'Handlers of this process that run now.'),
  waiting: ofGroup('pspf_waiting', 'Messages this process holds for their retry.'),
  ready: ofGroup('pspf_ready', 'Consumers of this process that are ready.'),
  length: ofGroup('pspf_stream_length', 'Entries in the stream.'),
  pending: ofGroup('pspf_pending', 'Entries delivered to the group and not settled.'),
  lag: ofGroup('pspf_lag', 'Entries not yet delivered to the group; absent where unknown.'),
  oldestPending: ofGroup(
    'pspf_oldest_pending_seconds',
    'Age of the oldest entry that is not settled; absent with none.',
  ),
};

/** What one event adds to a counter. */
export interface Increment {
  readonly counter: CounterName;
  readonly amount: number;
  /** Labels beside the common ones and the group. */
  readonly labels?: Labels;
  /** The group where it is not the consumer's own. */
  readonly group?: string;
}

/** What to count for an event; undefined for nothing. */
export function incrementOf(event: RuntimeEvent): Increment | undefined {
  switch (event.type) {
    case 'delivered':
      return {
        counter: 'consumed',
        amount: event.count,
        labels: { [LABEL.operation]: event.from === 'read' ? 'receive' : event.from },
      };
    case 'settle-refused':
      return { counter: 'refusedSettles', amount: 1, labels: { [LABEL.reason]: event.result } };
    case 'retry':
      return { counter: 'retries', amount: 1 };
    case 'dead-letter':
      return { counter: 'deadLetters', amount: 1, labels: { [LABEL.reason]: event.reason } };
    case 'released':
      return { counter: 'released', amount: event.count };
    case 'lost':
      return { counter: 'lost', amount: event.count, labels: { [LABEL.reason]: event.why } };
    case 'zombie':
      return { counter: 'zombies', amount: 1 };
    case 'waiting-full':
      return { counter: 'waitingFull', amount: 1 };
    case 'unknown-fingerprint':
      return { counter: 'unknownFingerprints', amount: 1 };
    case 'read-failed':
      return { counter: 'readFailures', amount: 1, labels: { [LABEL.error]: event.code } };
    case 'group-created':
      return { counter: 'groupsCreated', amount: 1 };
    case 'pinned':
      return { counter: 'pinned', amount: 1, group: event.group };
    default:
      return undefined;
  }
}

function snake(name: string): string {
  return name.replaceAll('.', '_');
}

function ofGroup(name: string, help: string, labels: readonly string[] = []): MetricDescription {
  return { name, help, labels: [LABEL.group, ...labels] };
}

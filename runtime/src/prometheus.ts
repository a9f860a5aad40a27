import { Counter, Gauge, Histogram, type Registry, register } from 'prom-client';
import { systemClock } from './clock.js';
import type { Destination, Interceptor } from './interceptor.js';
import { processSlot } from './process-slot.js';
import {
  COMMON_LABELS,
  COUNTERS,
  type CounterName,
  GAUGES,
  type GaugeName,
  HISTOGRAMS,
  type HistogramName,
  incrementOf,
  LABEL,
  type Labels,
  type MetricDescription,
} from './telemetry/metrics.js';
import { DURATION_BUCKETS, errorType } from './telemetry/names.js';
import { type GroupSnapshot, Probes } from './telemetry/probes.js';

export interface PrometheusOptions {
  /** Where the metrics are registered. Default: prom-client's global registry. */
  readonly registry?: Registry;
  /** In front of every metric's name, for example `'shop_'`. Default: none. */
  readonly prefix?: string;
}

/**
 * Metrics of every emit and consumer, as an interceptor: `configure({ interceptors: [prometheus()] })`.
 *
 * Names are those of the OpenTelemetry messaging conventions, `messaging_process_duration_seconds` for example, and
 * `pspf_…` where those have none. Gauges ask consumers and server at each scrape; a server that does not
 * answer within 2 s leaves its samples out. Called again for one registry and prefix it goes on with the same metrics.
 */
export function prometheus(options: PrometheusOptions = {}): Interceptor {
  const { histograms, counters, probes } = metricsOf(options.registry ?? register, options.prefix);
  return {
    async emit({ destination }, next) {
      const labels = { ...labelsOf(destination), [LABEL.operation]: 'send' };
      const seconds = stopwatch();
      try {
        const result = await next();
        counters.sent.inc(labels);
        histograms.operation.observe(labels, seconds());
        return result;
      } catch (error) {
        const failed = { ...labels, [LABEL.error]: errorType(error) };
        counters.sent.inc(failed);
        histograms.operation.observe(failed, seconds());
        throw error;
      }
    },
    async process({ destination, group }, next) {
      const labels = labelsOf(destination, group);
      const seconds = stopwatch();
      try {
        await next();
        histograms.process.observe(labels, seconds());
      } catch (error) {
        histograms.process.observe({ ...labels, [LABEL.error]: errorType(error) }, seconds());
        throw error;
      }
    },
    observe(event) {
      const { destination, source } = event;
      if (event.type === 'settled') {
        const labels = { ...labelsOf(destination, source.group), [LABEL.operation]: 'ack' };
        histograms.operation.observe(labels, event.ms / 1_000);
      }
      const increment = incrementOf(event);
      if (increment === undefined) return;
      const labels = labelsOf(destination, increment.group ?? source.group);
      counters[increment.counter].inc({ ...labels, ...increment.labels }, increment.amount);
    },
    started(consumer) {
      probes.add(consumer);
    },
  };
}

interface Metrics {
  readonly histograms: Readonly<Record<HistogramName, Histogram>>;
  readonly counters: Readonly<Record<CounterName, Counter>>;
  readonly probes: Probes;
}

/** The metrics of a registry: made at the first call, found again at the next. */
function metricsOf(registry: Registry, prefix = ''): Metrics {
  const known = processSlot('prometheus', () => new WeakMap<Registry, Map<string, Metrics>>());
  const byPrefix = known.get(registry) ?? new Map<string, Metrics>();
  known.set(registry, byPrefix);
  const metrics = byPrefix.get(prefix);
  // Somebody may have cleared the registry meanwhile.
  if (
    metrics !== undefined &&
    registry.getSingleMetric(prefix + COUNTERS.sent.name) === metrics.counters.sent
  ) {
    return metrics;
  }
  const created = createMetrics(registry, prefix);
  byPrefix.set(prefix, created);
  return created;
}

function createMetrics(registry: Registry, prefix: string): Metrics {
  const probes = new Probes(systemClock);
  const basics = ({ name, help, labels }: MetricDescription) => ({
    name: prefix + name,
    help,
    labelNames: [...COMMON_LABELS, ...labels],
    registers: [registry],
  });
  mapValues(GAUGES, (description, name) => createGauge(basics(description), name, probes));
  return {
    counters: mapValues(COUNTERS, (description) => new Counter(basics(description))),
    histograms: mapValues(
      HISTOGRAMS,
      (description) => new Histogram({ ...basics(description), buckets: [...DURATION_BUCKETS] }),
    ),
    probes,
  };
}

function createGauge(
  basics: { name: string; help: string; labelNames: string[]; registers: Registry[] },
  name: GaugeName,
  probes: Probes,
): Gauge {
  return new Gauge({
    ...basics,
    async collect() {
      const groups = await probes.snapshot();
      // Groups that are gone, or did not answer, leave no stale sample behind.
      this.reset();
      for (const group of groups) {
        const value = gaugeValue(name, group);
        if (value !== undefined) this.set(labelsOf(group.destination, group.group), value);
      }
    },
  });
}

function gaugeValue(name: GaugeName, { stats, state }: GroupSnapshot): number | undefined {
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  switch (name) {
    case 'inFlight':
      return sum(stats.map(({ running }) => running));
    case 'waiting':
      return sum(stats.map(({ waiting }) => waiting));
    case 'ready':
      return stats.filter(({ ready }) => ready).length;
    case 'length':
      return state?.length;
    case 'pending':
      return state?.pending;
    case 'lag':
      return state?.lag;
    case 'oldestPending':
      return state?.oldestPendingMs === undefined ? undefined : state.oldestPendingMs / 1_000;
  }
}

function labelsOf({ address, key }: Destination, group?: string): Labels {
  return {
    [LABEL.system]: address.system,
    [LABEL.destination]: key,
    [LABEL.partition]: '0',
    ...(group === undefined ? {} : { [LABEL.group]: group }),
  };
}

function stopwatch(): () => number {
  const start = systemClock.now();
  return () => (systemClock.now() - start) / 1_000;
}

function mapValues<K extends string, V, R>(
  record: Readonly<Record<K, V>>,
  map: (value: V, key: K) => R,
): Readonly<Record<K, R>> {
  const names = Object.keys(record) as K[];
  return Object.fromEntries(names.map((name) => [name, map(record[name], name)])) as Record<K, R>;
}

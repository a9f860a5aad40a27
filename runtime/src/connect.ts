import process from 'node:process';
import type { StreamBackend } from './backend/backend.js';
import { type BackendOptions, openBackend } from './backend/open.js';
import {
  A_BACKEND,
  CONNECTION_OPTIONS,
  type Connection,
  type ConnectionOptions,
  checkConnectionOptions,
  connectionOf,
  loggerOf,
} from './connection.js';
import type { Consumer, StopOptions } from './consume/consumer.js';
import { busyEmitters } from './emit/busy.js';
import { PspfError } from './errors.js';
import { aFunction, anObject, aText, checkShapes, either, type Shape } from './option-shapes.js';
import { checkOptionNames } from './options.js';
import { processSlot } from './process-slot.js';

/** What the statics of all streams use: one backend for the process. */
export interface Configuration extends ConnectionOptions, Partial<Omit<BackendOptions, 'logger'>> {
  /** The backend itself, in place of `url`, `credentials` and `tls`; {@link shutdown} closes it. */
  readonly backend?: StreamBackend;
}

const SERVER_OPTIONS = ['url', 'credentials', 'tls'] as const satisfies (keyof Configuration)[];
const CONFIGURATION: readonly string[] = [...CONNECTION_OPTIONS, ...SERVER_OPTIONS, 'backend'];

const SHAPES = {
  url: aText,
  credentials: either(anObject, aFunction),
  tls: anObject,
  backend: A_BACKEND,
} satisfies Partial<Record<keyof Configuration, Shape>>;

const DEFAULT_URL = 'valkey://127.0.0.1:6379';

/** The default of this process. Shared by every copy of the package, so its shape stays as it is within v1. */
interface Default {
  configuration: Configuration;
  connection: Connection | undefined;
  /** One instance per class, made at the first use of a static. */
  instances: WeakMap<object, object>;
  /** While `stopping`, handlers go on to their end, and may emit. */
  state: 'new' | 'started' | 'stopping' | 'shut';
}

function theDefault(): Default {
  return processSlot('default', () => ({
    configuration: {},
    connection: undefined,
    instances: new WeakMap(),
    state: 'new',
  }));
}

/**
 * Say what the statics of all streams use. Call it once, before the first emit or consume; after
 * {@link shutdown} it may be called again and starts afresh.
 *
 * @throws {PspfError} `ALREADY_STARTED` after first use; `INVALID_OPTION` for an unknown option, a value that can never
 * work, or for both a `backend` and a `url`.
 */
export function configure(configuration: Configuration = {}): void {
  checkOptionNames('configure', configuration, CONFIGURATION);
  checkConnectionOptions('configure', configuration);
  checkShapes('configure', configuration, SHAPES);
  const current = theDefault();
  if (current.state === 'started' || current.state === 'stopping') {
    throw new PspfError(
      'ALREADY_STARTED',
      'configure: a stream was used already, with the configuration of that moment. Call configure() before the first emit or consume, or when a shutdown() in between has ended, handlers included.',
    );
  }
  const beside = SERVER_OPTIONS.find((name) => configuration[name] !== undefined);
  if (configuration.backend !== undefined && beside !== undefined) {
    throw new PspfError(
      'INVALID_OPTION',
      `configure: a backend was given, so ${beside} has no effect; give one of the two`,
    );
  }
  current.configuration = { ...configuration };
  current.connection = undefined;
  current.instances = new WeakMap();
  current.state = 'new';
}

/** The default connection, opened at first use. */
export function defaultConnection(): Connection {
  const current = theDefault();
  if (current.state === 'shut') throw shutError();
  if (current.connection !== undefined) return current.connection;
  const { configuration } = current;
  const backend = configuration.backend ?? openConfigured(configuration);
  current.connection = connectionOf(backend, configuration);
  if (current.state === 'new') current.state = 'started';
  return current.connection;
}

/** Refuse to begin consuming on the default once `shutdown()` was called. */
export function assertConsuming(): void {
  const { state } = theDefault();
  if (state === 'stopping' || state === 'shut') throw shutError();
}

function shutError(): PspfError {
  return new PspfError(
    'CLOSED',
    'shutdown() was called; nothing is emitted or consumed after it. configure() starts afresh.',
  );
}

/** A connection of its own on the default's backend; what `options` leave open is as configured. */
export function derivedConnection(options: ConnectionOptions): Connection {
  const { backend } = defaultConnection();
  return connectionOf(backend, { ...theDefault().configuration, ...options });
}

/** The default instance of a class. */
export function defaultInstance<S extends object>(type: new () => S): S {
  const { instances } = theDefault();
  const known = instances.get(type);
  if (known instanceof type) return known;
  const created = new type();
  instances.set(type, created);
  return created;
}

/**
 * End everything of this process: stop all consumers, whose handlers may emit to their end, wait for emits on their way,
 * close the default backend. SIGTERM and SIGINT do the same while something consumes. Call it as often as you like. Inside a
 * handler it resolves without waiting for that handler; what is left ends after it.
 *
 * @param options.deadline milliseconds within which consumers stop. Default: each one's `shutdownDeadline`
 */
export async function shutdown(options: StopOptions = {}): Promise<void> {
  const current = theDefault();
  const consumers = [...runningConsumers()];
  current.state = consumers.length === 0 ? 'shut' : 'stopping';
  await Promise.all(consumers.map((consumer) => consumer.stop(options)));
  // A handler that called us is not done yet, and its outcome still needs the backend.
  const unfinished = consumers.filter((consumer) => runningConsumers().has(consumer));
  const ended = Promise.allSettled(unfinished.map(({ done }) => done)).then(() => close(current));
  await (unfinished.length === 0 ? ended : flushAll());
}

/** What follows when a signal has stopped the consumers that heed it. */
export async function afterConsumers(): Promise<void> {
  await flushAll();
  if (runningConsumers().size === 0) await close(theDefault());
}

async function close(current: Default): Promise<void> {
  current.state = 'shut';
  await flushAll();
  const { connection } = current;
  if (connection === undefined) return;
  current.connection = undefined;
  await connection.emitter.close();
  await connection.backend.close();
}

async function flushAll(): Promise<void> {
  await Promise.all([...busyEmitters()].map((emitter) => emitter.flush()));
}

/** Consumers of this process that have not stopped yet. */
function runningConsumers(): ReadonlySet<Consumer> {
  return processSlot<Set<Consumer>>('consumers', () => new Set());
}

function openConfigured(configuration: Configuration): StreamBackend {
  const { credentials, tls } = configuration;
  return openBackend({
    // The environment fills what no option gave. An empty variable is none.
    url: configuration.url ?? (process.env.PSPF_URL || process.env.VALKEY_URL || DEFAULT_URL),
    logger: loggerOf(configuration),
    ...(credentials === undefined ? {} : { credentials }),
    ...(tls === undefined ? {} : { tls }),
  });
}

// For applications.

export { type BackendOptions, openBackend } from './backend/open.js';
export type { Credentials } from './backend/valkey-connection.js';
export { type Configuration, configure, shutdown } from './connect.js';
export type { ConnectionOptions } from './connection.js';
export type { ConsumeOptions, Consumer, ConsumerStats, StopOptions } from './consume/consumer.js';
export type { EmitManyOptions, EmitManyResult } from './emit/emit-many.js';
export type { EmitOptions } from './emit/producer.js';
export {
  type Issue,
  PspfError,
  type PspfErrorCode,
  type PspfErrorDetails,
  RejectError,
  RetryAfterError,
} from './errors.js';
export type { EmitResult } from './interceptor.js';
export type { Handler, Message } from './message.js';
export type { EmitLimits, Logger } from './options.js';
export type { ReplayAllOptions, ReplayCandidate, ReplayOptions, ReplayResult } from './replay.js';
export type { Stream, StreamOptions } from './stream.js';
export type { TracingOptions } from './telemetry/tracing.js';

// For interceptors.

export type {
  Destination,
  EmitContext,
  Interceptor,
  ProcessContext,
  RuntimeEvent,
  StartedConsumer,
} from './interceptor.js';

// For backends, and for tools that read streams without a declaration.

export type {
  AppendEntry,
  AppendOptions,
  AppendResult,
  BackendAddress,
  ClaimOptions,
  ClaimResult,
  DeadLetter,
  DeadLetterPage,
  DeadLettersResult,
  DeadReason,
  Delivery,
  EnsureGroupOptions,
  Fields,
  LostToken,
  ReplayIds,
  ReplayOutcome,
  Settlement,
  SettleResult,
  Source,
  SourceState,
  StoredDeadLetter,
  StreamBackend,
  StreamReader,
  Token,
  TrimResult,
  Verdict,
} from './backend/backend.js';
export type { Clock } from './clock.js';

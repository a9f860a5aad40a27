import type { Delivery, Source, StreamBackend } from '../backend/backend.js';
import type { Clock } from '../clock.js';
import type { StreamDefinition } from '../definition.js';
import type { Destination, Interceptor } from '../interceptor.js';
import type { Handler } from '../message.js';
import type { Logger } from '../options.js';
import type { ValidationOptions } from '../validation.js';
import type { CompleteConsumeOptions } from './complete-options.js';
import type { ConsumeOptions } from './consumer.js';
import type { DeliveryKind } from './decision.js';
import type { Work } from './intake.js';
import type { Reports } from './reports.js';
import type { Schedule } from './schedule.js';

/** What a `BatchProcessor` is made of; the facade fills it in. */
export interface ConsumerSetup<T> {
  readonly backend: StreamBackend;
  /** What to read, all with the same group; one source while streams have one partition. */
  readonly sources: readonly Source[];
  readonly destination: Destination;
  readonly definition: StreamDefinition<T>;
  /** Physical key of the dead-letter stream. */
  readonly dlq: string;
  readonly handler: Handler<T>;
  readonly options?: ConsumeOptions | undefined;
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** How refusals of payloads are told. */
  readonly validation?: ValidationOptions | undefined;
  readonly logger: Logger;
  readonly clock?: Clock | undefined;
  /** Answers like `Math.random`; injected so that tests know the jitter. */
  readonly random?: (() => number) | undefined;
  /** What ends after all consumers when a signal ends the process: flush emits, close backends. Called once. */
  readonly afterwards?: (() => Promise<void>) | undefined;
}

/** What the parts of one consumer share. */
export interface ConsumerContext<T = unknown> {
  readonly backend: StreamBackend;
  readonly sources: readonly Source[];
  /** The consumer's name in the group. */
  readonly name: string;
  readonly options: CompleteConsumeOptions;
  readonly clock: Clock;
  readonly random: () => number;
  readonly schedule: Schedule<Work<T>>;
  readonly reports: Reports;
  /** Entries came that were asked for at `sentAt`, whoever did. */
  deliver(deliveries: readonly Delivery[], how: DeliveryKind, sentAt: number): void;
  /** Something was reported to the schedule: have it decide soon. */
  turn(): void;
}

import type { Source, StreamBackend } from '../backend/backend.js';
import type { Clock } from '../clock.js';
import type { StreamDefinition } from '../definition.js';
import type { Destination, Interceptor } from '../interceptor.js';
import type { Handler } from '../message.js';
import type { Logger } from '../options.js';
import type { ConsumeOptions } from './consumer.js';

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
  readonly options?: ConsumeOptions;
  readonly interceptors?: readonly Interceptor[];
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** Answers like `Math.random`; injected so that tests know the jitter. */
  readonly random?: () => number;
}

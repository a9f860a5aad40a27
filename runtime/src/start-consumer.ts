import { afterConsumers } from './connect.js';
import type { Connected } from './connected.js';
import { BatchProcessor } from './consume/batch-processor.js';
import { CONSUME_OPTIONS } from './consume/complete-options.js';
import type { ConsumeOptions, Consumer } from './consume/consumer.js';
import type { StreamDefinition } from './definition.js';
import type { StartedConsumer } from './interceptor.js';
import { unheeded } from './logger.js';
import type { Handler } from './message.js';
import { checkGroup, checkOptionNames } from './options.js';

/** Start a consumer of a stream on its connection, and tell the interceptors. */
export function startConsumer<T>(
  definition: StreamDefinition<T>,
  { connection, destination, dlq }: Connected<T>,
  handler: Handler<T>,
  options: ConsumeOptions,
): Consumer {
  const { backend, interceptors, logger, clock, validation, signals } = connection;
  checkOptionNames(`${definition.stream}: consume`, options, CONSUME_OPTIONS);
  const source = { key: destination.key, group: checkGroup(options.group ?? definition.group) };
  const consumer = new BatchProcessor<T>({
    backend,
    sources: [source],
    destination,
    definition,
    dlq,
    handler,
    options: { signals, ...options },
    interceptors,
    validation,
    logger,
    clock,
    afterwards: afterConsumers,
  });
  const started: StartedConsumer = {
    destination,
    source,
    name: consumer.name,
    stats: () => consumer.stats(),
    inspect: () => backend.inspect(source),
    done: consumer.done,
  };
  for (const interceptor of interceptors) {
    unheeded(
      () => interceptor.started?.(started),
      () => logger.warn(`${destination.key}: an interceptor failed in started(); it must not`),
    );
  }
  return consumer;
}

import { streamKeys } from './backend/keys.js';
import type { Connection } from './connection.js';
import type { StreamDefinition } from './definition.js';
import { Producer } from './emit/producer.js';
import type { Destination } from './interceptor.js';

/** A stream on a connection. */
export interface Connected<T> {
  readonly connection: Connection;
  readonly destination: Destination;
  readonly producer: Producer<T>;
  /** Physical key of the dead-letter stream. */
  readonly dlq: string;
}

/** Put a declared stream on a connection: its physical names, and the way of its emits. */
export function connected<T>(
  definition: StreamDefinition<T>,
  connection: Connection,
): Connected<T> {
  const { backend, keyPrefix } = connection;
  const keys = streamKeys(definition.stream, {
    keyPrefix,
    ...(definition.dlq.name === undefined ? {} : { dlq: definition.dlq.name }),
  });
  const destination = { stream: definition.stream, key: keys.stream, address: backend.address };
  return {
    connection,
    destination,
    producer: new Producer(definition, destination, connection),
    dlq: keys.dlq,
  };
}

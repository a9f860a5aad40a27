import type { Destination } from '../interceptor.js';

/**
 * Names of the OpenTelemetry messaging conventions 1.44 (status: Development), in this one place.
 * @see https://opentelemetry.io/docs/specs/semconv/messaging/
 */
export const ATTRIBUTE = {
  system: 'messaging.system',
  operationName: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  destination: 'messaging.destination.name',
  partition: 'messaging.destination.partition.id',
  group: 'messaging.consumer.group.name',
  messageId: 'messaging.message.id',
  clientId: 'messaging.client.id',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  errorType: 'error.type',
} as const;

export const METRIC = {
  operationDuration: 'messaging.client.operation.duration',
  processDuration: 'messaging.process.duration',
  sent: 'messaging.client.sent.messages',
  consumed: 'messaging.client.consumed.messages',
} as const;

/** Bounds of both duration histograms, in seconds, as the conventions give them. */
export const DURATION_BUCKETS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** What every span about a stream says. */
export function destinationAttributes(
  destination: Destination,
  operation: 'send' | 'process',
): Record<string, string | number> {
  const { system, host, port } = destination.address;
  return {
    [ATTRIBUTE.system]: system,
    [ATTRIBUTE.operationName]: operation,
    [ATTRIBUTE.operationType]: operation,
    [ATTRIBUTE.destination]: destination.key,
    [ATTRIBUTE.partition]: '0',
    [ATTRIBUTE.serverAddress]: host,
    ...(port === undefined ? {} : { [ATTRIBUTE.serverPort]: port }),
  };
}

/** A failure's class, few of a kind: the code of a PspfError, else the error's name. Never its message. */
export function errorType(error: unknown): string {
  if (typeof error !== 'object' || error === null) return typeof error;
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code)) return code;
  const name = 'name' in error ? error.name : undefined;
  if (typeof name === 'string' && /^[A-Za-z_$][\w$.]{0,60}$/.test(name)) return name;
  return '_OTHER';
}

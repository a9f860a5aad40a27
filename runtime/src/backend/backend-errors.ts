import { PspfError } from '../errors.js';
import type { BackendAddress, Source } from './backend.js';

/** The group or its stream is not on the server. */
export function groupMissing(source: Source, cause?: unknown): PspfError {
  return new PspfError(
    'GROUP_MISSING',
    `Stream "${source.key}" has no consumer group "${source.group}". A consumer creates it when it starts; if it existed before, somebody deleted the group or the stream.`,
    { stream: source.key, retryable: true, ...(cause === undefined ? {} : { cause }) },
  );
}

/** A call on a backend that was closed. */
export function backendClosed(address: BackendAddress): PspfError {
  return new PspfError(
    'CLOSED',
    `The connection to ${describeAddress(address)} was closed by this process. Create a new backend to go on.`,
  );
}

/** `valkey 127.0.0.1:6379`, for messages. */
export function describeAddress(address: BackendAddress): string {
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${address.system} ${host}${address.port === undefined ? '' : `:${address.port}`}`;
}

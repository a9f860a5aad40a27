// A stream as generated code has it, with a payload of any shape beside its id and retries that are quick.
import { Stream, type StreamDefinition, type StreamOptions } from '@pspf/runtime/generated';

export interface Job {
  readonly id: string;
  readonly body?: unknown;
}

function isJob(payload: unknown): payload is Job {
  return (
    typeof payload === 'object' &&
    payload !== null &&
    'id' in payload &&
    typeof payload.id === 'string'
  );
}

export const definition: StreamDefinition<Job> = {
  contract: 1,
  stream: 'jobs',
  group: 'workers',
  retry: { limit: 1, backoff: { initial: 10, factor: 2, max: 100 } },
  dlq: { maxLength: 1_000 },
  timeout: 10_000,
  retain: 'none',
  fingerprint: '0123456789abcdef',
  validator: {
    write: isJob,
    read: isJob,
    explain: () => [{ pointer: '/id', keyword: 'type', expected: 'a string' }],
  },
};

export class JobsStream extends Stream<Job> {
  constructor(options?: StreamOptions) {
    super(definition, options);
  }
}

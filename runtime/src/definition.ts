import { PspfError } from './errors.js';
import type { PayloadValidator } from './validation.js';

/** The contract between generated code and this runtime. It changes when either side's shape does. */
export const CONTRACT = 1;

/**
 * One declared stream, as generated code carries it: plain data and a validator.
 * All durations are milliseconds; every default of the declaration is already filled in.
 */
export interface StreamDefinition<T> {
  /** The contract this code was generated for; {@link CONTRACT}. */
  readonly contract: number;
  /** The stream's name, before any `keyPrefix`. */
  readonly stream: string;
  /** The default consumer group. */
  readonly group: string;
  /** JSON pointer to the ordering key within the payload, for example `/customerId`. */
  readonly key?: string;
  readonly retry: RetryPolicy;
  readonly dlq: DeadLetterPolicy;
  /** Longest time for one attempt of the handler, in milliseconds. */
  readonly timeout: number;
  /** How much the stream keeps, or `'none'` for everything, for ever. */
  readonly retain: RetainPolicy | 'none';
  /** First 16 hex digits of the payload schema's hash; written to the `schema` field of each entry. */
  readonly fingerprint: string;
  readonly validator: PayloadValidator<T>;
}

/** Retries after the first attempt: attempts = `limit` + 1. */
export interface RetryPolicy {
  readonly limit: number;
  /** Exponential with full jitter: a random wait up to `min(max, initial × factor^n)`. */
  readonly backoff: { readonly initial: number; readonly factor: number; readonly max: number };
}

/** Where an entry goes when its retries are used up. */
export interface DeadLetterPolicy {
  /** The dead-letter stream's own name; absent means `{stream}:dlq`. */
  readonly name?: string;
  /** Entries kept; the oldest go first. */
  readonly maxLength: number;
}

/** Trimming never passes what a group has not acknowledged. */
export interface RetainPolicy {
  readonly maxLength: number;
  /** What an emit meets when the stream is at `maxLength` and nothing may be trimmed. */
  readonly onFull: 'grow' | 'reject';
}

/**
 * Refuse what this runtime cannot read.
 * @throws {PspfError} `CONTRACT_MISMATCH`, saying which of the two packages to update.
 */
export function checkContract({ contract, stream }: StreamDefinition<unknown>): void {
  if (contract === CONTRACT) return;
  const remedy =
    contract > CONTRACT
      ? 'update @pspf/runtime'
      : 'update pspf-gen and run it again, so that the code is generated anew';
  throw new PspfError(
    'CONTRACT_MISMATCH',
    `${stream}: its generated code speaks contract ${contract}, this @pspf/runtime speaks ${CONTRACT}: ${remedy}`,
    { stream },
  );
}

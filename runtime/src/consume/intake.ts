import type { Delivery, Source } from '../backend/backend.js';
import type { StreamDefinition } from '../definition.js';
import { decode, type Envelope } from '../envelope.js';
import { type Issue, PspfError } from '../errors.js';
import { type KeyReader, keyReader } from '../key.js';
import { formatIssues } from '../validation/message.js';
import { type ValidationOptions, validatePayload } from '../validation.js';
import type { Arrival } from './entry.js';
import type { HandlerRun } from './run-handler.js';

/** What a consumer keeps of an entry beside its place in the schedule. */
export interface Work<T = unknown> {
  readonly envelope: Envelope;
  /** Parsed and judged; used up by the first attempt, since a handler may change it. */
  payload: { readonly value: T } | undefined;
  /** Why no attempt can succeed here, though it may elsewhere: written with a schema we do not know. */
  readonly unreadable: PspfError | undefined;
  /** The attempt under way. */
  run: HandlerRun | undefined;
}

/** Decodes, parses and judges what was delivered, one entry at a time: one bad entry is no reason to stop. */
export class Intake<T> {
  readonly #definition: StreamDefinition<T>;
  readonly #validation: ValidationOptions;
  readonly #keyOf: KeyReader;

  constructor(definition: StreamDefinition<T>, validation: ValidationOptions) {
    this.#definition = definition;
    this.#validation = validation;
    this.#keyOf = keyReader(definition.stream, definition.key);
  }

  /** @param source the consumer's own object for the delivery's source */
  arrival({ token, fields }: Delivery, source: Source): Arrival<Work<T>> {
    const envelope = decode({ source, token, fields });
    const bytes = envelope.text?.length ?? 0;
    const body: Work<T> = {
      envelope,
      payload: undefined,
      unreadable: undefined,
      run: undefined,
    };
    let value: unknown;
    try {
      value = envelope.parse();
    } catch (error) {
      return {
        source,
        token,
        key: undefined,
        bytes,
        body,
        refused: { reason: 'undecodable', error },
      };
    }
    const key = this.#keyIfAny(value);
    if (this.#isValid(value)) {
      body.payload = { value };
      return { source, token, key, bytes, body };
    }
    const error = this.#invalid(token.id, envelope.schema, value);
    const known = envelope.schema === undefined || envelope.schema === this.#definition.fingerprint;
    if (known) return { source, token, key, bytes, body, refused: { reason: 'invalid', error } };
    return { source, token, key, bytes, body: { ...body, unreadable: error } };
  }

  /** The payload for one attempt: nobody sees what an earlier attempt made of it. */
  payload(work: Work<T>): T {
    const { payload } = work;
    work.payload = undefined;
    if (payload !== undefined) return payload.value;
    const value = work.envelope.parse();
    if (this.#isValid(value)) return value;
    throw this.#invalid(work.envelope.originId, work.envelope.schema, value);
  }

  /** What makes the validator throw, data nested too deeply for the stack, is invalid. */
  #isValid(value: unknown): value is T {
    try {
      return this.#definition.validator.read(value);
    } catch {
      return false;
    }
  }

  #issues(value: unknown): readonly Issue[] {
    try {
      return validatePayload(this.#definition.validator, value, 'read', this.#validation) ?? [];
    } catch {
      return [
        { pointer: '', keyword: 'validator', expected: 'such that its validator can judge it' },
      ];
    }
  }

  #invalid(id: string, schema: string | undefined, value: unknown): PspfError {
    const { stream, fingerprint } = this.#definition;
    const issues = this.#issues(value);
    const written =
      schema === undefined || schema === fingerprint
        ? ''
        : `; it was written with schema ${schema}, this consumer reads ${fingerprint}`;
    return new PspfError(
      'INVALID_PAYLOAD',
      `${stream}: entry ${id} does not match the schema: ${formatIssues(issues)}${written}`,
      { stream, id, issues },
    );
  }

  /** Also of an invalid payload, where it can be found. */
  #keyIfAny(value: unknown): string | undefined {
    try {
      return this.#keyOf(value);
    } catch {
      return undefined;
    }
  }
}

import type { Delivery, Source } from '../backend/backend.js';
import type { StreamDefinition } from '../definition.js';
import { decode, type Envelope } from '../envelope.js';
import { PspfError } from '../errors.js';
import { type KeyReader, keyReader } from '../key.js';
import { formatIssues } from '../validation/message.js';
import { type ValidationOptions, validatePayload } from '../validation.js';
import type { Arrival } from './entry.js';
import type { HandlerRun } from './run-handler.js';

/** What a consumer keeps of an entry beside its place in the schedule. */
export interface Work {
  readonly envelope: Envelope;
  /** Parsed and judged; used up by the first attempt, since a handler may change it. */
  payload: { readonly value: unknown } | undefined;
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
  arrival({ token, fields }: Delivery, source: Source): Arrival<Work> {
    const envelope = decode({ source, token, fields });
    const arrival = { source, token, key: undefined };
    const work = { envelope, payload: undefined, unreadable: undefined, run: undefined };
    let value: unknown;
    try {
      value = envelope.parse();
    } catch (error) {
      return { ...arrival, body: work, refused: { reason: 'undecodable', error } };
    }
    const { validator, fingerprint } = this.#definition;
    const issues = validatePayload(validator, value, 'read', this.#validation);
    if (issues === undefined) {
      return { source, token, key: this.#keyOf(value), body: { ...work, payload: { value } } };
    }
    const { schema } = envelope;
    const known = schema === undefined || schema === fingerprint;
    const error = new PspfError(
      'INVALID_PAYLOAD',
      `${this.#definition.stream}: entry ${token.id} does not match the schema: ${formatIssues(issues)}${
        known ? '' : ` (it was written with schema ${schema}, this consumer reads ${fingerprint})`
      }`,
      { stream: this.#definition.stream, id: token.id, issues },
    );
    if (known) return { ...arrival, body: work, refused: { reason: 'invalid', error } };
    return { ...arrival, key: this.#keyIfAny(value), body: { ...work, unreadable: error } };
  }

  /** An invalid payload has a key where it can be found all the same. */
  #keyIfAny(value: unknown): string | undefined {
    try {
      return this.#keyOf(value);
    } catch {
      return undefined;
    }
  }
}

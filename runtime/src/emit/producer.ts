import { Buffer } from 'node:buffer';
import type { Connection } from '../connection.js';
import type { StreamDefinition } from '../definition.js';
import { encode } from '../envelope.js';
import { PspfError } from '../errors.js';
import {
  composeEmit,
  type Destination,
  type EmitContext,
  type EmitResult,
} from '../interceptor.js';
import { type KeyReader, keyReader } from '../key.js';
import { anObject, checkShapes, type Shape, withMethods } from '../option-shapes.js';
import { checkOptionNames } from '../options.js';
import { toWire } from '../payload.js';
import { formatIssues } from '../validation/message.js';
import { validatePayload } from '../validation.js';

/** Options of one emit. */
export interface EmitOptions {
  /** The caller's own headers; a handler finds them in `message.headers`. Names and values are strings. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Gives the emit up. An entry that was sent already may be stored: the error then says `maybeWritten`. */
  readonly signal?: AbortSignal;
}

/** The options of an emit without any. */
export const NO_OPTIONS: EmitOptions = Object.freeze({});

const SHAPES: Readonly<Record<keyof EmitOptions, Shape>> = {
  headers: {
    expected: 'an object of texts',
    // A Map or Headers has no properties, and a list has the wrong ones.
    fits: (value) => anObject.fits(value) && !(Symbol.iterator in Object(value)),
  },
  signal: withMethods('an AbortSignal', 'addEventListener'),
};

const EMIT_OPTIONS: readonly string[] = Object.keys(SHAPES);

/** The way of one stream's payloads to the server. */
export class Producer<T> {
  readonly #definition: StreamDefinition<T>;
  readonly #connection: Connection;
  readonly #destination: Destination;
  readonly #keyOf: KeyReader;
  readonly #run: (emit: Emit) => Promise<EmitResult>;

  constructor(definition: StreamDefinition<T>, destination: Destination, connection: Connection) {
    this.#definition = definition;
    this.#connection = connection;
    this.#destination = destination;
    this.#keyOf = keyReader(definition.stream, definition.key);
    this.#run = composeEmit(connection.interceptors, (emit: Emit) => this.#append(emit));
  }

  /** Validate, encode, append; never throws. */
  emit(payload: T, options: EmitOptions): Promise<EmitResult> {
    try {
      return this.#emit(payload, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #emit(payload: T, options: EmitOptions): Promise<EmitResult> {
    const { stream } = this.#definition;
    if (options !== NO_OPTIONS) checkOptions(`${stream}: emit`, options);
    const { text, value } = toWire(stream, payload);
    const bytes = this.#checkSize(text);
    this.#checkPayload(value);
    const key = this.#keyOf(value);
    const headers = copyHeaders(stream, options.headers);
    return this.#run(new Emit(this.#destination, text, bytes, key, headers, options.signal));
  }

  #append(emit: Emit): Promise<EmitResult> {
    const { fingerprint, retain } = this.#definition;
    return this.#connection.emitter.append({
      key: this.#destination.key,
      entry: encode({
        text: emit.text,
        textBytes: emit.bytes,
        schema: fingerprint,
        key: emit.key,
        headers: emit.givenHeaders,
        fields: emit.givenFields,
      }),
      signal: emit.signal,
      rejectAtLength:
        retain !== 'none' && retain.onFull === 'reject' ? retain.maxLength : undefined,
    });
  }

  #checkSize(text: string): number {
    const bytes = Buffer.byteLength(text);
    const { maxPayloadBytes } = this.#connection.limits;
    if (bytes <= maxPayloadBytes) return bytes;
    const { stream } = this.#definition;
    throw new PspfError(
      'PAYLOAD_TOO_LARGE',
      `${stream}: the payload has ${bytes} bytes as JSON, more than maxPayloadBytes (${maxPayloadBytes}). Emit a reference to it instead, or raise the option.`,
      { stream },
    );
  }

  #checkPayload(value: unknown): void {
    const { stream, validator } = this.#definition;
    const issues = validatePayload(validator, value, 'write', this.#connection.validation);
    if (issues === undefined) return;
    throw new PspfError(
      'INVALID_PAYLOAD',
      `${stream}: the payload was not emitted, it does not match the schema: ${formatIssues(issues)}`,
      { stream, issues },
    );
  }
}

/** One emit as interceptors see it. Most emits have neither headers nor fields: they are made when asked for. */
class Emit implements EmitContext {
  readonly destination: Destination;
  readonly text: string;
  readonly bytes: number;
  readonly key: string | undefined;
  readonly signal: AbortSignal | undefined;
  givenHeaders: Record<string, string> | undefined;
  givenFields: Map<string, string> | undefined;

  constructor(
    destination: Destination,
    text: string,
    bytes: number,
    key: string | undefined,
    headers: Record<string, string> | undefined,
    signal: AbortSignal | undefined,
  ) {
    this.destination = destination;
    this.text = text;
    this.bytes = bytes;
    this.key = key;
    this.signal = signal;
    this.givenHeaders = headers;
    this.givenFields = undefined;
  }

  get headers(): Record<string, string> {
    this.givenHeaders ??= Object.create(null) as Record<string, string>;
    return this.givenHeaders;
  }

  get fields(): Map<string, string> {
    this.givenFields ??= new Map();
    return this.givenFields;
  }
}

function checkOptions(where: string, options: EmitOptions): void {
  checkOptionNames(where, options, EMIT_OPTIONS);
  checkShapes(where, options, SHAPES);
}

function copyHeaders(
  stream: string,
  headers: Readonly<Record<string, string>> | undefined,
): Record<string, string> | undefined {
  if (headers === undefined) return undefined;
  const copy: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string') {
      throw new PspfError(
        'INVALID_OPTION',
        `${stream}: the header ${JSON.stringify(name)} is no string but ${typeof value}`,
        { stream },
      );
    }
    copy[name] = value;
  }
  return copy;
}

import { Buffer } from 'node:buffer';
import type { AppendEntry, Delivery, Fields, Source } from './backend/backend.js';
import { PspfError } from './errors.js';

/** Names of the fields of one entry; everything else a producer adds is kept and never obeyed. */
export const FIELD = {
  data: 'data',
  schema: 'schema',
  key: 'key',
  traceparent: 'traceparent',
  tracestate: 'tracestate',
  headerPrefix: 'h:',
  replayOf: 'replay:of',
  dlqStream: 'dlq:stream',
  dlqId: 'dlq:id',
} as const;

/** What goes into one entry. */
export interface Letter {
  /** The payload as JSON text. */
  readonly text: string;
  /** Fingerprint of the schema it was validated against. */
  readonly schema: string;
  readonly key: string | undefined;
  /** The caller's headers, without prefix. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Further fields by their wire names: trace context. */
  readonly fields?: ReadonlyMap<string, string> | undefined;
  /** Size of `text` in UTF-8, where the caller knows it. */
  readonly textBytes?: number;
}

/** The flat fields of one entry. */
export function encode(letter: Letter): AppendEntry {
  const { text, textBytes = Buffer.byteLength(text), schema, key } = letter;
  const fields: string[] =
    key === undefined
      ? [FIELD.data, text, FIELD.schema, schema]
      : [FIELD.data, text, FIELD.schema, schema, FIELD.key, key];
  let bytes = FIELD.data.length + textBytes + FIELD.schema.length + schema.length;
  if (key !== undefined) bytes += FIELD.key.length + Buffer.byteLength(key);
  for (const value of extras(letter)) {
    fields.push(value);
    bytes += Buffer.byteLength(value);
  }
  return { fields, bytes };
}

const NO_EXTRAS: readonly string[] = [];

/** The fields that most entries do not have, names and values in turn. */
function extras({ fields, headers }: Letter): readonly string[] {
  if (fields === undefined && headers === undefined) return NO_EXTRAS;
  const extras: string[] = [];
  for (const [name, value] of fields ?? []) extras.push(checkExtra(name), value);
  for (const [name, value] of Object.entries(headers ?? {})) {
    extras.push(FIELD.headerPrefix + name, value);
  }
  return extras;
}

function checkExtra(name: string): string {
  if (name !== FIELD.data && name !== FIELD.schema && name !== FIELD.key) return name;
  throw new PspfError(
    'INVALID_OPTION',
    `an interceptor may not set the field "${name}" of an entry`,
  );
}

/** One delivered entry, read without judging its payload; {@link Envelope.parse} does that. */
export class Envelope {
  readonly raw: Fields;
  /** The payload's JSON text; undefined where the entry has no `data` field. */
  readonly text: string | undefined;
  /** Fingerprint of the schema it was written with; undefined from a foreign producer. */
  readonly schema: string | undefined;
  /** The `key` field, for tools: a consumer computes the key from the payload. */
  readonly key: string | undefined;
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  /** `<stream key>/<id>` of the first append. */
  readonly origin: string;
  /** The two halves of `origin`. */
  readonly originStream: string;
  readonly originId: string;
  readonly #repeated: boolean;
  #headers: Readonly<Record<string, string>> | undefined;

  constructor(source: Source, id: string, fields: Fields) {
    let text: string | undefined;
    let repeated = false;
    let schema: string | undefined;
    let key: string | undefined;
    let traceparent: string | undefined;
    let tracestate: string | undefined;
    let replayOf: string | undefined;
    let dlqStream: string | undefined;
    let dlqId: string | undefined;
    // Every entry passes here: no map, one pass; of a repeated field the first counts.
    for (let i = 0; i + 1 < fields.length; i += 2) {
      const value = fields[i + 1];
      switch (fields[i]) {
        case FIELD.data:
          repeated = text !== undefined;
          text ??= value;
          break;
        case FIELD.schema:
          schema ??= value;
          break;
        case FIELD.key:
          key ??= value;
          break;
        case FIELD.traceparent:
          traceparent ??= value;
          break;
        case FIELD.tracestate:
          tracestate ??= value;
          break;
        case FIELD.replayOf:
          replayOf ??= value;
          break;
        case FIELD.dlqStream:
          dlqStream ??= value;
          break;
        case FIELD.dlqId:
          dlqId ??= value;
          break;
      }
    }
    this.raw = fields;
    this.text = text;
    this.schema = schema;
    this.key = key;
    this.traceparent = traceparent;
    this.tracestate = tracestate;
    this.#repeated = repeated;
    [this.originStream, this.originId] =
      dlqStream !== undefined && dlqId !== undefined
        ? [dlqStream, dlqId]
        : (splitOrigin(replayOf) ?? [source.key, id]);
    this.origin = `${this.originStream}/${this.originId}`;
  }

  /** The producer's own headers, without prefix; an object without prototype. */
  get headers(): Readonly<Record<string, string>> {
    this.#headers ??= headersOf(this.raw);
    return this.#headers;
  }

  /**
   * The payload, parsed anew at each call.
   * @throws {PspfError} `UNDECODABLE`: no `data`, more than one, or not JSON.
   */
  parse(): unknown {
    if (this.text === undefined) throw this.#undecodable('has no field `data`');
    if (this.#repeated) throw this.#undecodable('has more than one field `data`');
    try {
      return JSON.parse(this.text);
    } catch {
      // V8 quotes the text in its SyntaxError; as a cause that would put payloads into logs.
      throw this.#undecodable('has a field `data` that is not JSON');
    }
  }

  #undecodable(what: string): PspfError {
    return new PspfError(
      'UNDECODABLE',
      `${this.originStream}: entry ${this.originId} ${what}; a producer writes XADD … data '<JSON text>'`,
      { stream: this.originStream, id: this.originId },
    );
  }
}

/** Read an entry's fields. Never throws, whatever a foreign producer wrote. */
export function decode(delivery: Delivery): Envelope {
  return new Envelope(delivery.source, delivery.token.id, delivery.fields);
}

function splitOrigin(origin: string | undefined): [string, string] | undefined {
  // The id has no slash; the stream's key may.
  const cut = origin?.lastIndexOf('/') ?? -1;
  if (origin === undefined || cut < 1) return undefined;
  return [origin.slice(0, cut), origin.slice(cut + 1)];
}

function headersOf(fields: Fields): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null);
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const name = fields[i];
    if (name?.startsWith(FIELD.headerPrefix) !== true) continue;
    headers[name.slice(FIELD.headerPrefix.length)] = fields[i + 1] ?? '';
  }
  return headers;
}

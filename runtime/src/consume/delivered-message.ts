import type { Fields } from '../backend/backend.js';
import { idTime } from '../backend/entry-id.js';
import type { Envelope } from '../envelope.js';
import type { Message } from '../message.js';

/** An abort signal that costs nothing until somebody asks for it. */
export class LazySignal {
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    this.#reason ??= reason;
    this.#controller?.abort(reason);
  }
}

/** What a handler gets beside the payload, for one attempt. */
export class DeliveredMessage implements Message {
  readonly id: string;
  readonly key: string | undefined;
  readonly attempt: number;
  readonly partition: number = 0;
  readonly #envelope: Envelope;
  readonly #signal: LazySignal;

  constructor(
    id: string,
    key: string | undefined,
    attempt: number,
    envelope: Envelope,
    signal: LazySignal,
  ) {
    this.id = id;
    this.key = key;
    this.attempt = attempt;
    this.#envelope = envelope;
    this.#signal = signal;
  }

  get origin(): string {
    return this.#envelope.origin;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#envelope.headers;
  }

  get timestamp(): Date {
    return new Date(idTime(this.id));
  }

  get signal(): AbortSignal {
    return this.#signal.signal;
  }

  get raw(): Fields {
    return this.#envelope.raw;
  }
}

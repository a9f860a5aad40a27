import type { StreamDefinition } from '../definition.js';
import { PspfError } from '../errors.js';
import type { Destination, Interceptor } from '../interceptor.js';
import type { Handler, Message } from '../message.js';
import { DeliveredMessage, LazySignal } from './delivered-message.js';
import type { AbortCause, Entry, Outcome } from './entry.js';
import type { Intake, Work } from './intake.js';
import { type HandlerCall, type HandlerRun, handlerCall, runHandler } from './run-handler.js';
import type { ConsumerContext } from './setup.js';

export interface HandlersSetup<T> {
  /** Whom a `stop()` inside a handler is about. */
  readonly owner: object;
  readonly definition: StreamDefinition<T>;
  readonly destination: Destination;
  readonly group: string;
  readonly handler: Handler<T>;
  readonly interceptors: readonly Interceptor[];
}

/** Runs attempts, and tells the schedule how they ended. */
export class Handlers<T> {
  readonly #setup: HandlersSetup<T>;
  readonly #context: ConsumerContext;
  readonly #intake: Intake<T>;
  readonly #call: HandlerCall<T>;

  constructor(setup: HandlersSetup<T>, context: ConsumerContext, intake: Intake<T>) {
    this.#setup = setup;
    this.#context = context;
    this.#intake = intake;
    this.#call = handlerCall(setup.handler, setup.interceptors);
  }

  run(entry: Entry<Work<T>>): void {
    const { body } = entry;
    const attempt = entry.token.count;
    const { unreadable } = body;
    if (unreadable !== undefined) {
      this.#ended(entry, attempt, { kind: 'failed', reason: 'invalid', error: unreadable });
      return;
    }
    const signal = new LazySignal();
    const { id } = entry.token;
    const message = new DeliveredMessage(id, entry.key, attempt, body.envelope, signal);
    const run: HandlerRun = { owner: this.#setup.owner, signal, ended: false };
    body.run = run;
    runHandler(
      run,
      () => this.#begin(this.#intake.payload(body), message),
      (outcome) => this.#ended(entry, attempt, outcome),
    );
  }

  #begin(payload: T, message: Message): unknown {
    return this.#call(payload, message, () => ({
      destination: this.#setup.destination,
      group: this.#setup.group,
      consumer: this.#context.name,
      payload,
      message,
    }));
  }

  abort(entry: Entry<Work<T>>, cause: AbortCause): void {
    const { definition } = this.#setup;
    const because = {
      timeout: `no result within ${definition.timeout} ms`,
      trimmed: 'the entry was deleted from the stream',
      taken: 'another consumer took the entry over',
      shutdown: 'the consumer stops',
    }[cause];
    entry.body.run?.signal.abort(
      new PspfError(
        cause === 'timeout' ? 'DEADLINE' : 'ABORTED',
        `${definition.stream}: entry ${entry.token.id} was given up: ${because}`,
        { stream: definition.stream, id: entry.token.id },
      ),
    );
  }

  #ended(entry: Entry<Work<T>>, attempt: number, outcome: Outcome): void {
    const { schedule, reports, clock, turn } = this.#context;
    if (outcome.kind !== 'done' || entry.aborted === 'timeout') reports.counters.failed += 1;
    schedule.finished(entry, attempt, outcome, clock.now());
    turn();
  }
}

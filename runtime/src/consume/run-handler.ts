import { AsyncLocalStorage } from 'node:async_hooks';
import { thrownVerdict } from '../errors.js';
import type { Interceptor, ProcessContext } from '../interceptor.js';
import type { Handler, Message } from '../message.js';
import type { LazySignal } from './delivered-message.js';
import type { Outcome } from './entry.js';

/** One attempt under way. */
export interface HandlerRun {
  /** Whose handler it is. */
  readonly owner: object;
  readonly signal: LazySignal;
  ended: boolean;
}

// Tells a `stop()` called inside a handler, which cannot wait for that handler, from any other.
const inside = new AsyncLocalStorage<HandlerRun>();

/** Whether the caller is a handler of this owner, still running. */
export function isInsideHandlerOf(owner: object): boolean {
  const run = inside.getStore();
  return run !== undefined && run.owner === owner && !run.ended;
}

/** Calls the handler with everything around it. */
export type HandlerCall<T> = (
  payload: T,
  message: Message,
  context: () => ProcessContext,
) => unknown;

type Around = NonNullable<Interceptor['process']>;

/** The handler within all interceptors; the first is the outermost. */
export function handlerCall<T>(
  handler: Handler<T>,
  interceptors: readonly Interceptor[],
): HandlerCall<T> {
  const arounds = interceptors.flatMap((interceptor): Around[] =>
    interceptor.process === undefined ? [] : [interceptor.process.bind(interceptor)],
  );
  if (arounds.length === 0) return (payload, message) => handler(payload, message);
  const chain = arounds.reduce((outer, inner): Around => {
    return (context, next) => outer(context, () => inner(context, next));
  });
  return (payload, message, context) =>
    chain(context(), () => promised(() => handler(payload, message)));
}

/** What an async function around the call would answer, without a promise more than there is. */
function promised(call: () => unknown): Promise<void> {
  try {
    const result = call();
    return result instanceof Promise ? result : Promise.resolve(result).then(() => {});
  } catch (thrown) {
    return Promise.reject(thrown);
  }
}

/**
 * Make the call and tell how it ended, exactly once: at once where the handler is synchronous. Any thrown value
 * will do, and a handler may return any thenable.
 */
export function runHandler(
  run: HandlerRun,
  call: () => unknown,
  ended: (outcome: Outcome) => void,
): void {
  const end = (outcome: Outcome) => {
    run.ended = true;
    ended(outcome);
  };
  let result: unknown;
  let pending: boolean;
  try {
    result = inside.run(run, call);
    pending = isThenable(result);
  } catch (thrown) {
    end(outcomeOf(thrown));
    return;
  }
  if (!pending) end(DONE);
  else {
    Promise.resolve(result).then(
      () => end(DONE),
      (error: unknown) => end(outcomeOf(error)),
    );
  }
}

const DONE: Outcome = { kind: 'done' };

function isThenable(value: unknown): boolean {
  return (
    (typeof value === 'object' || typeof value === 'function') && value !== null && 'then' in value
  );
}

/** What a thrown value means for its message. */
function outcomeOf(error: unknown): Outcome {
  const verdict = verdictOf(error);
  if (verdict?.kind === 'reject') return { kind: 'rejected', error };
  const failure = { kind: 'failed', reason: 'failed', error } as const;
  return verdict === undefined ? failure : { ...failure, delayMs: verdict.delayMs };
}

function verdictOf(error: unknown): ReturnType<typeof thrownVerdict> {
  try {
    return thrownVerdict(error);
  } catch {
    return undefined;
  }
}

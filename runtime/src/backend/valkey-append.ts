import { PspfError } from '../errors.js';
import { appendArguments } from './append-arguments.js';
import { type AppendStep, planAppend, scriptValues } from './append-plan.js';
import type { AppendEntry, AppendResult, BackendAddress } from './backend.js';
import { replyText } from './reply.js';
import { appendScript } from './scripts/append.js';
import type { ValkeyConnection } from './valkey-connection.js';
import { replyError } from './valkey-errors.js';

/**
 * Append entries on one connection, all commands sent at once and in order, each entry with a result of its own.
 * Where no answer came, the entry may have been stored: nothing is ever sent twice.
 */
export async function appendAll(
  connection: ValkeyConnection,
  address: BackendAddress,
  key: string,
  entries: readonly AppendEntry[],
  options: { readonly until: number; readonly rejectAtLength: number | undefined },
): Promise<AppendResult[]> {
  const { until, rejectAtLength } = options;
  const steps = planAppend(entries, rejectAtLength !== undefined);
  const results = await Promise.all(
    steps.map(async (step) => {
      try {
        const work = (): Promise<AppendResult[]> => run(step);
        return await connection.run(until, work, { stream: key });
      } catch (error) {
        const failed: AppendResult = { status: 'failed', error: uncertain(error, key) };
        return step.entries.map(() => failed);
      }
    }),
  );
  const [only = []] = results;
  return results.length === 1 ? only : results.flat();

  async function run(step: AppendStep): Promise<AppendResult[]> {
    const [first] = step.entries;
    if (first !== undefined && first.fields.length > scriptValues && rejectAtLength !== undefined) {
      throw tooWide(key);
    }
    if (first !== undefined && step.kind === 'single') {
      const id = await connection.send('XADD', key, '*', ...first.fields);
      return [{ status: 'appended', id: replyText(id) }];
    }
    const args = [rejectAtLength ?? '', ...appendArguments(step.entries)];
    const reply = await connection.script(appendScript, [key], args);
    return replyText(reply).split('\n').map(resultOf);
  }

  function resultOf(answer: string): AppendResult {
    if (answer === 'full') return { status: 'full' };
    if (!answer.startsWith('-')) return { status: 'appended', id: answer };
    const error = replyError(answer.slice(1), address, { stream: key });
    return { status: 'failed', error };
  }
}

/** An error reply means not executed; anything else that it may have been. */
function uncertain(error: unknown, key: string): PspfError {
  if (!PspfError.is(error)) return new PspfError('SERVER', String(error), { cause: error });
  const unanswered = ['CONNECTION', 'DEADLINE', 'CLOSED'].includes(error.code);
  if (!unanswered) return error;
  return new PspfError(
    error.code,
    `${error.message} The entry for stream "${key}" was sent, and may have been stored.`,
    { retryable: error.retryable, cause: error.cause, stream: key, maybeWritten: true },
  );
}

function tooWide(key: string): PspfError {
  return new PspfError(
    'INVALID_OPTION',
    `An entry for stream "${key}" has more than ${scriptValues / 2} fields. A stream that may not grow (\`onFull: reject\`) takes no more.`,
    { stream: key },
  );
}

import type { Source, Token } from './backend.js';
import { compareIds } from './entry-id.js';
import { replyList, replyNumber } from './reply.js';
import type { Script } from './scripts/script.js';
import type { Argument, ValkeyConnection } from './valkey-connection.js';

/** One entry for a fencing script, with what the script wants beside id and count. */
export interface FencedItem {
  readonly token: Token;
  readonly extra?: readonly Argument[];
}

/** Lua passes a bounded number of values to a command, and a script blocks the server. */
const itemsPerScript = 500;

/**
 * Run a fencing script (ARGV: group, consumer, …args; then for each entry, ascending: id, count, …extra) over any number
 * of tokens. Answers the script's number for each, in the order asked.
 */
export async function fenced(
  connection: ValkeyConnection,
  script: Script,
  source: Source,
  items: readonly FencedItem[],
  args: readonly Argument[] = [],
): Promise<number[]> {
  const results = new Array<number>(items.length);
  const ordered = [...items.entries()].sort(([, a], [, b]) => compareIds(a.token.id, b.token.id));
  const byConsumer = new Map<string, (readonly [number, FencedItem])[]>();
  for (const each of ordered) {
    const { consumer } = each[1].token;
    const own = byConsumer.get(consumer) ?? [];
    own.push(each);
    byConsumer.set(consumer, own);
  }
  const calls: Promise<void>[] = [];
  for (const [consumer, own] of byConsumer) {
    for (let start = 0; start < own.length; start += itemsPerScript) {
      calls.push(call(consumer, own.slice(start, start + itemsPerScript)));
    }
  }
  await Promise.all(calls);
  return results;

  async function call(consumer: string, page: (readonly [number, FencedItem])[]): Promise<void> {
    const entries = page.flatMap(([, { token, extra = [] }]) => [token.id, token.count, ...extra]);
    const reply = await connection.script(
      script,
      [source.key],
      [source.group, consumer, ...args, ...entries],
    );
    for (const [place, answer] of replyList(reply).entries()) {
      const [index] = page[place] ?? [];
      if (index !== undefined) results[index] = replyNumber(answer);
    }
  }
}

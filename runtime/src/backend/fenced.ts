import type { Source, Token } from './backend.js';
import { compareIds } from './entry-id.js';
import { replyList, replyNumber } from './reply.js';
import type { Script } from './scripts/script.js';
import type { Argument, ValkeyConnection } from './valkey-connection.js';

/** One entry for a fencing script, with what the script wants beside its id. */
export interface FencedItem {
  readonly token: Token;
  readonly extra?: readonly Argument[];
}

/** Lua passes a bounded number of values to a command, and a script blocks the server. */
const itemsPerScript = 500;

/**
 * Run a fencing script (ARGV: group, consumer, count, …args; then for each entry, ascending: id, …extra) over any number
 * of tokens: one call for all of a consumer that have the same count, as nearly all have. It answers a number for each, or one for all. Answers in the order asked.
 */
export async function fenced(
  connection: ValkeyConnection,
  script: Script,
  source: Source,
  items: readonly FencedItem[],
  args: readonly Argument[] = [],
): Promise<number[]> {
  const results = new Array<number>(items.length);
  await Promise.all(pages(items).map(call));
  return results;

  async function call(page: readonly number[]): Promise<void> {
    const entries: Argument[] = [];
    for (const index of page) {
      const item = items[index];
      if (item === undefined) continue;
      if (entries.length === 0) {
        entries.push(source.group, item.token.consumer, item.token.count, ...args);
      }
      entries.push(item.token.id);
      if (item.extra !== undefined) entries.push(...item.extra);
    }
    const reply = await connection.script(script, [source.key], entries);
    const answers = typeof reply === 'number' ? undefined : replyList(reply);
    for (const [place, index] of page.entries()) {
      results[index] = replyNumber(answers === undefined ? reply : answers[place]);
    }
  }
}

/** Places of the items that share a call: one consumer and one count, ascending ids. */
function pages(items: readonly FencedItem[]): number[][] {
  const byOwner = new Map<string, number[]>();
  for (const [index, { token }] of items.entries()) {
    const owner = `${token.count} ${token.consumer}`;
    const own = byOwner.get(owner);
    if (own === undefined) byOwner.set(owner, [index]);
    else own.push(index);
  }
  const id = (index: number): string => items[index]?.token.id ?? '';
  const all: number[][] = [];
  for (const own of byOwner.values()) {
    own.sort((a, b) => compareIds(id(a), id(b)));
    for (let start = 0; start < own.length; start += itemsPerScript) {
      all.push(own.slice(start, start + itemsPerScript));
    }
  }
  return all;
}
